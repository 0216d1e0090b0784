"""Sellers and their connections; every read starts from one seller, or from what is on the market."""

from django.db.models import QuerySet

from sellers.models import Connection, Seller
from tcxc.errors import NotFound


def connections_of(seller: Seller) -> QuerySet[Connection]:
    """Every connection of a seller, by name."""
    return Connection.objects.filter(seller=seller).select_related("seller__company").order_by("name", "id")


def connection_of(seller: Seller, pk: int) -> Connection:
    """One connection of a seller. Raises `NotFound` for another seller's too."""
    connection = connections_of(seller).filter(pk=pk).first()
    if connection is None:
        raise NotFound("There is no such connection.")
    return connection


def market_connections(service: str) -> QuerySet[Connection]:
    """The connections of a service that anyone may buy: active ones of active sellers."""
    on_the_market = Connection.objects.filter(service=service, status=Connection.Status.ACTIVE, seller__is_active=True)
    return on_the_market.select_related("seller__company").order_by("id")
