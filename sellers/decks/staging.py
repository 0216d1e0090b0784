"""Brings the good rows of a file into the database, and compares them there with the live prices."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from sellers.decks.problems import KEPT, ProblemLog
from sellers.decks.sql import statement
from sellers.models import Change, KeyedBy, PriceListUpload, StagedRate

NOTICE = timedelta(days=7)
ODDITIES = ("free_at_first", "free_afterwards", "both_flags", "nothing_to_end")


@contextmanager
def raw_rows() -> Iterator[None]:
    """A table of this session for the rows of one file; gone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.raw_rows")
        cursor.execute(statement("raw_rows"))
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE pg_temp.raw_rows")


def copy_lines(parts: Iterable[list[str]]) -> None:
    """Add lines in the form of COPY to the rows of the file, as they come: while some are read others are taken in."""
    with connection.cursor() as cursor, cursor.copy("COPY raw_rows FROM STDIN") as copy:
        for lines in parts:
            copy.write("".join(lines))


def prepare_comparison(upload: PriceListUpload) -> None:
    """Give the statements of this transaction memory for whole lists, and the planner the size of the file.

    A small sample tells it that; mode `replace` looks for codes that the file lacks.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL default_statistics_target = 10")
        if upload.mode == PriceListUpload.Mode.REPLACE:
            cursor.execute("CREATE INDEX ON raw_rows (prefix)")
        cursor.execute("ANALYZE raw_rows")


def log_duplicates(log: ProblemLog) -> None:
    """Log every row whose code stands in another row too. Whether there are any is counted first, which is quick."""
    repeated = _found("duplicates") if _found("has_duplicates")[0][0] else []
    for row, code, other, _ in repeated:
        log.error(row, "Prefix", f"{code} is also in row {other}. Keep one row for each code.")
    log.error_count += repeated[0][-1] - len(repeated) if repeated else 0


def stage(upload: PriceListUpload, *, now: datetime) -> dict[str, int]:
    """Write each row with what it would change as of now, and count. The connection must be locked."""
    _staged(upload).delete()
    facts: dict[str, Any] = {
        "upload": upload.pk,
        "connection": upload.connection_id,
        "now": now,
        "uploaded_at": upload.uploaded_at,
        "week_later": end_of_notice(upload.uploaded_at),
        "is_replace": upload.mode == PriceListUpload.Mode.REPLACE,
        "by_network": upload.connection.keyed_by == KeyedBy.MCCMNC,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("stage" if upload.connection.rates.exists() else "stage_first"), facts)
        cursor.execute("ANALYZE sellers_stagedrate")
        if _staged(upload).filter(change=Change.WITHDRAWN).exists():
            cursor.execute(statement("fallbacks"), facts)
        cursor.execute(statement("counts"), facts)
        return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


def log_oddities(upload: PriceListUpload, counts: dict[str, int], log: ProblemLog) -> None:
    """Warn of staged rows that are allowed and yet hardly meant: no price, both flags, nothing to discontinue."""
    if counts["free_at_first"] or counts["free_afterwards"]:
        for row, at_first, afterwards in _found("zero_prices", upload=upload.pk):
            if at_first:
                log.warning(row, "Price 1", "is zero on an active row: the first interval is free of charge.")
            if afterwards:
                log.warning(row, "Price N", "is zero on an active row: nothing is charged after the first interval.")
    if counts["both_flags"]:
        for (row,) in _found("both_flags", upload=upload.pk):
            log.warning(row, "Forbidden", "and Discontinued are both 1: the code will be forbidden.")
    if counts["nothing_to_end"]:
        for row, code in _found("unknown_discontinued", upload=upload.pk):
            log.warning(row, "Discontinued", f"is 1 for {code}, which has no price to end by then: nothing to do.")
    log.warning_count = sum(counts[name] for name in ODDITIES)


def end_of_notice(uploaded_at: datetime) -> datetime:
    """When an increase may begin: seven days after the upload, in whole seconds, never less."""
    moment = uploaded_at + NOTICE
    return moment.replace(microsecond=0) + timedelta(seconds=1 if moment.microsecond else 0)


def _staged(upload: PriceListUpload) -> QuerySet[StagedRate]:
    return StagedRate.objects.filter(upload_id=upload.pk)


def _found(name: str, **facts: Any) -> list[tuple[Any, ...]]:
    """The first rows of a statement, as many as are kept."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name), {"kept": KEPT, **facts})
        return list(cursor.fetchall())
