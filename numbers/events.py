"""Writes the history of numbers, inside the transaction of what happened."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from numbers.models import Number, NumberEvent, Subscription
from tcxc.actors import Actor

Kind = NumberEvent.Kind
AT_ONCE = 1_000
LONGEST_NOTE = 255


def of_number(number: Number, kind: Kind, *, by: Actor, now: datetime, note: str = "") -> NumberEvent:
    """Something that happened to a number; its buyer, if it has one, does not see it. Not written yet."""
    return NumberEvent(
        number=number,
        seller_id=number.seller_id,
        kind=kind,
        happened_at=now,
        made_by=by.label,
        note=note[:LONGEST_NOTE],
    )


def of_subscription(
    subscription: Subscription,
    kind: Kind,
    *,
    by: Actor,
    now: datetime,
    amount: Decimal | None = None,
    transfer_id: int | None = None,
    note: str = "",
) -> NumberEvent:
    """Something that happened to a buyer's number; amounts are in the subscription's currency. Not written yet."""
    return NumberEvent(
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


def write(events: Iterable[NumberEvent]) -> None:
    """Write them, in their order."""
    NumberEvent.objects.bulk_create(events, batch_size=AT_ONCE)
