"""Set-based writes: many rows in one statement, by unnest over one array a column."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

Statement = tuple[str, list[Any]]

_BETWEEN = "\x00"  # no text in PostgreSQL holds it
_NEXT = '","'


def array(values: Iterable[Any]) -> str:
    """A PostgreSQL array as text, to be cast by its statement; all values are of one type, or None.

    Whole columns become text at once, which costs a fraction of what the driver needs to adapt each value by itself.
    Raises ValueError for a text with a zero byte, which PostgreSQL can't hold.
    """
    column = values if isinstance(values, list | tuple) else list(values)
    if not column:
        return "{}"
    first = next((value for value in column if value is not None), None)
    if isinstance(first, str):
        return "{" + _texts(column) + "}"
    if isinstance(first, date):
        return "{" + _moments(column) + "}"
    return "{" + ",".join(map(str, column)).replace("None", "NULL") + "}"  # numbers, and booleans in any case


def _texts(column: Sequence[str | None]) -> str:
    try:
        joined = _BETWEEN.join(column)  # type: ignore[arg-type]
    except TypeError:  # there is a None among them
        return ",".join(["NULL" if text is None else _texts([text]) for text in column])
    if joined.count(_BETWEEN) != len(column) - 1:
        raise ValueError("A text holds a zero byte.")
    if "\\" in joined or '"' in joined:
        joined = joined.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{joined.replace(_BETWEEN, _NEXT)}"'


def _moments(column: Sequence[date | None]) -> str:
    texts, last, text = [], None, "NULL"
    for value in column:
        if value is not last:  # most of a batch happens at one moment, which is turned into text once
            last, text = value, "NULL" if value is None else value.isoformat()
        texts.append(text)
    return ",".join(texts)


class BulkInsert:
    """`INSERT … SELECT * FROM unnest(…)` for one table: columns by name, each with its SQL type."""

    def __init__(self, table: str, suffix: str = "", **columns: str) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        self.sql = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {suffix}"  # noqa: S608 (names are ours)

    def statement(self, rows: Sequence[Sequence[Any]]) -> Statement:
        """The statement that inserts these rows, each in the order of the columns."""
        return self.sql, [array(column) for column in zip(*rows, strict=True)]
