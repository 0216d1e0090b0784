"""Checks the rows of a price list, and turns the good ones into lines for COPY."""

from collections.abc import Iterator
from datetime import datetime

from sellers.decks import advice
from sellers.decks.columns import HEADER, columns_of, good_row, good_rows
from sellers.decks.problems import ProblemLog, Unreadable
from sellers.decks.text import Record, Run
from sellers.models import Connection

_TIME_COLUMN = HEADER.index("Effective from")


class RowChecker:
    """Checks rows for one connection; counts those with anything in them, and logs what is wrong."""

    def __init__(self, connection: Connection, log: ProblemLog) -> None:
        self.rows = 0  # with anything in them
        self.last_row = 0
        self._log = log
        self._columns = columns_of(connection)
        self._is_good = good_row(self._columns).fullmatch
        self.good_rows = good_rows(self._columns)

    def lines(self, found: Run | Record) -> list[str]:
        """Lines for COPY of what is good in it: the row's number and its eleven cells, separated by tabs."""
        if isinstance(found, Run):
            self.rows += len(found.lines)
            self.last_row = found.first + len(found.lines) - 1
            return [f"{row}\t{line}\n" for row, line in enumerate(found.lines, found.first)]
        self.last_row = found.row
        if not any(found.cells):
            return []
        self.rows += 1
        text = "\t".join(found.cells)
        is_good = self._is_good(text) and len(found.cells) == len(HEADER) and _is_in_calendar(found.cells[_TIME_COLUMN])
        if not is_good and self._is_faulty(found):
            return []
        return [f"{found.row}\t{_escaped(text)}\n"]

    def _is_faulty(self, found: Record) -> bool:
        if len(found.cells) != len(self._columns):
            self._log.error(found.row, "", advice.for_cell_count(found.cells, len(self._columns)))
            return True
        faults = [
            (column.name, fault)
            for column, cell in zip(self._columns, found.cells, strict=True)
            if (fault := column.fault(cell)) is not None
        ]
        if not faults and not _is_in_calendar(found.cells[_TIME_COLUMN]):
            faults = [(HEADER[_TIME_COLUMN], advice.for_time(found.cells[_TIME_COLUMN]))]
        for name, fault in faults:
            self._log.error(found.row, name, fault)
        return bool(faults)


def _escaped(text: str) -> str:
    """A backslash begins an escape in COPY; tabs and line ends in a cell never get this far."""
    return text.replace("\\", "\\\\") if "\\" in text else text


def _is_in_calendar(time: str) -> bool:
    try:
        return time == "ASAP" or bool(datetime.fromisoformat(time))
    except ValueError:
        return False


def check_header(rows: Iterator[Run | Record]) -> None:
    """Take the first row, which must be the header. Raises `Unreadable` for anything else."""
    first = next(rows, None)
    cells = first.cells if isinstance(first, Record) else []
    if not any(cells):
        raise Unreadable(1, "The file is empty. " + advice.for_header([], HEADER))
    if tuple(cells) != HEADER:
        raise Unreadable(1, advice.for_header(cells, HEADER))
