"""Proves the books: each check is one set-based query that finds what breaks a promise, all over one snapshot.

The checks of the ledger are in `billing.audit_checks`; apps above register theirs. A query gives two columns: the id of
what is wrong, and in a few words how. It may read millions of rows, and must not need a loop to do so.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

SHOWN = 10

# A snapshot of one moment that writes nothing and locks nobody out; the sums may take memory and time.
_SETTINGS = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
SET LOCAL statement_timeout = 0; SET LOCAL jit = off; SET LOCAL work_mem = '128MB'; SET LOCAL TIME ZONE 'UTC'
"""


@dataclass(frozen=True, slots=True)
class Check:
    """A promise, and the query that finds what breaks it."""

    name: str
    promise: str
    query: str


@dataclass(frozen=True, slots=True)
class Offence:
    """One thing that breaks a promise: its id, and how."""

    id: str
    detail: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check found: how many, and the first of them by id. It took so many seconds."""

    check: Check
    count: int
    first: list[Offence]
    seconds: float


_checks: dict[str, Check] = {}


def register(*checks: Check) -> None:
    """Ask these with every audit."""
    for check in checks:
        _checks[check.name] = check


def registered() -> list[Check]:
    """Every check, in the order in which it was registered."""
    return list(_checks.values())


def run(checks: Iterable[Check] | None = None) -> list[Outcome]:
    """Ask every registered check, or those given, of one snapshot of the database. Not inside a transaction."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        return [ask(cursor, check) for check in (registered() if checks is None else checks)]


def ask(cursor: CursorWrapper, check: Check) -> Outcome:
    """Ask one check in the transaction of this cursor."""
    started = time.perf_counter()
    cursor.execute(
        f"SELECT id::text, detail, count(*) OVER () FROM ({check.query}) found (id, detail) "  # noqa: S608 (our own text)
        f"ORDER BY found.id LIMIT {SHOWN}"
    )
    rows = cursor.fetchall()
    first = [Offence(row[0] or "?", row[1] or "") for row in rows]
    return Outcome(check, rows[0][2] if rows else 0, first, time.perf_counter() - started)
