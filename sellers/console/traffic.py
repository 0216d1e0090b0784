"""Calls and messages on a seller's connections. What belongs to the buyer alone, its accounts, is never read here."""

from typing import TypeVar

from django.db.models import QuerySet

from authz.models.records import TrafficRecord
from authz.traffic import Owner, Sums
from billing.models import LedgerAccount
from buyers.models import Interconnect
from sellers.console.forms import RecordFilter
from sellers.models import Seller, Service
from sellers.queries.connections import connections_of
from tcxc.models import Company
from tcxc.pages import totals

Record = TypeVar("Record", bound=TrafficRecord)

ACCOUNTS = ("account_id", "account_sid")  # the seller's buyers' own affair


def records_of(seller: Seller, model: type[Record]) -> QuerySet[Record]:
    """The calls or messages that were sent over the seller's connections."""
    return model._default_manager.filter(seller_id=seller.pk).defer(*ACCOUNTS)


def names_of_connections(seller: Seller, service: str) -> dict[int, str]:
    """The names of the seller's connections of a service by their number."""
    return dict(connections_of(seller).filter(service=service).values_list("pk", "name"))


def names_of_buyers(seller: Seller) -> dict[int, str]:
    """The names of the companies that use the seller's connections, or did, by their number."""
    ties = Interconnect.objects.filter(connection__seller=seller)
    return dict(Company.objects.filter(pk__in=ties.values("account__buyer")).order_by("name").values_list("pk", "name"))


def totals_of(seller: Seller, form: RecordFilter, service: Service) -> Sums | None:
    """What the filtered rows sum up to; None without a period, and for filters that the totals do not know."""
    names = {"connection": "connection_id", "buyer": "buyer_id"}
    return totals.totals_of(form, owner=Owner(seller_id=seller.pk), service=service, names=names)


def ledger_accounts_of(seller: Seller) -> list[int]:
    """Where the seller's earnings are kept."""
    kept = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.SELLER, company_id=seller.pk)
    return list(kept.values_list("pk", flat=True))
