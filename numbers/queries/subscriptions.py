"""What buyers have, had, and what happened to it."""

from django.db.models import QuerySet

from numbers.e164 import digits_of
from numbers.models import NumberEvent, Subscription
from numbers.models.subscriptions import OPEN

_SHOWN = ("number", "seller__company", "account__wallet", "buyer__company", "link")


def subscriptions_of(buyer_id: int | None, *, released: bool = False) -> QuerySet[Subscription]:
    """The numbers that a buyer (its company's id) has, or with `released` also those it had; with None everybody's."""
    found = Subscription.objects.select_related(*_SHOWN)
    if not released:
        found = found.filter(OPEN)
    return found if buyer_id is None else found.filter(buyer_id=buyer_id)


def find_subscription(number: str, *, buyer_id: int | None, released: bool = False) -> Subscription | None:
    """The buyer's open subscription to a number (E.164 digits, a leading `+` allowed); with None anybody's.

    With `released` the last one that ended, if none is open.
    """
    found = subscriptions_of(buyer_id, released=released).filter(number__number=digits_of(number))
    return found.order_by("-id").first()


def history_of(
    *,
    number: str,
    buyer_id: int | None = None,
    seller_id: int | None = None,
) -> QuerySet[NumberEvent]:
    """What happened to a number, the newest first: to a buyer its own time with it, to a seller all its events there.

    With neither everything, for operators.
    """
    found = NumberEvent.objects.filter(number__number=digits_of(number)).select_related("number").order_by("-id")
    if buyer_id is not None:
        found = found.filter(buyer_id=buyer_id)
    if seller_id is not None:
        found = found.filter(seller_id=seller_id)
    return found
