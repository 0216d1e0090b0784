"""Worlds that the product's own operations make once a process, and that are put back as rows for each later test.

Making one takes hundreds of statements; putting it back takes one COPY a table.
"""

import copy
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.db import connection

from tests.emptying import filled_tables, without_triggers

World = TypeVar("World")
Rows = dict[str, tuple[str, bytes]]  # by table: its columns, and its rows as COPY writes them

COLUMNS = """
SELECT string_agg(format('%%I', column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s AND is_generated = 'NEVER'
"""


def remembered(make: Callable[[], World]) -> Callable[[], World]:
    """As `make`, which is called once if the database is empty then; its world is copied for each caller."""
    kept: list[tuple[World, Rows]] = []

    @wraps(make)
    def world() -> World:
        if kept:
            made, rows = kept[0]
            put_back(rows)
            return copy.deepcopy(made)
        was_empty = not filled_tables()
        made = make()
        if was_empty:
            kept.append((copy.deepcopy(made), stored_rows()))
        return made

    return world


def stored_rows() -> Rows:
    """All rows that there are."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in filled_tables():
            cursor.execute(COLUMNS, [table])
            columns = cursor.fetchone()[0]
            with cursor.copy(f'COPY (SELECT {columns} FROM "{table}") TO STDOUT') as lines:
                found[table] = columns, b"".join(lines)
    return found


def put_back(rows: Rows) -> None:
    """Store rows as they were. No trigger is asked: they all said yes when these rows were first stored."""
    with connection.cursor() as cursor, without_triggers(cursor):
        for table, (columns, lines) in rows.items():
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as into:
                into.write(lines)
