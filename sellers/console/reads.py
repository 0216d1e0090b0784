"""What the seller's pages show beyond the sellers' own queries. Every query begins at one seller."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet, Sum

from authz.models import Cdr, MessageRecord
from billing.models import Entry
from billing.queries import entries_of_seller
from buyers.models import Interconnect
from buyers.queries.interconnects import interconnects_with
from sellers.models import Connection, PriceListUpload, Rate, Seller
from sellers.queries.connections import connections_of
from sellers.queries.rates import in_force
from tcxc.clock import local_day
from tcxc.errors import NotFound
from tcxc.money import ZERO


@dataclass(frozen=True, slots=True)
class Earned:
    """What one connection earned its seller, the commission taken off, and what it carried this month."""

    connection: Connection
    today: Decimal = ZERO
    month: Decimal = ZERO
    calls: int = 0
    seconds: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Earnings:
    """All connections together, and each of them."""

    rows: list[Earned]

    @property
    def today(self) -> Decimal:
        """Earned since the day began, in the company's time zone."""
        return sum((row.today for row in self.rows), ZERO)

    @property
    def month(self) -> Decimal:
        """Earned since the month began."""
        return sum((row.month for row in self.rows), ZERO)

    @property
    def calls(self) -> int:
        """Answered calls this month."""
        return sum(row.calls for row in self.rows)

    @property
    def seconds(self) -> int:
        """Billed seconds this month."""
        return sum(row.seconds for row in self.rows)

    @property
    def messages(self) -> int:
        """Messages sent this month."""
        return sum(row.messages for row in self.rows)


def earnings_of(seller: Seller, *, at: datetime) -> Earnings:
    """What the seller's connections earned today and this month, by the company's time zone."""
    zone = ZoneInfo(seller.company.time_zone)
    today = local_day(at, seller.company.time_zone)
    day_began = datetime.combine(today, time.min, zone)
    month_began = datetime.combine(today.replace(day=1), time.min, zone)
    calls = _sums(Cdr.objects.all(), seller, month_began, day_began, seconds=Sum("billed_seconds", default=0))
    messages = _sums(MessageRecord.objects.all(), seller, month_began, day_began)
    return Earnings(
        [_earned(held, calls.get(held.pk, {}), messages.get(held.pk, {})) for held in connections_of(seller)]
    )


def _sums(
    records: QuerySet[Any], seller: Seller, month_began: datetime, day_began: datetime, **more: Any
) -> dict[int, dict[str, Any]]:
    """By connection: what its charged records of this month sum up to."""
    earned = F("amount") - F("commission")
    charged = records.filter(seller_id=seller.pk, recorded_at__gte=month_began, result__in=["answered", "sent"])
    rows = charged.values("connection_id").annotate(
        month=Sum(earned),
        today=Sum(earned, filter=Q(recorded_at__gte=day_began), default=ZERO),
        number=Count("pk"),
        **more,
    )
    return {row["connection_id"]: row for row in rows}


def _earned(connection: Connection, calls: dict[str, Any], messages: dict[str, Any]) -> Earned:
    return Earned(
        connection,
        calls.get("today", ZERO) + messages.get("today", ZERO),
        calls.get("month", ZERO) + messages.get("month", ZERO),
        calls.get("number", 0),
        calls.get("seconds", 0),
        messages.get("number", 0),
    )


def undecided_uploads(seller: Seller) -> list[PriceListUpload]:
    """Price lists that wait for somebody: the newest upload of each connection, if it is checked and not published."""
    newest = (
        PriceListUpload.objects.filter(connection__seller=seller).order_by("connection", "-id").distinct("connection")
    )
    waiting = (PriceListUpload.Status.READY, PriceListUpload.Status.REJECTED)
    found = PriceListUpload.objects.filter(pk__in=newest.values("pk"), status__in=waiting)
    return list(found.select_related("connection").order_by("-id")[:10])


def buyers_of(seller: Seller) -> QuerySet[Interconnect]:
    """The interconnects with the seller's connections, those that buyers ended left out."""
    return interconnects_with(seller.pk).exclude(status=Interconnect.Status.ENDED)


def awaiting(seller: Seller) -> int:
    """How many buyers await the seller's word."""
    return interconnects_with(seller.pk).filter(status=Interconnect.Status.AWAITING).count()


def interconnect_with(seller: Seller, pk: int) -> Interconnect:
    """One interconnect with the seller. Raises `NotFound` for another seller's too."""
    found = buyers_of(seller).filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such interconnect.")
    return found


def live_rates(connection: Connection, *, at: datetime) -> QuerySet[Rate]:
    """The prices in force on a connection."""
    return Rate.objects.filter(in_force(at), connection=connection)


def entries_of(seller: Seller) -> QuerySet[Entry]:
    """What the seller earned and gave back."""
    return entries_of_seller(seller.pk)
