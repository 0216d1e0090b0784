"""What renewals cost: the prices of a subscription, unless others that were told of apply by then."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from numbers.models import PriceChange, Subscription

_TOLD = PriceChange.objects.filter(
    subscription=OuterRef("pk"), applied_at__isnull=True, effective_from__lte=OuterRef("period_end")
)
# Of a subscription's next month, in its currency.
NEXT_FEE = Coalesce(Subquery(_TOLD.order_by("-id").values("monthly_fee")[:1]), F("monthly_fee"))


def next_fees(ids: Iterable[int]) -> dict[int, Decimal]:
    """What the next month of each of these subscriptions costs, in its currency, by its id."""
    wanted = list(ids)
    if not wanted:
        return {}
    return dict(Subscription.objects.filter(pk__in=wanted).annotate(fee=NEXT_FEE).values_list("pk", "fee"))
