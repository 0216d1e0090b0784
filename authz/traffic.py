"""Calls by hour or day, for charts: how many were tried and answered, how long people talked, and what it cost.

The figures are of records, so of calls that have ended. They are at most a minute old.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Trunc

from authz.models import Cdr, Result
from authz.record_queries import records_of
from tcxc.money import ZERO

HOURS, DAYS = 48, 30
KEPT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour or day. `seconds` were talked, `amount` is what buyers paid, `commission` the exchange's share of it."""

    at: datetime
    tried: int = 0
    answered: int = 0
    seconds: int = 0
    amount: Decimal = ZERO
    commission: Decimal = ZERO

    @property
    def asr(self) -> Decimal | None:
        """The share of the calls tried that were answered."""
        return Decimal(self.answered) / self.tried if self.tried else None

    @property
    def acd(self) -> int | None:
        """How long an answered call lasted on average, in seconds."""
        return round(self.seconds / self.answered) if self.answered else None


def calls_by(
    step: str, *, zone: str, now: datetime, buyer_id: int | None = None, seller_id: int | None = None
) -> list[Slot]:
    """The last 48 hours (`step` "hour") or 30 days ("day") of a buyer's or a seller's calls, in a zone's calendar.

    Denied calls never reached a route, so they do not count as tried.
    """
    times = _times(step, now.astimezone(ZoneInfo(zone)))
    key = f"traffic:{step}:{zone}:{buyer_id}:{seller_id}:{times[-1]:%Y%m%d%H}"
    found = cache.get(key)
    if found is None:
        rows = records_of(Cdr, buyer_id=buyer_id, seller_id=seller_id).filter(recorded_at__gte=times[0])
        found = _summed(rows.exclude(result=Result.DENIED), step, zone)
        cache.set(key, found, KEPT_SECONDS)
    return [Slot(at, **found.get(at.timestamp(), {})) for at in times]


def _summed(rows: QuerySet[Cdr], step: str, zone: str) -> dict[float, dict[str, Any]]:
    slots = rows.values(slot=Trunc("recorded_at", step, tzinfo=ZoneInfo(zone))).annotate(
        tried=Count("pk"),
        answered=Count("pk", filter=Q(result=Result.ANSWERED)),
        seconds=Sum(F("used_seconds"), default=0),
        amount=Sum("amount", default=ZERO),
        commission=Sum("commission", default=ZERO),
    )
    return {row["slot"].timestamp(): {k: v for k, v in row.items() if k != "slot"} for row in slots.order_by("slot")}


def _times(step: str, now: datetime) -> list[datetime]:
    """When each slot begins, the last being the one of `now`."""
    if step == "hour":
        hour = now.replace(minute=0, second=0, microsecond=0)
        return [hour - timedelta(hours=n) for n in reversed(range(HOURS))]
    days = [now.date() - timedelta(days=n) for n in reversed(range(DAYS))]
    return [datetime.combine(day, time.min, now.tzinfo) for day in days]
