"""A short way to write price lists in tests, and to send them through check and publication."""

import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sellers.decks.columns import HEADER
from sellers.models import Connection, PriceListUpload, Rate
from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
from sellers.queries.rates import rate_for_number
from tcxc.actors import Actor

START = datetime(2027, 1, 1, 12, tzinfo=UTC)
SYSTEM = Actor.system()


def day(number: float) -> datetime:
    """A moment that many days after the start."""
    return START + timedelta(days=number)


def stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def row(
    prefix: str,
    price: str = "0.02",
    price_n: str | None = None,
    *,
    at: str | datetime = "ASAP",
    intervals: str = "60,1",
    forbidden: bool = False,
    discontinued: bool = False,
    text: str = "",
) -> str:
    """One row: code, prices, and what differs from a plain one."""
    when = at if isinstance(at, str) else stamp(at)
    return f",{text},{prefix},{when},,{int(forbidden)},{int(discontinued)},{price},{price_n or price},{intervals}"


def deck(*rows: str) -> str:
    return "\r\n".join([",".join(HEADER), *rows, ""])


class Lists:
    """Sends lists to one connection. Moments are days after `START`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def upload(
        self, content: str | bytes, *, on: float = 0, name: str = "deck.csv", mode: str = "merge"
    ) -> PriceListUpload:
        data = content.encode() if isinstance(content, str) else content
        return upload_price_list(
            connection=self.connection, file=io.BytesIO(data), file_name=name, by=SYSTEM, mode=mode, now=day(on)
        )

    def check(
        self, content: str | bytes, *, on: float = 0, name: str = "deck.csv", mode: str = "merge"
    ) -> PriceListUpload:
        self.upload(content, on=on, name=name, mode=mode)
        return self.check_waiting(on=on)

    def check_waiting(self, *, on: float = 0) -> PriceListUpload:
        checked = check_next_upload(clock=lambda: day(on))
        assert checked is not None
        return checked

    def publish(self, *rows: str, on: float = 0, mode: str = "merge") -> PriceListUpload:
        upload = self.check(deck(*rows), on=on, mode=mode)
        assert upload.status == "ready", errors(upload)
        return publish_price_list(upload=upload, by=SYSTEM, now=day(on))

    def price(self, number: str, *, on: float) -> Decimal | None:
        """What a call to that number costs at first, or None: no price, or forbidden."""
        rate = rate_for_number(connection=self.connection, number=number, at=day(on))
        return None if rate is None or rate.forbidden else rate.price_1

    def timeline(self, prefix: str) -> list[tuple[str, float | None, float | None]]:
        """The prices of a code with the days they begin and end."""
        rates = Rate.objects.filter(connection=self.connection, prefix=prefix).order_by("effective_from")
        return [(f"{r.price_1.normalize():f}", since(r.effective_from) or 0, since(r.effective_until)) for r in rates]


def since(moment: datetime | None) -> float | None:
    return None if moment is None else (moment - START) / timedelta(days=1)


def errors(upload: PriceListUpload) -> list[tuple[int, str, str]]:
    return list(upload.problems.filter(is_warning=False).values_list("row", "column", "message"))


def warnings(upload: PriceListUpload) -> list[tuple[int, str, str]]:
    return list(upload.problems.filter(is_warning=True).values_list("row", "column", "message"))


def changes(upload: PriceListUpload) -> dict[str, int]:
    """The counts of a checked list that are not zero."""
    names = ("new", "increase", "decrease", "withdrawn", "unchanged")
    return {name: count for name in names if (count := getattr(upload, name))}
