"""What callers of the API may see of sellers: their own connections, or all for operators; the prices that stand."""

from datetime import datetime

from django.db.models import Q, QuerySet

from sellers.models import Connection, Rate, Seller


def find_seller(company_id: int) -> Seller | None:
    """The seller that a company is, if it is one."""
    return Seller.objects.select_related("company").filter(pk=company_id).first()


def connections_seen_by(seller_id: int | None) -> QuerySet[Connection]:
    """The connections of one seller (its company's id), or with None all of them, for an operator."""
    found = Connection.objects.select_related("seller__company")
    return found if seller_id is None else found.filter(seller_id=seller_id)


def find_connection(pk: int, *, seller_id: int | None) -> Connection | None:
    """One connection that this seller (None: anybody) may see."""
    return connections_seen_by(seller_id).filter(pk=pk).first()


def standing_rates(*, connection: Connection, at: datetime, prefix: str = "") -> QuerySet[Rate]:
    """The rates in force at a moment and those announced for later, of the codes that begin with `prefix`."""
    lasting = Q(effective_until__isnull=True) | Q(effective_until__gt=at)
    return Rate.objects.filter(lasting, connection=connection, prefix__startswith=prefix)
