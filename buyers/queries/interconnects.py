"""Finds interconnects, for either side."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from buyers.models import Account, Interconnect

_PARTIES = ("account__buyer__company", "connection__seller__company")


def interconnects_of(account: Account) -> QuerySet[Interconnect]:
    """An account's interconnects, ended and rejected ones too."""
    return Interconnect.objects.filter(account=account).select_related(*_PARTIES)


def interconnects_with(seller_id: int | None) -> QuerySet[Interconnect]:
    """The interconnects of all connections of a seller (its company's id), or with None of all sellers."""
    found = Interconnect.objects.select_related(*_PARTIES)
    return found if seller_id is None else found.filter(connection__seller_id=seller_id)


def may_see_prices(buyer_id: int, connection_id: int) -> bool:
    """Whether any account of the buyer is interconnected with the connection, or awaits it."""
    wanted = (Interconnect.Status.ACTIVE, Interconnect.Status.AWAITING)
    return Interconnect.objects.filter(
        account__buyer_id=buyer_id, connection_id=connection_id, status__in=wanted
    ).exists()


def lookups(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions for `status`, `service` and `connection`."""
    paths = {"status": "status", "service": "connection__service", "connection": "connection_id"}
    return {paths[name]: value for name, value in filters.items()}
