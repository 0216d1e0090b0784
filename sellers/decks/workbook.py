"""A program of its own: turns the workbook on standard input into CSV on standard output, within tight limits.

Workbooks are compressed and may unfold to any size, so they are unfolded here, in a process that the system stops when
it takes too much memory or time. It stands alone: nothing of the house is imported. Numbers become the shortest decimal
that reads back as the same number, dates become text, and an unknown kind of cell is shown as Python shows it.
It ends with 0, or with 1 and one sentence on standard error for the person who sent the file.
"""

import csv
import datetime
import resource
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

LARGEST_MEMORY = 3 * 1024**3
LONGEST_TIME = 120
COLUMNS = 11


def main() -> int:
    """Convert the one sheet that holds anything."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST_MEMORY, LARGEST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST_TIME, LONGEST_TIME))
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        workbook = CalamineWorkbook.from_filelike(sys.stdin.buffer)
        sheets = [sheet for name in workbook.sheet_names if (sheet := workbook.get_sheet_by_name(name)).end is not None]
    except PasswordError:
        return _refuse("The workbook is locked with a password. Save it without one.")
    except (CalamineError, OSError, ValueError) as error:
        return _refuse(f"The workbook can't be opened: it is damaged ({str(error)[:80]}). Save it again as .xlsx.")
    if len(sheets) != 1:
        names = ", ".join(sheet.name for sheet in sheets)[:80]
        return _refuse(f"The workbook holds {len(sheets)} filled sheets ({names}). Keep the price list alone.")
    csv.writer(sys.stdout, lineterminator="\n").writerows(_rows(sheets[0]))
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence)
    return 1


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Every row of the sheet as text; empty cells beyond the last column are left off."""
    left = [""] * sheet.start[1]
    for cells in sheet.iter_rows():
        row = left + [cell if type(cell) is str else _text(cell) for cell in cells]
        while len(row) > COLUMNS and not row[-1]:
            row.pop()
        yield row


@lru_cache(maxsize=10_000, typed=True)
def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    if isinstance(cell, datetime.datetime):
        return f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, datetime.date):
        return f"{cell:%Y-%m-%d} 00:00:00"
    return str(cell)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.exit(main())
