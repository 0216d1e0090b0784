"""How values are written: ids, intervals and flags as text, dates without a zone in UTC, unknown as null."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tcxc.api.csv import safe_cell
from tcxc.money import format_price
from tcxc.numbering import country_name, country_of


def text(value: object) -> str | None:
    """An id, interval or flag; null when there is none."""
    return None if value is None else str(int(value) if isinstance(value, bool) else value)


def flag(value: bool) -> int:
    """A capability: 0 or 1 as a number, with which some clients compare."""
    return int(value)


def amount(value: Decimal) -> str:
    """Money, with six decimals."""
    return f"{value:.6f}"


def amount_or_none(value: Decimal | None) -> str | None:
    """Money, or null for no limit."""
    return None if value is None else amount(value)


def price(value: Decimal | None) -> str | None:
    """A price, with six to eight decimals."""
    return None if value is None else format_price(value)


def number(value: Decimal | None) -> float | None:
    """A price of a CDR, which the dialect writes as a JSON number: to be read, never to be summed."""
    return None if value is None else float(value)


def moment(value: datetime | None) -> str | None:
    """`YYYY-MM-DD HH:MM:SS`."""
    return None if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def short_moment(value: datetime) -> str:
    """`MM/DD/YY h:mmAM`, as market rates have it."""
    local = value.astimezone(UTC)
    return f"{local:%m/%d/%y} {local.hour % 12 or 12}:{local:%M%p}"


def country(digits: str) -> dict[str, str | None]:
    """`country_code` in lower case and `country_name` of a number or code."""
    code = country_of(digits)
    return {"country_code": code and code.lower(), "country_name": code and country_name(code)}


def csv_line(cells: Sequence[Any]) -> str:
    """One line of CSV (RFC 4180), harmless to open in a spreadsheet."""
    return ",".join(_quoted(safe_cell(cell)) for cell in cells) + "\r\n"


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A whole file."""
    return csv_line(header) + "".join(csv_line(row) for row in rows)


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell
