"""What the seller's pages show beyond the sellers' own queries. Every query begins at one seller."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from billing import queries as billing
from billing.models import Entry
from buyers.models import Interconnect
from buyers.notices.prices import NOTICE
from buyers.queries.interconnects import interconnects_with
from sellers.models import Connection, PriceListUpload, Rate, Seller
from sellers.queries.rates import in_force
from tcxc.clock import local_day
from tcxc.errors import NotFound
from tcxc.models import Company, OutboxMessage
from tcxc.money import ZERO

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Earnings:
    """What the ledger says that a seller is owed and earned, the commission taken off, in the seller's currency.

    Days are those of the company's calendar; calls under way count with what they were charged so far.
    """

    owed: Decimal
    today: Decimal
    month: Decimal
    days: list[Decimal]


def earnings_of(seller: Seller, *, at: datetime) -> Earnings:
    """What the seller is owed, and earned lately."""
    owed = [held for held in billing.earnings_of(seller.pk) if held.currency == seller.currency]
    today = local_day(at, seller.company.time_zone)
    first = min(today.replace(day=1), today - timedelta(days=DAYS_SHOWN - 1))
    found = billing.totals_by_day([held.ledger_account_id for held in owed], first=first, last=today)
    by_day = {day.day: day.received - day.given for day in found}
    shown = [by_day.get(today - timedelta(days=n), ZERO) for n in reversed(range(DAYS_SHOWN))]
    month = sum((amount for day, amount in by_day.items() if (day.year, day.month) == (today.year, today.month)), ZERO)
    return Earnings(sum((held.balance for held in owed), ZERO), by_day.get(today, ZERO), month, shown)


def undecided_uploads(seller: Seller) -> list[PriceListUpload]:
    """Price lists that wait for somebody: the newest upload of each connection, if it is checked and not published."""
    newest = (
        PriceListUpload.objects.filter(connection__seller=seller).order_by("connection", "-id").distinct("connection")
    )
    waiting = (PriceListUpload.Status.READY, PriceListUpload.Status.REJECTED)
    found = PriceListUpload.objects.filter(pk__in=newest.values("pk"), status__in=waiting)
    return list(found.select_related("connection").order_by("-id")[:10])


@dataclass(frozen=True, slots=True)
class Told:
    """A company that a publication was announced to by mail, and how far that is; notices are kept for thirty days."""

    name: str
    notice: OutboxMessage

    @property
    def word(self) -> str:
        """Its state, as a pill knows it."""
        return "sent" if self.notice.sent_at else "unsent" if self.notice.gave_up_at else "awaiting"


def told_of(publication: PriceListUpload) -> list[Told]:
    """Who was told what a publication changed, by name."""
    start = f"{NOTICE}:{publication.pk}:"
    notices = {message.payload["company"]: message for message in OutboxMessage.objects.filter(key__startswith=start)}
    names = Company.objects.filter(pk__in=notices).order_by("name").values_list("pk", "name")
    return [Told(name, notices[pk]) for pk, name in names]


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
    return billing.entries_of_seller(seller.pk)
