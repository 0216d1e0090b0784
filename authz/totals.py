# ruff: noqa: S608 (these statements are put together of our own words only)
"""Makes the totals of traffic from the records, again and again, until nothing can change them any more.

The database says what is due: the quarters of an hour since the mark, and those of records that were corrected since.
Each is counted anew as a whole, so a second run, or one that was killed, does no harm. A record is committed seconds
after the moment that it bears, so the last minutes are counted twice. Records are found by their buyers' index: the
engine writes no index for this.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection, transaction

from authz.models import TrafficMark
from tcxc import numbering
from tcxc.bulk import BulkInsert, array

QUARTER = timedelta(minutes=15)
LATE = timedelta(minutes=3)  # between the moment that a record bears and the moment that everybody can see it
DAYS_THAT_CHANGE = 2  # those before keep no quarters by country; a late correction has them counted anew
_DIGITS = 8  # no country needs more of a number to be told from another

_TABLES = {
    "voice": ("authz_cdr", "r.used_seconds", "r.billed_seconds"),
    "sms": ("authz_messagerecord", "0", "r.billed_parts"),
}
_COUNT = """
SELECT q.start, '{service}', coalesce(r.buyer_id, 0), coalesce(r.account_id, 0), coalesce(r.seller_id, 0),
  coalesce(r.connection_id, 0), r.currency, left(r.callee, {digits}),
  count(*) FILTER (WHERE r.result <> 'denied'), count(*) FILTER (WHERE r.result IN ('answered', 'sent')),
  count(*) FILTER (WHERE r.result = 'denied'), coalesce(sum({seconds}), 0), coalesce(sum({billed}), 0),
  sum(r.amount), sum(r.commission)
FROM unnest(%(quarters)s::timestamptz[]) q(start)
CROSS JOIN LATERAL (
  SELECT c.* FROM buyers_buyer b CROSS JOIN LATERAL (
    SELECT * FROM {table} WHERE buyer_id = b.company_id
      AND recorded_at >= q.start AND recorded_at < q.start + interval '15 minutes') c
  UNION ALL
  SELECT * FROM {table} WHERE buyer_id IS NULL
    AND recorded_at >= q.start AND recorded_at < q.start + interval '15 minutes') r
