"""Writes the history of numbers, inside the transaction of what happened."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from numbers.models import Number, NumberEvent, Subscription
from tcxc.actors import Actor
from tcxc.bulk import BulkInsert

Kind = NumberEvent.Kind
LONGEST_NOTE = 255
_INSERT = BulkInsert(
    "numbers_numberevent",
    number_id="bigint",
    subscription_id="bigint",
    seller_id="bigint",
    buyer_id="bigint",
    kind="text",
    happened_at="timestamptz",
    made_by="text",
    amount="numeric",
    currency="text",
    transfer_id="bigint",
    note="text",
)


class Event(NamedTuple):
    """A row of `NumberEvent` that is not written yet, in the order in which it is inserted."""

    number_id: int
    subscription_id: int | None
    seller_id: int
    buyer_id: int | None
    kind: Kind
    happened_at: datetime
    made_by: str
    amount: Decimal | None
    currency: str
    transfer_id: int | None
    note: str


def of_number(number: Number, kind: Kind, *, by: Actor, now: datetime, note: str = "") -> Event:
    """Something that happened to a number; its buyer, if it has one, does not see it. Not written yet."""
    return Event(number.pk, None, number.seller_id, None, kind, now, by.label, None, "", None, note[:LONGEST_NOTE])


def of_subscription(
    subscription: Subscription,
    kind: Kind,
    *,
    by: Actor,
    now: datetime,
    amount: Decimal | None = None,
    transfer_id: int | None = None,
    note: str = "",
) -> Event:
    """Something that happened to a buyer's number; amounts are in the subscription's currency. Not written yet."""
    return Event(
        number_id=subscription.number_id,
        subscription_id=subscription.pk,
        seller_id=subscription.seller_id,
        buyer_id=subscription.buyer_id,
        kind=kind,
        happened_at=now,
        made_by=by.label,
        amount=amount,
        currency="" if amount is None else subscription.currency,
        transfer_id=transfer_id,
        note=note[:LONGEST_NOTE],
    )


def write(events: Iterable[Event]) -> None:
    """Write them, in their order, by one statement."""
    rows = list(events)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(*_INSERT.statement(rows))
