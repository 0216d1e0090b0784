"""What the seller's pages about numbers show. Every query begins at one seller."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from numbers.models import Number, NumberEvent
from numbers.queries import hosted_by
from sellers.models import Seller
from tcxc.errors import NotFound

DAYS_BACK = 30
KEPT_SECONDS = 60
State = Number.State


@dataclass(frozen=True, slots=True)
class Stock:
    """A seller's numbers by where they stand; `old` are for sale since more than thirty days."""

    for_sale: int
    sold: int
    resting: int
    old: int

    @property
    def total(self) -> int:
        """All that are hosted."""
        return self.for_sale + self.sold + self.resting

    @property
    def sold_percent(self) -> int:
        """How much of the stock is sold, in whole percent."""
        return round(100 * self.sold / self.total) if self.total else 0


def stock_of(seller: Seller, *, at: datetime) -> Stock:
    """How the seller's stock stands; at most a minute old."""
    key = f"stock:{seller.pk}"
    found: Stock | None = cache.get(key)
    if found is None:
        found = _stock(seller, at)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _stock(seller: Seller, at: datetime) -> Stock:
    before = at - timedelta(days=DAYS_BACK)
    counts = Number.objects.filter(seller=seller).aggregate(
        for_sale=Count("pk", filter=Q(state=State.FOR_SALE)),
        sold=Count("pk", filter=Q(state=State.SOLD)),
        resting=Count("pk", filter=Q(state__in=[State.BLOCKED, State.QUARANTINED])),
        old=Count("pk", filter=Q(state=State.FOR_SALE, state_since__lt=before)),
    )
    return Stock(**counts)


def number_of(seller: Seller, pk: int) -> Number:
    """One number that the seller hosts. Raises `NotFound` for another's, and for one that it took away."""
    found = hosted_by(seller.pk).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such number.")
    return found


def events_of(seller: Seller, number: Number) -> QuerySet[NumberEvent]:
    """What happened to a number while this seller hosted it."""
    return NumberEvent.objects.filter(seller=seller, number=number).select_related("buyer__company")
