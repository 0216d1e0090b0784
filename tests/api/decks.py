"""Small price lists for tests of the API."""

HEADER = (
    "Country,Description,Prefix,Effective from,Rate Id,Forbidden,Discontinued,Price 1,Price N,Interval 1,Interval N"
)


def a_list(*codes: str) -> bytes:
    """A price list of codes such as `44,0.02`: prefix and price, by 60/1, as soon as possible."""
    rows = [code.split(",") for code in codes]
    lines = [f",,{prefix},ASAP,,0,0,{price},{price},60,1" for prefix, price in rows]
    return "\r\n".join([HEADER, *lines, ""]).encode()