GROUP BY 1, 3, 4, 5, 6, 7, 8
"""
_CORRECTED = " UNION ".join(
    f"SELECT date_bin('15 minutes', recorded_at, 'epoch') FROM {table} WHERE adjusted_at >= %(since)s"
    for table, _, _ in _TABLES.values()
)
_FIRST = "SELECT least({})".format(
    ", ".join(f"(SELECT min(recorded_at) FROM {table})" for table, _, _ in _TABLES.values())
)
_KEY = {
    "service": "text",
    "buyer_id": "bigint",
    "account_id": "bigint",
    "seller_id": "bigint",
    "connection_id": "bigint",
    "currency": "text",
}
_SUMS = {
    "tried": "int",
    "answered": "int",
    "denied": "int",
    "seconds": "bigint",
    "billed": "bigint",
    "amount": "numeric",
    "commission": "numeric",
}
_INSERT_QUARTERS = BulkInsert("authz_trafficquarter", start="timestamptz", **_KEY, **_SUMS)
_INSERT_DESTINATIONS = BulkInsert("authz_destinationquarter", start="timestamptz", **_KEY, country="text", **_SUMS)
_FORGET = """
DELETE FROM authz_trafficquarter WHERE start = ANY(%(quarters)s::timestamptz[]);
DELETE FROM authz_destinationquarter WHERE start = ANY(%(quarters)s::timestamptz[])
"""
_DAY = f"""
DELETE FROM authz_destinationday WHERE day = %(day)s;
INSERT INTO authz_destinationday (day, {", ".join(_KEY)}, country, {", ".join(_SUMS)})
SELECT %(day)s, {", ".join(_KEY)}, country, {", ".join(f"sum({name})" for name in _SUMS)}
FROM authz_destinationquarter WHERE start >= %(begin)s AND start < %(end)s GROUP BY {", ".join(_KEY)}, country
"""
_CLEAR = "DELETE FROM authz_destinationquarter WHERE start < %(before)s"


class Due(NamedTuple):
    """One day of UTC with the quarters of it that have to be counted anew."""

    day: date
    quarters: Sequence[datetime]


def total_traffic(*, now: datetime) -> int:
    """Bring the totals up to `now`. Returns how many quarters were counted; none while another worker does it."""
    counted = 0
    for due in _due(now):
        with transaction.atomic():
            mark = TrafficMark.objects.select_for_update(skip_locked=True).filter(pk=1).first()
            if mark is None:
                return counted
            _count_anew(due)
            until = min(now, due.quarters[-1] + QUARTER)
            mark.counted_until = max(mark.counted_until, until)
            mark.save(update_fields=["counted_until"])
        counted += len(due.quarters)
    _close_run(now)
    return counted


def _due(now: datetime) -> Iterator[Due]:
    mark, _ = TrafficMark.objects.get_or_create(
        pk=1, defaults={"counted_until": _first_record() or now, "corrected_until": now}
    )
    open_days = _day_start(now.date() - timedelta(days=DAYS_THAT_CHANGE))
    starts = set(_quarters(mark.counted_until - LATE, now))
    for start in _ask(_CORRECTED, since=mark.corrected_until - LATE):
        starts |= {start} if start >= open_days else set(_quarters(_day_start(start.date()), _day_end(start.date())))
    by_day: defaultdict[date, list[datetime]] = defaultdict(list)
    for start in sorted(starts):
        by_day[start.date()].append(start)
    for day, quarters in by_day.items():
        yield Due(day, quarters)


def _count_anew(due: Due) -> None:
    rows = [row for service in _TABLES for row in _counted(service, due.quarters)]
    by_country = _added_up((*row[:7], numbering.country_of(row[7]) or "", *row[8:]) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"quarters": array(due.quarters)})
        _insert(cursor, _INSERT_QUARTERS, _added_up((*row[:7], *row[8:]) for row in rows))
        _insert(cursor, _INSERT_DESTINATIONS, by_country)
        begin, end = _day_start(due.day), _day_end(due.day)
        cursor.execute(_DAY, {"day": due.day, "begin": begin, "end": end})


def _counted(service: str, quarters: Sequence[datetime]) -> list[tuple[Any, ...]]:
    table, seconds, billed = _TABLES[service]
    text = _COUNT.format(service=service, table=table, seconds=seconds, billed=billed, digits=_DIGITS)
    with connection.cursor() as cursor:
        cursor.execute(text, {"quarters": array(quarters)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def _added_up(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows of a key and its sums, with the sums of each key added up."""
    sums: dict[tuple[Any, ...], list[int | Decimal]] = {}
    for row in rows:
        key, values = row[: -len(_SUMS)], row[-len(_SUMS) :]
        known = sums.get(key)
        sums[key] = list(values) if known is None else [a + b for a, b in zip(known, values, strict=True)]
    return [(*key, *values) for key, values in sums.items()]


def _insert(cursor: Any, insert: BulkInsert, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        cursor.execute(*insert.statement(rows))


def _close_run(now: datetime) -> None:
    TrafficMark.objects.filter(pk=1, corrected_until__lt=now).update(corrected_until=now)
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, {"before": _day_start(now.date() - timedelta(days=DAYS_THAT_CHANGE))})


def _first_record() -> datetime | None:
    return next(iter(_ask(_FIRST)), None)


def _ask(sql: str, **facts: Any) -> list[datetime]:
    with connection.cursor() as cursor:
        cursor.execute(sql, facts)
        return [row[0] for row in cursor.fetchall() if row[0] is not None]


def _quarters(since: datetime, until: datetime) -> Iterator[datetime]:
    """When each quarter begins that has anything of the time between, in UTC."""
    start = since.astimezone(UTC).replace(second=0, microsecond=0)
    start -= timedelta(minutes=start.minute % 15)
    while start < until:
        yield start
        start += QUARTER


def _day_start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _day_end(day: date) -> datetime:
    return _day_start(day + timedelta(days=1))
