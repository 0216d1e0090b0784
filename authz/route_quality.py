"""How well routes do: calls answered, how long they last, and minutes carried, today and over a week, by country."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, Sum

from authz.models import DestinationDay, TrafficMark
from sellers.models import Service

WEEK = 7
COUNTS = ("tried", "answered", "seconds")


@dataclass(frozen=True, slots=True)
class Quality:
    """What a route carried to a country: calls tried and answered, seconds talked."""

    tried: int = 0
    answered: int = 0
    seconds: int = 0

    @property
    def asr(self) -> int | None:
        """Of a hundred calls tried, how many were answered."""
        return round(100 * self.answered / self.tried) if self.tried else None

    @property
    def acd(self) -> float | None:
        """How long an answered call lasted on average, in minutes."""
        return round(self.seconds / 60 / self.answered, 2) if self.answered else None

    @property
    def minutes(self) -> float:
        """Minutes carried."""
        return round(self.seconds / 60, 1)

    def __add__(self, other: "Quality") -> "Quality":
        """Both together."""
        return Quality(self.tried + other.tried, self.answered + other.answered, self.seconds + other.seconds)


Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Qualities:
    """Of some routes, by connection and country: today (UTC) and the week up to today, as counted at a moment."""

    day: dict[Key, Quality]
    week: dict[Key, Quality]
    counted_until: datetime | None


def qualities_of(connection_ids: Iterable[int], *, today: date) -> Qualities:
    """The quality of these routes; two queries. A route that carried nothing to a country is not in it."""
    first = today - timedelta(days=WEEK - 1)
    wanted = Q(connection_id__in=set(connection_ids), day__gte=first, day__lte=today, service=Service.VOICE)
    sums: dict[str, Any] = {f"{name}_day": Sum(name, filter=Q(day=today), default=0) for name in COUNTS}
    sums |= {f"{name}_week": Sum(name) for name in COUNTS}
    rows = DestinationDay.objects.filter(wanted).order_by().values_list("connection_id", "country").annotate(**sums)
    day: dict[Key, Quality] = {}
    week: dict[Key, Quality] = {}
    for connection_id, country, *figures in rows:
        day[connection_id, country] = Quality(*map(int, figures[: len(COUNTS)]))
        week[connection_id, country] = Quality(*map(int, figures[len(COUNTS) :]))
    mark = TrafficMark.objects.values_list("counted_until", flat=True).first()
    return Qualities(day, week, mark)
