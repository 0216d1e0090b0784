"""The eleven columns of a price list: what a cell must look like, and what to say of one that does not."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sellers.decks import advice
from sellers.models import Connection, KeyedBy, Service

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

_PRINTABLE = r"[^\x00-\x1f\x7f]"
_SAFE_START = r"(?![=+@]|-[^\t])"
_PRICE = r"[0-9]{1,8}(?:\.[0-9]{1,8})?"
_TIME = r"ASAP|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_SECONDS = r"[1-9][0-9]{0,8}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the pattern of a good cell, and the advice for any other."""

    name: str
    pattern: str
    advise: Callable[[str], str]

    def fault(self, cell: str) -> str | None:
        """What is wrong with a cell and how to mend it, or None."""
        if re.fullmatch(self.pattern, cell):
            return None
        return advice.for_any_cell(cell) or self.advise(cell)


def _text(name: str, longest: int) -> Column:
    return Column(name, rf"{_SAFE_START}{_PRINTABLE}{{0,{longest}}}", lambda cell: advice.for_text(cell, longest))


_PREFIX = Column("Prefix", r"[1-9][0-9]{0,14}", advice.for_prefix)
_NETWORK = Column("Prefix", r"[1-9][0-9]{2}(?:[0-9]{2,3})?", advice.for_network)


def columns_of(connection: Connection) -> tuple[Column, ...]:
    """The columns in their order, as this connection's service and keys want them."""
    is_sms = connection.service == Service.SMS
    seconds, interval_advice = ("1", advice.for_sms_interval) if is_sms else (_SECONDS, advice.for_interval)
    return (
        _text("Country", 120),
        _text("Description", 200),
        _NETWORK if connection.keyed_by == KeyedBy.MCCMNC else _PREFIX,
        Column("Effective from", _TIME, advice.for_time),
        _text("Rate Id", 64),
        Column("Forbidden", "[01]", advice.for_flag),
        Column("Discontinued", "[01]", advice.for_flag),
        Column("Price 1", _PRICE, advice.for_price),
        Column("Price N", _PRICE, advice.for_price),
        Column("Interval 1", seconds, interval_advice),
        Column("Interval N", seconds, interval_advice),
    )


def whole_row(columns: tuple[Column, ...]) -> re.Pattern[str]:
    """One pattern for a good row whose cells are joined by tabs: what nearly all rows are tried against, once."""
    return re.compile("\t".join(f"(?:{column.pattern})" for column in columns))
