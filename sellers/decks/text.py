"""Reads a CSV price list: UTF-8, streamed line by line, nothing repaired in silence."""

import csv
from collections.abc import Iterator
from typing import IO

from sellers.decks.problems import Unreadable

LONGEST_LINE = 65_536  # bytes; a good row has under 2,500
_BOM = b"\xef\xbb\xbf"
_OTHER_FORMATS = {
    b"\xff\xfe": "The file is UTF-16 text. Save it as “CSV UTF-8”.",
    b"\xfe\xff": "The file is UTF-16 text. Save it as “CSV UTF-8”.",
    b"PK\x03\x04": "The file is a workbook and not CSV text. Give it a name that ends in .xlsx.",
    b"\xd0\xcf\x11\xe0": "The file is an old Excel workbook. Save it as .xlsx or as “CSV UTF-8”.",
    b"\x1f\x8b": "The file is compressed. Unpack it first.",
}


class _TooLong(Exception):  # noqa: N818  (an end of reading, told on as `Unreadable`)
    """A line without an end."""


def read_text(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """Each record of a CSV file with its row, counted from 1. Raises `Unreadable` at the first that can't be read."""
    row = 0
    try:
        for row, cells in enumerate(csv.reader(_lines(file), strict=True), 1):
            yield row, cells
    except UnicodeDecodeError as error:
        raise Unreadable(row + 1, _not_utf8(error)) from error
    except _TooLong as error:
        raise Unreadable(row + 1, f"The row is longer than {LONGEST_LINE:,} bytes: this is no price list.") from error
    except csv.Error as error:
        raise Unreadable(row + 1, _broken_quote(str(error))) from error


def _lines(file: IO[bytes]) -> Iterator[str]:
    line = file.readline(LONGEST_LINE)
    for start, message in _OTHER_FORMATS.items():
        if line.startswith(start):
            raise Unreadable(1, message)
    line = line.removeprefix(_BOM)
    while line:
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise _TooLong
        yield line.decode()
        line = file.readline(LONGEST_LINE)


def _not_utf8(error: UnicodeDecodeError) -> str:
    found = error.object[error.start : error.start + 1].hex().upper()
    return f"The row is not UTF-8 text (byte {found} at place {error.start + 1}). Save the file as “CSV UTF-8”."


def _broken_quote(reason: str) -> str:
    if "field limit" in reason or "unexpected end" in reason:
        return 'A double quote opens a cell in this row and nothing closes it. Close it, or write it twice ("").'
    return (
        "A double quote stands in the middle of a cell. Put quotes around the whole cell and write the inner one twice."
    )
