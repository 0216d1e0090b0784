"""Upkeep of tables that are partitioned by month: the partitions of the months to come are made ahead.

Each app registers its tables. Rows whose month has no partition go to the table's `_other` partition and are found
there, only not as fast; such a month never gets one of its own, so the upkeep stays months ahead.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.db import IntegrityError, OperationalError, connection, transaction
from prometheus_client import Gauge
from psycopg.errors import LockNotAvailable

from tcxc import alerts
from tcxc.clock import utc_now

MONTHS_AHEAD = 3
LOCK_TIMEOUT = "200ms"  # who writes to the table waits as long as we do
ATTEMPTS, PAUSE = 20, 0.5  # of one month; seconds

MISSING = Gauge(
    "tcxc_partitions_missing", "Partitions of the next month that don't exist.", multiprocess_mode="mostrecent"
)
log = structlog.get_logger(__name__)

_tables: list[str] = []

_STATE = """
SELECT made.name, ahead, month, to_regclass(month) IS NOT NULL
FROM unnest(%s::text[]) WITH ORDINALITY AS made(name, place), generate_series(0, %s) AS ahead,
  concat(made.name, to_char((now() AT TIME ZONE 'UTC') + make_interval(months => ahead), '"_y"YYYY"m"MM')) AS month
WHERE to_regclass(made.name) IS NOT NULL ORDER BY place, ahead
"""


@dataclass(frozen=True, slots=True)
class Partition:
    """One month of a table, counted from this one. `problem` says why it could not be made."""

    table: str
    months_ahead: int
    name: str
    exists: bool
    problem: str = ""


def register(*tables: str) -> None:
    """Look after these tables, each made by the SQL function `partition_by_month`."""
    _tables.extend(table for table in tables if table not in _tables)


def state(months_ahead: int = MONTHS_AHEAD) -> Iterator[Partition]:
    """This month's partition, and those of the months to come, of each registered table that exists."""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [_tables, months_ahead])
        for table, ahead, name, exists in cursor.fetchall():
            yield Partition(table, ahead, name, exists)


def missing_next_month() -> list[str]:
    """The names of next month's partitions that don't exist."""
    return [found.name for found in state(1) if found.months_ahead == 1 and not found.exists]


def keep(months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Make what is missing, and tell operators of what can't be made. Returns the names of the partitions made."""
    results = [make(partition) for partition in state(months_ahead) if not partition.exists]
    failed = [result for result in results if result.problem]
    for result in failed:
        log.error("partition_not_made", partition=result.name, problem=result.problem)
        key = f"partition:{result.name}:{utc_now():%Y-%m-%d}"
        alerts.tell_operators("partition", key=key, facts={"name": result.name, "problem": result.problem})
    MISSING.set(len(missing_next_month()))
    return [result.name for result in results if result.exists]


def make(partition: Partition) -> Partition:
    """Make one partition, trying again while its table is in use. Its `problem` is set when it can't be made."""
    problem = ""
    for _ in range(ATTEMPTS):
        try:
            _make(partition)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            problem = f"{partition.table} was in use all the time"
            time.sleep(PAUSE)
        except IntegrityError:
            problem = f"rows of its month are in {partition.table}_other already, and stay there"
            break
        else:
            return Partition(partition.table, partition.months_ahead, partition.name, exists=True)
    return Partition(partition.table, partition.months_ahead, partition.name, exists=False, problem=problem)


def _make(partition: Partition) -> None:
    months = partition.months_ahead
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
        cursor.execute("SELECT ensure_month_partitions(%s::regclass, %s, %s)", [partition.table, -months, months])
