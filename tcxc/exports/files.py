"""The files of exports: CSV and XLSX, written row by row, and harmless to open in a spreadsheet.

They stand in a folder of their own that no web server shows (`EXPORT_ROOT`), each under a name that nobody can guess.
"""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.conf import settings

from tcxc.api.csv import safe_cell

MOST_ROWS_IN_A_SHEET = 1_048_576
_MOST_EXACT_DIGITS = 15  # of a number in a workbook, which is a float


class Writer(Protocol):
    """Writes one file."""

    def write(self, rows: list[Sequence[Any]]) -> None:
        """Add rows."""

    def close(self) -> None:
        """End the file."""


def folder() -> Path:
    """Where the files stand."""
    root = Path(settings.EXPORT_ROOT)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def writer_of(format_: str, path: Path, heading: Sequence[str]) -> Writer:
    """A writer of that format into a new file."""
    return XlsxWriter(path, heading) if format_ == "xlsx" else CsvWriter(path, heading)


class CsvWriter:
    """RFC 4180, UTF-8 with a byte order mark, so that spreadsheets take it for what it is. Moments are in UTC."""

    def __init__(self, path: Path, heading: Sequence[str]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(heading)

    def write(self, rows: list[Sequence[Any]]) -> None:
        """Add rows."""
        self._writer.writerows([_text(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """End the file."""
        self._file.close()


class XlsxWriter:
    """A workbook in constant memory; when a sheet is full the next one goes on, under the same heading."""

    def __init__(self, path: Path, heading: Sequence[str], *, rows_in_a_sheet: int = MOST_ROWS_IN_A_SHEET) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent), "remove_timezone": True}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._bold = self._book.add_format({"bold": True})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._heading, self._most = heading, rows_in_a_sheet
        self._begin_sheet()

    def write(self, rows: list[Sequence[Any]]) -> None:
        """Add rows."""
        for row in rows:
            if self._row == self._most:
                self._begin_sheet()
            for column, cell in enumerate(row):
                self._write(column, cell)
            self._row += 1

    def close(self) -> None:
        """End the file."""
        self._book.close()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._heading) - 1, 18)
        for column, text in enumerate(self._heading):
            self._sheet.write_string(0, column, text, self._bold)
        self._row = 1

    def _write(self, column: int, cell: Any) -> None:
        if cell is None:
            return
        if isinstance(cell, datetime):
            self._sheet.write_datetime(self._row, column, cell.astimezone(UTC), self._moment)
        elif _is_exact(cell):
            self._sheet.write_number(self._row, column, cell)
        else:
            self._sheet.write_string(self._row, column, str(cell))  # a text is never taken for a formula


def _is_exact(cell: Any) -> bool:
    """Whether a number stays what it is when a workbook keeps it as a float."""
    if isinstance(cell, Decimal):
        return len(cell.normalize().as_tuple().digits) <= _MOST_EXACT_DIGITS
    return isinstance(cell, int) and abs(cell) < 10**_MOST_EXACT_DIGITS


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return f"{cell.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return f"{cell:f}" if isinstance(cell, Decimal) else safe_cell(cell)
