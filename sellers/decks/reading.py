"""Opens a price list by what its name says it is."""

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from sellers.decks.excel import read_workbook
from sellers.decks.problems import Unreadable
from sellers.decks.text import Record, Run, read_text

_OTHER_WORKBOOKS = {".xls", ".xlsm", ".xlsb", ".ods", ".numbers"}


def read_rows(file: IO[bytes], name: str, good_rows: re.Pattern[str]) -> Iterator[Run | Record]:
    """Every row of a price list in order, as `read_text` gives them. Raises `Unreadable` when it meets the fault."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _OTHER_WORKBOOKS:
        raise Unreadable(1, f"Files of the kind {suffix} are not read. Save the price list as .xlsx or “CSV UTF-8”.")
    yield from read_workbook(file, good_rows) if suffix == ".xlsx" else read_text(file, good_rows)
