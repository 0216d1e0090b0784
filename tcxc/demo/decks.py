"""The demo's price lists, in the eleven columns that every seller uploads."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO
from itertools import groupby
from textwrap import shorten

from tcxc.demo.destinations import DialCode, Kind, dial_codes
from tcxc.demo.prices import increments, minute_price, part_price
from tcxc.money import format_price
from tcxc.numbering import Network, country_name, networks

HEADER = (
    "Country",
    "Description",
    "Prefix",
    "Effective from",
    "Rate Id",
    "Forbidden",
    "Discontinued",
    "Price 1",
    "Price N",
    "Interval 1",
    "Interval N",
)
FORBIDDEN = {"979"}
A_PART = (1, 1)
LONGEST_DESCRIPTION = 80  # some codes cover dozens of towns

Row = tuple[str | int, ...]


def voice_deck(seller: str) -> bytes:
    """A price list for calls to the whole world, some 30,000 codes. `seller` is any name; it fixes the prices."""
    return _deck(_voice_row(seller, code) for code in dial_codes())


def sms_deck_by_network(seller: str) -> bytes:
    """A price list for messages by MCCMNC: each network in operation, and its MCC at the price of the dearest."""
    served = (network for network in networks().values() if network.operational and network.countries)
    by_mcc = groupby(served, key=lambda network: network.mccmnc[:3])
    return _deck(row for mcc, group in by_mcc for row in _network_rows(seller, mcc, list(group)))


def sms_deck_by_prefix(seller: str) -> bytes:
    """A price list for messages by E.164 prefix: every country, and its mobile numbers by carrier."""
    codes = (code for code in dial_codes() if code.country and (code.kind is Kind.MOBILE or not code.place))
    return _deck(_sms_row(seller, code) for code in codes)


def _voice_row(seller: str, code: DialCode) -> Row:
    carrier = code.place if code.kind is Kind.MOBILE else ""
    price = minute_price(seller, code.country, code.kind, carrier)
    return _row(code.country, _description(code), code.prefix, price, increments(code.country))


def _sms_row(seller: str, code: DialCode) -> Row:
    return _row(code.country, _description(code), code.prefix, part_price(seller, code.country, code.place), A_PART)


def _network_rows(seller: str, mcc: str, served: list[Network]) -> Iterator[Row]:
    prices = {network: part_price(seller, network.countries[0], network.name) for network in served}
    yield _row(served[0].countries[0], "Other networks", mcc, max(prices.values()), A_PART)
    for network, price in prices.items():
        yield _row(network.countries[0], network.name, network.mccmnc, price, A_PART)


def _description(code: DialCode) -> str:
    return shorten(f"{code.kind} {code.place}", LONGEST_DESCRIPTION, placeholder=" …")


def _row(country: str, description: str, prefix: str, price: Decimal, intervals: tuple[int, int]) -> Row:
    name = country_name(country) if country else "International"
    text = format_price(price)
    plain = description.lstrip("=+-@")  # a spreadsheet would run what begins so as a formula
    return name, plain, prefix, "ASAP", "", int(prefix in FORBIDDEN), 0, text, text, *intervals


def _deck(rows: Iterable[Row]) -> bytes:
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return file.getvalue().encode()
