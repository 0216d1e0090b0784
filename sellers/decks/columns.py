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

_SAFE_START = r"(?![=+@]|-[^,])"  # what a spreadsheet would run as a formula; a dash alone is no formula
_PRINTABLE = r"[^\x00-\x1f\x7f]"
_BARE = r"[^\x00-\x1f\x7f,\"\\]"  # may stand in CSV without quotes, and in COPY without an escape
_PRICE = r"[0-9]{1,8}(?:\.[0-9]{1,8})?"
_TIME = r"ASAP|[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_BARE_TIME = (  # 29 February is left to the calendar
    r"ASAP|[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8])) (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
)
_SECONDS = r"[1-9][0-9]{0,8}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the pattern of a good cell, the advice for any other, and good cells that need no care."""

    name: str
    pattern: str
    advise: Callable[[str], str]
    bare_pattern: str = ""

    def fault(self, cell: str) -> str | None:
        """What is wrong with a cell and how to mend it, or None."""
        if re.fullmatch(self.pattern, cell):
            return None
        return advice.for_any_cell(cell) or self.advise(cell)


def _text(name: str, longest: int) -> Column:
    def advise(cell: str) -> str:
        return advice.for_text(cell, longest)

    size = f"{{0,{longest}}}"
    return Column(name, _SAFE_START + _PRINTABLE + size, advise, _SAFE_START + _BARE + size)


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
        Column("Effective from", _TIME, advice.for_time, _BARE_TIME),
        _text("Rate Id", 64),
        Column("Forbidden", "[01]", advice.for_flag),
        Column("Discontinued", "[01]", advice.for_flag),
        Column("Price 1", _PRICE, advice.for_price),
        Column("Price N", _PRICE, advice.for_price),
        Column("Interval 1", seconds, interval_advice),
        Column("Interval N", seconds, interval_advice),
    )


def good_rows(columns: tuple[Column, ...]) -> re.Pattern[str]:
    """As many good rows as follow each other in CSV, up to some hundreds, without quotes, each with its line end.

    The bound keeps the matcher's memory small. A possessive quantifier would do so without one, but matches what it
    should not before Python 3.11.5 (gh-106052), which Debian 12 is.
    """
    row = ",".join(f"(?:{column.bare_pattern or column.pattern})" for column in columns)
    return re.compile(rf"(?:{row}\r?\n){{0,500}}")


def good_row(columns: tuple[Column, ...]) -> re.Pattern[str]:
    """One good row, its cells joined by tabs."""
    return re.compile("\t".join(f"(?:{column.pattern})" for column in columns))
