"""Files of numbers: CSV with a header row that names the columns, in any order, read while it comes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import IO, Any

from numbers.details import FIELDS
from tcxc.errors import Invalid

COLUMNS = ("number", *FIELDS)
NEEDED = ("number", "monthly_fee")
LONGEST_CELL = 10_000


def rows_of(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row below the header with its line in the file, and its cells by column; what is empty is not given.

    UTF-8, with a byte order mark or without. Raises `Invalid` for a file that is no CSV, or whose header is wrong.
    """
    reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), strict=True)
    csv.field_size_limit(LONGEST_CELL)
    try:
        names = _checked_header(next(reader, []))
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _by_name(names, cells)
    except UnicodeDecodeError:
        raise _invalid(f"The text after line {reader.line_num} is not UTF-8: save the file as CSV UTF-8.") from None
    except csv.Error as error:
        raise _invalid(f"Line {reader.line_num} is not CSV: {error}.") from None


def _checked_header(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    is_short = any(name not in names for name in NEEDED)
    unknown = [name for name in names if name not in COLUMNS]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if is_short:
        raise _invalid(f"The first row has to name the columns, {' and '.join(NEEDED)} among them.")
    if unknown:
        raise _invalid(f"There is no column {unknown[0][:40]!r}. There are: {', '.join(COLUMNS)}.")
    if twice:
        raise _invalid(f"The column {twice[0]} stands in the header twice.")
    return names


def _by_name(names: list[str], cells: list[str]) -> dict[str, str]:
    """The cells by column; one beyond the last column gets a name by which it is refused."""
    named = [*names, *(f"cell {place}" for place in range(len(names) + 1, len(cells) + 1))]
    return {name: cell.strip() for name, cell in zip(named, cells, strict=False) if cell.strip()}


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, errors={"file": [sentence]})
