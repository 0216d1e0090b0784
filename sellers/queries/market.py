"""The market: live rates of every seller around a code."""

from datetime import datetime
from typing import Any

from django.db import connection

from sellers.decks.sql import statement
from sellers.models import KeyedBy, Rate
from sellers.queries.rates import leading_parts

Position = tuple[str, int]
_BEYOND_DIGITS = ":"  # the sign after 9


def market_view(
    *,
    service: str,
    code: str,
    at: datetime,
    keyed_by: str = KeyedBy.PREFIX,
    seller_id: int | None = None,
    route_type: str = "",
    after: Position = ("", 0),
    limit: int = 50,
) -> list[Rate]:
    """A page of live rates around a code: on each connection the one that prices it, and all those below it.

    `code` is a prefix, or an MCC or MCCMNC; empty for every rate. Forbidden codes are not on the market. The order is
    by code, then connection; the next page is after the `position` of the last rate.
    """
    is_network = keyed_by == KeyedBy.MCCMNC and len(code) > 3  # no other network begins with its code
    facts: dict[str, Any] = {
        "service": service,
        "keyed_by": keyed_by,
        "code": code,
        "leading": [code, code[:3]] if is_network else leading_parts(code),
        "beyond": code if is_network else code + _BEYOND_DIGITS,
        "at": at,
        "seller": seller_id,
        "route_type": route_type,
        "after_prefix": after[0],
        "after_connection": after[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("market"), facts)
        keys = [key for (key,) in cursor.fetchall()]
    rates = Rate.objects.select_related("connection__seller__company").in_bulk(keys)
    return [rates[key] for key in keys]


def position(rate: Rate) -> Position:
    """Where a rate stands in the market view."""
    return rate.prefix, rate.connection_id
