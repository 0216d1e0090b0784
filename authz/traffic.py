"""Traffic in sums, for charts and dashboards: by the hour, by connection, by destination. No record is read for them.

The sums are those of `authz.totals`: of calls and messages that have ended, and at most a minute old.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Trunc

from authz.models import DestinationDay, TrafficQuarter
from authz.models.totals import TrafficSums
from tcxc.clock import local_day
from tcxc.money import ZERO

HOURS, DAYS = 48, 30
_SUMMED = ("tried", "answered", "denied", "seconds", "billed", "amount", "commission")


@dataclass(frozen=True, slots=True)
class Sums:
    """What some traffic sums up to; see `authz.models.totals.TrafficSums` for what each figure counts."""

    tried: int = 0
    answered: int = 0
    denied: int = 0
    seconds: int = 0
    billed: int = 0
    amount: Decimal = ZERO
    commission: Decimal = ZERO

    @property
    def earned(self) -> Decimal:
        """What the seller got of it."""
        return self.amount - self.commission

    @property
    def asr(self) -> Decimal | None:
        """The share of the calls tried that were answered."""
        return Decimal(self.answered) / self.tried if self.tried else None

    @property
    def acd(self) -> int | None:
        """How long an answered call lasted on average, in seconds."""
        return round(self.seconds / self.answered) if self.answered else None


@dataclass(frozen=True, slots=True)
class Slot(Sums):
    """The traffic of one hour or day."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose traffic: a buyer's or a seller's (their companies' ids), or with neither everybody's."""

    buyer_id: int | None = None
    seller_id: int | None = None

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that are theirs."""
        named = {"buyer_id": self.buyer_id, "seller_id": self.seller_id}
        return rows.filter(**{name: value for name, value in named.items() if value is not None})


def traffic_by(step: str, *, owner: Owner, zone: str, now: datetime, service: str = "") -> list[Slot]:
    """The last 48 hours (`step` "hour") or 30 days ("day") of a zone, the oldest first; of one service or both."""
    times = _times(step, now.astimezone(ZoneInfo(zone)))
    rows = owner.narrow(TrafficQuarter.objects.filter(start__gte=times[0]))
    rows = rows.filter(service=service) if service else rows
    slots = rows.values(slot=Trunc("start", step, tzinfo=ZoneInfo(zone))).annotate(**_sums()).order_by("slot")
    found = {row.pop("slot").timestamp(): row for row in slots}
    return [Slot(at=at, **found.get(at.timestamp(), {})) for at in times]


def traffic_since(
    since: datetime, *, owner: Owner, by: Iterable[str] = (), until: datetime | None = None, **filters: Any
) -> dict[tuple[Any, ...], Sums]:
    """What was carried since a moment (the quarter of an hour that it is in), by these fields of `TrafficQuarter`."""
    start = since - timedelta(minutes=since.minute % 15, seconds=since.second, microseconds=since.microsecond)
    rows = owner.narrow(TrafficQuarter.objects.filter(start__gte=start, **filters))
    return _grouped(rows if until is None else rows.filter(start__lt=until), tuple(by))


def traffic_by_destination(
    first: date, *, owner: Owner, by: Iterable[str] = ("service", "country")
) -> dict[tuple[Any, ...], Sums]:
    """What was carried since a day of UTC, by country called and service, or by these fields of `DestinationDay`."""
    return _grouped(owner.narrow(DestinationDay.objects.filter(day__gte=first)), tuple(by))


def quality_of(connections: Iterable[int], *, since: date, country: str = "") -> dict[int, Sums]:
    """How these connections carried the calls of all buyers since a day of UTC; those to one country, if given."""
    rows = DestinationDay.objects.filter(connection_id__in=list(connections), day__gte=since, service="voice")
    found = _grouped(rows.filter(country=country) if country else rows, ("connection_id",))
    return {connection: sums for (connection,), sums in found.items()}


def added_up(parts: Iterable[Sums]) -> Sums:
    """Some sums as one."""
    found = list(parts)
    return Sums(**{name: sum((getattr(part, name) for part in found), getattr(Sums(), name)) for name in _SUMMED})


def day_began(now: datetime, zone: str) -> datetime:
    """When today began in a zone's calendar."""
    return datetime.combine(local_day(now, zone), time.min, ZoneInfo(zone))


def month_began(now: datetime, zone: str) -> datetime:
    """When this month began in a zone's calendar."""
    return datetime.combine(local_day(now, zone).replace(day=1), time.min, ZoneInfo(zone))


def _grouped(rows: QuerySet[TrafficSums, Any], by: tuple[str, ...]) -> dict[tuple[Any, ...], Sums]:
    if not by:
        found = rows.aggregate(**_sums())
        return {(): Sums(**{name: value for name, value in found.items() if value is not None})}
    groups = rows.values(*by).annotate(**_sums()).order_by()
    return {tuple(row[name] for name in by): Sums(**{name: row[name] for name in _SUMMED}) for row in groups}


def _sums() -> dict[str, Any]:
    return {name: Sum(F(name)) for name in _SUMMED}


def _times(step: str, now: datetime) -> list[datetime]:
    """When each slot begins, the last being the one of `now`."""
    if step == "hour":
        hour = now.replace(minute=0, second=0, microsecond=0)
        return [hour - timedelta(hours=n) for n in reversed(range(HOURS))]
    days = [now.date() - timedelta(days=n) for n in reversed(range(DAYS))]
    return [datetime.combine(day, time.min, now.tzinfo) for day in days]
