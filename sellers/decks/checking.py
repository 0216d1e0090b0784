"""Checks the rows of a price list, and turns the good ones into lines for COPY."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sellers.decks import advice
from sellers.decks.columns import HEADER, columns_of, whole_row
from sellers.decks.problems import ProblemLog, Unreadable
from sellers.models import Connection

_TIME_COLUMN = HEADER.index("Effective from")
_ESCAPE = "\\"  # what COPY takes to begin an escape; tabs and line ends never get as far


class _Times(dict[str, str | None]):
    """Effective from as COPY takes it, remembered: `\\N` for ASAP, None for what is not in the calendar."""

    def __missing__(self, cell: str) -> str | None:
        value = _copied_time(cell)
        if len(self) < 10_000:
            self[cell] = value
        return value


def _copied_time(cell: str) -> str | None:
    if cell == "ASAP":
        return r"\N"
    try:
        return datetime.strptime(cell, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).isoformat()
    except ValueError:
        return None


def _escaped(text: str) -> str:
    return text.replace(_ESCAPE, _ESCAPE * 2)


class RowChecker:
    """Checks rows for one connection; counts those with anything in them, and logs what is wrong."""

    def __init__(self, connection: Connection, log: ProblemLog) -> None:
        self.rows = 0
        self._log = log
        self._columns = columns_of(connection)
        self._is_good = whole_row(self._columns).fullmatch
        self._times = _Times()

    def lines(self, batch: Iterable[tuple[int, list[str]]]) -> list[str]:
        """Lines for COPY of the good rows: row number, time of effect, and the eleven cells, separated by tabs."""
        lines, is_good, times, width = [], self._is_good, self._times, len(HEADER)
        for row, cells in batch:
            text = "\t".join(cells)
            if len(cells) == width and is_good(text) and (time := times[cells[_TIME_COLUMN]]) is not None:
                lines.append(f"{row}\t{time}\t{_escaped(text) if _ESCAPE in text else text}\n")
                self.rows += 1
            elif any(cells):
                self._explain(row, cells)
                self.rows += 1
        return lines

    def _explain(self, row: int, cells: Sequence[str]) -> None:
        if len(cells) != len(self._columns):
            self._log.error(row, "", advice.for_cell_count(list(cells), len(self._columns)))
            return
        for column, cell in zip(self._columns, cells, strict=True):
            if (fault := column.fault(cell)) is not None:
                self._log.error(row, column.name, fault)
        time = cells[_TIME_COLUMN]
        if self._columns[_TIME_COLUMN].fault(time) is None and self._times[time] is None:
            self._log.error(row, HEADER[_TIME_COLUMN], advice.for_time(time))


def check_header(rows: Iterable[tuple[int, list[str]]]) -> None:
    """Take the first row, which must be the header. Raises `Unreadable` for anything else."""
    row, cells = next(iter(rows), (1, []))
    if not any(cells):
        raise Unreadable(row, "The file is empty. " + advice.for_header([], HEADER))
    if tuple(cells) != HEADER:
        raise Unreadable(row, advice.for_header(cells, HEADER))
