"""Reads a CSV file of numbers: its first row names fields of a number, in any order; rows come one after another."""

import re
from collections.abc import Iterator
from typing import IO

from numbers import details
from numbers.errors import RowProblem, RowsRefused
from sellers.decks.problems import Unreadable
from sellers.decks.text import Record, read_text
from tcxc.errors import Invalid

COLUMNS = ("number", *details.FIELDS)
MOST_ROWS = 50_000
_NO_RUNS = re.compile(r"(?!)")  # every row is looked at


def read_csv(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line in the file (the header is 1) and its cells by column; empty cells and rows are left out.

    Raises `Invalid` for a header that names no number or something else, `RowsRefused` for what can't be read.
    """
    try:
        yield from _rows(file)
    except Unreadable as fault:
        problem = fault.problem
        raise RowsRefused([RowProblem(problem.row, problem.column or "row", problem.message)], 1) from fault


def _rows(file: IO[bytes]) -> Iterator[tuple[int, dict[str, str]]]:
    header: list[str] = []
    for record in read_text(file, _NO_RUNS):
        if not isinstance(record, Record):
            continue
        if not header:
            header = _header(record.cells)
            continue
        if record.row > MOST_ROWS + 1:
            raise Unreadable(record.row, f"A file has at most {MOST_ROWS:,} rows: split it.")
        if len(record.cells) > len(header):
            raise Unreadable(record.row, f"The row has {len(record.cells)} cells, the header {len(header)}.")
        cells = dict(zip(header, (cell.strip() for cell in record.cells), strict=False))
        if any(cells.values()):
            yield record.row, {"number": ""} | {name: cell for name, cell in cells.items() if cell}
    if not header:
        _refuse("The file is empty.")


def _header(cells: list[str]) -> list[str]:
    names = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
    unknown = [name or "(empty)" for name in names if name not in COLUMNS]
    if unknown:
        _refuse(f"There is no column {unknown[0]}. The columns are {', '.join(COLUMNS)}.")
    if len(set(names)) < len(names):
        _refuse("A column is there twice in the header.")
    missing = [name for name in ("number", "monthly_fee") if name not in names]
    if missing:
        _refuse(f"The header has no column {missing[0]}. The first row names the columns.")
    return names


def _refuse(sentence: str) -> None:
    raise Invalid(sentence, errors={"file": [sentence]})
