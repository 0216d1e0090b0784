"""Reads a CSV price list: UTF-8, a block at a time, nothing repaired in silence.

Nearly all rows of nearly all lists are good as they stand and hold no quotes. One pattern takes runs of those,
thousands at once, at a tenth of what a parser costs; the parser gets only what the pattern leaves.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from sellers.decks.problems import Unreadable

BLOCK = 1024**2  # bytes, and the longest line; a good row has under 2,500
_BOM = b"\xef\xbb\xbf"
_OTHER_FORMATS = {
    b"\xff\xfe": "The file is UTF-16 text. Save it as “CSV UTF-8”.",
    b"\xfe\xff": "The file is UTF-16 text. Save it as “CSV UTF-8”.",
    b"PK\x03\x04": "The file is a workbook and not CSV text. Give it a name that ends in .xlsx.",
    b"\xd0\xcf\x11\xe0": "The file is an old Excel workbook. Save it as .xlsx or as “CSV UTF-8”.",
    b"\x1f\x8b": "The file is compressed. Unpack it first.",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Good rows that follow each other: the number of the first, and each as its cells separated by tabs."""

    first: int
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One row to be looked at: its number and its cells."""

    row: int
    cells: list[str]


def read_text(file: IO[bytes], good_rows: re.Pattern[str]) -> Iterator[Run | Record]:
    """Every row of a CSV file, in order, counted from 1; the first comes as a record. Raises `Unreadable` at a fault.

    `good_rows` matches as many good rows as follow each other, without quotes, each with its line end.
    """
    text = _Text(file)
    parser = csv.reader(text, strict=True)
    row = 0
    while True:
        lines = text.take(good_rows) if row else []
        if lines:
            yield Run(row + 1, lines)
            row += len(lines)
            continue
        try:
            cells = next(parser, None)
        except csv.Error as error:
            raise Unreadable(row + 1, _broken_quote(str(error))) from error
        except _Fault as fault:
            raise Unreadable(row + 1 + fault.lines_before, str(fault)) from fault
        if cells is None:
            return
        row += 1
        yield Record(row, cells)


class _Fault(Exception):  # noqa: N818  (told on as `Unreadable`, which knows the row)
    """The next block can't be read, some lines on."""

    def __init__(self, message: str, lines_before: int = 0) -> None:
        super().__init__(message)
        self.lines_before = lines_before


class _Text:
    """The text of a file, some of it at a time, as lines for a parser or as runs of good rows."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._rest = b""  # of the file: read, and not decoded yet
        self._text, self._at = "", 0
        self._is_begun = False

    def __iter__(self) -> "_Text":
        return self

    def __next__(self) -> str:
        if not self._fill():
            raise StopIteration
        end = self._text.find("\n", self._at) + 1 or len(self._text)
        line = self._text[self._at : end]
        self._at = end
        return line

    def take(self, good_rows: re.Pattern[str]) -> list[str]:
        """The good rows that come next, with tabs for commas; none when the next row must be looked at."""
        if self._at == len(self._text):
            return []
        match = good_rows.match(self._text, self._at)
        if match is None or match.end() == self._at:
            return []
        self._at = match.end()
        return match[0].replace("\r", "").replace(",", "\t").split("\n")[:-1]

    def _fill(self) -> bool:
        if self._at < len(self._text):
            return True
        data = self._block()
        try:
            self._text, self._at = data.decode(), 0
        except UnicodeDecodeError as error:
            good = data.rfind(b"\n", 0, error.start) + 1
            if not good:
                raise _Fault(_not_utf8(error)) from error
            self._text, self._at, self._rest = data[:good].decode(), 0, data[good:] + self._rest
        return bool(self._text)

    def _block(self) -> bytes:
        """The next whole lines of the file, or what is left of it."""
        data = self._rest + self._file.read(BLOCK)
        if not self._is_begun:
            self._is_begun = True
            data = _begun(data)
        end = data.rfind(b"\n") + 1
        if not end and len(data) >= BLOCK:
            raise _Fault(f"The row is longer than {BLOCK:,} bytes: this is no price list.")
        end = end or len(data)
        self._rest = data[end:]
        return data[:end]


def _begun(data: bytes) -> bytes:
    for start, message in _OTHER_FORMATS.items():
        if data.startswith(start):
            raise _Fault(message)
    return data.removeprefix(_BOM)


def _not_utf8(error: UnicodeDecodeError) -> str:
    found = error.object[error.start : error.start + 1].hex().upper()
    return f"The row is not UTF-8 text (byte {found} at place {error.start + 1}). Save the file as “CSV UTF-8”."


def _broken_quote(reason: str) -> str:
    if "new-line" in reason:
        return "The lines end in a bare carriage return. Save the file with LF or CRLF line ends."
    if "field limit" in reason or "unexpected end" in reason:
        return 'A double quote opens a cell in this row and nothing closes it. Close it, or write it twice ("").'
    return (
        "A double quote stands in the middle of a cell. Put quotes around the whole cell and write the inner one twice."
    )
