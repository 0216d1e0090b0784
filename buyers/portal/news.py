"""What has changed for a buyer of late: new prices on its routes, and what sellers decided."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from buyers.models import Buyer, Interconnect
from sellers.models import PriceListUpload

DAYS_SHOWN = 14
MOST_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: a price list that was published, or an interconnect that a seller decided on."""

    at: datetime
    publication: PriceListUpload | None = None
    decided: Interconnect | None = None


def changes_of(buyer: Buyer, *, now: datetime) -> list[Change]:
    """The last changes that others made, the newest first."""
    since = now - timedelta(days=DAYS_SHOWN)
    ties = Interconnect.objects.filter(account__buyer=buyer)
    decided = ties.filter(decided_at__gte=since, decided_by__isnull=False)
    lists = PriceListUpload.objects.filter(
        connection__in=ties.filter(status=Interconnect.Status.ACTIVE).values("connection"),
        status=PriceListUpload.Status.PUBLISHED,
        published_at__gte=since,
    )
    found = [
        Change(upload.published_at, publication=upload)
        for upload in lists.select_related("connection__seller__company").order_by("-published_at")[:MOST_SHOWN]
        if upload.published_at is not None
    ]
    found += [
        Change(tie.decided_at, decided=tie)
        for tie in decided.select_related("account", "connection__seller__company").order_by("-decided_at")[:MOST_SHOWN]
        if tie.decided_at is not None
    ]
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST_SHOWN]
