"""Writes price lists: CSV and XLSX in the eleven columns, such that reading them again changes nothing."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any, NamedTuple

import xlsxwriter

from sellers.decks.columns import HEADER
from tcxc.errors import Refused
from tcxc.money import format_price

ROWS_AT_ONCE = 500
MOST_ROWS_IN_A_SHEET = 1_048_575
_MOST_EXACT_DIGITS = 12  # of a number in a workbook, which is a float: up to here it surely reads back the same


class ListedRate(NamedTuple):
    """One row of a list: the latest word on one code. Times are UTC; prices a minute or a part."""

    country: str
    description: str
    prefix: str
    effective_from: datetime
    rate_id: str
    forbidden: bool
    price_1: Decimal
    price_n: Decimal
    interval_1: int
    interval_n: int


def csv_lines(rates: Iterable[ListedRate]) -> Iterator[str]:
    """The list as CSV, some hundred rows at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    for number, rate in enumerate(rates, 1):
        writer.writerow(_cells(rate, format_price))
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def write_workbook(rates: Iterable[ListedRate], file: IO[bytes]) -> None:
    """The list as a workbook, written row by row; codes are text, so that no spreadsheet shortens them.

    Raises `Refused` when a sheet holds no more.
    """
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Price list")
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(HEADER) - 1, 16)
        _write_row(sheet, 0, HEADER, workbook.add_format({"bold": True}))
        for number, rate in enumerate(rates, 1):
            if number > MOST_ROWS_IN_A_SHEET:
                raise Refused(f"A workbook holds {MOST_ROWS_IN_A_SHEET:,} rows, and the list has more. Take it as CSV.")
            _write_row(sheet, number, _cells(rate, _price_cell))


def _cells(rate: ListedRate, show_price: Callable[[Decimal], Decimal | str]) -> tuple[Any, ...]:
    return (
        rate.country,
        rate.description,
        rate.prefix,
        f"{rate.effective_from.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        rate.rate_id,
        int(rate.forbidden),
        0,
        show_price(rate.price_1),
        show_price(rate.price_n),
        rate.interval_1,
        rate.interval_n,
    )


def _write_row(sheet: Any, number: int, cells: Iterable[Any], style: Any = None) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            sheet.write_string(number, place, cell, style)
        else:
            sheet.write_number(number, place, cell, style)


def _price_cell(price: Decimal) -> Decimal | str:
    plain = price.normalize()
    return plain if len(plain.as_tuple().digits) <= _MOST_EXACT_DIGITS else format_price(price)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
