"""An account's whole life on one line: what people did to it, its calls and messages, and the prices on its routes.

Each source is read by its own index, as many rows as a page has; the pages go by key, so any of them costs the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authz.models import Cdr, MessageRecord
from buyers.models import Account, Interconnect
from sellers.models import PriceListUpload
from tcxc.models import AuditEvent

ROWS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: its moment, the name of its source, and its number."""

    at: datetime
    source: str
    pk: int

    @property
    def key(self) -> tuple[datetime, str, int]:
        """By which the line is sorted, the newest first."""
        return self.at, self.source, self.pk

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.source} {self.pk}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place in an address. Raises Http404 for a text that nobody gave out."""
        if not text:
            return None
        try:
            at, source, pk = text.split(" ")
            return cls(datetime.fromisoformat(at), source, int(pk))
        except ValueError as fault:
            raise Http404 from fault


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened, with the page that tells more."""

    place: Place
    what: Model
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of happening: how it is called, its rows for an account, and the field that says when."""

    label: str | Promise
    rows: Callable[[Account], QuerySet[Any]]
    at: str


def _audit(account: Account) -> QuerySet[AuditEvent]:
    ties = list(Interconnect.objects.filter(account=account).values_list("pk", flat=True))
    wallets = [str(pk) for pk in {account.wallet_id, account.own_wallet_id} - {None}]
    mine = Q(object_type="buyers.account", object_id=str(account.pk))
    mine |= Q(object_type="billing.wallet", object_id__in=wallets)
    mine |= Q(object_type="buyers.interconnect", object_id__in=list(map(str, ties)))
    tied = Q(after__account_id=account.pk) | Q(
        before__account_id=account.pk
    )  # a link that was undone has no row any more
    mine |= Q(company_id=account.buyer_id, object_type="buyers.restcommlink") & tied
    return AuditEvent.objects.filter(mine).select_related("user", "acting_for", "api_key")


def _records(model: type[Any], account: Account) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(account_id=account.pk)
    return found


def _prices(account: Account) -> QuerySet[PriceListUpload]:
    routes = Interconnect.objects.filter(account=account).exclude(status=Interconnect.Status.REJECTED)
    published = PriceListUpload.objects.filter(
        status=PriceListUpload.Status.PUBLISHED, connection__in=routes.values("connection")
    )
    return published.select_related("connection__seller__company")


SOURCES: dict[str, Source] = {
    "audit": Source(_("What people did"), _audit, "at"),
    "call": Source(_("Calls"), partial(_records, Cdr), "recorded_at"),
    "message": Source(_("Messages"), partial(_records, MessageRecord), "recorded_at"),
    "price": Source(_("Prices of its routes"), _prices, "published_at"),
}


def timeline(account: Account, *, kind: str = "", before: Place | None = None) -> tuple[list[Happening], Place | None]:
    """A page of what happened to an account, the newest first, of one kind or all; and where the next page begins."""
    names = [kind] if kind in SOURCES else list(SOURCES)
    found = [thing for name in names for thing in _of_source(name, account, before)]
    found.sort(key=lambda thing: thing.place.key, reverse=True)
    page = found[:ROWS]
    return page, page[-1].place if len(found) > ROWS else None


def _of_source(name: str, account: Account, before: Place | None) -> Iterable[Happening]:
    source = SOURCES[name]
    rows = source.rows(account)
    if before is not None:
        rows = rows.filter(_older(source.at, name, before))
    for row in rows.order_by(f"-{source.at}", "-pk")[: ROWS + 1]:
        names = row._meta
        url = reverse(f"admin:{names.app_label}_{names.model_name}_change", args=[row.pk])
        yield Happening(Place(getattr(row, source.at), name, row.pk), row, url)


def _older(field: str, source: str, before: Place) -> Q:
    """What sorts after a place: earlier, or at its moment and by source and number behind it."""
    earlier = Q(**{f"{field}__lt": before.at})
    if source == before.source:
        return earlier | Q(**{field: before.at, "pk__lt": before.pk})
    return earlier | Q(**{field: before.at}) if source < before.source else earlier
