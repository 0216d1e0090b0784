"""What sellers host."""

from django.db.models import Prefetch, Q, QuerySet

from numbers.e164 import digits_of
from numbers.models import Number, Subscription
from numbers.models.subscriptions import OPEN


def hosted_by(seller_id: int | None) -> QuerySet[Number]:
    """The numbers that a seller (its company's id) hosts, withdrawn ones not; with None those of every seller.

    Each with its open subscription, if it is sold, in `open_subscriptions`.
    """
    has_it = Prefetch("subscriptions", Subscription.objects.filter(OPEN), to_attr="open_subscriptions")
    found = Number.objects.filter(~Q(state=Number.State.WITHDRAWN)).select_related("seller__company")
    found = found.prefetch_related(has_it)
    return found if seller_id is None else found.filter(seller_id=seller_id)


def is_known(number: str) -> bool:
    """Whether there is such a number (E.164 digits, a leading `+` allowed) on the exchange, whoever has it."""
    return Number.objects.filter(~Q(state=Number.State.WITHDRAWN), number=digits_of(number)).exists()


def find_hosted(number: str, *, seller_id: int | None) -> Number | None:
    """One number (E.164 digits, a leading `+` allowed) that this seller hosts; with None any seller."""
    return hosted_by(seller_id).filter(number=digits_of(number)).first()
