"""What the views of numbers share."""

from django.http import Http404

from numbers.models import Number, Subscription
from numbers.queries import find_hosted, find_subscription
from tcxc.api.views import ApiView


class HostedPart(ApiView):
    """Something of numbers that a seller hosts."""

    @property
    def seller_id(self) -> int | None:
        """Whose numbers the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def hosted(self, number: str) -> Number:
        """The number, or 404."""
        found = find_hosted(number, seller_id=self.seller_id)
        if found is None:
            raise Http404
        return found


class SubscriptionPart(ApiView):
    """Something of numbers that a buyer has."""

    @property
    def buyer_id(self) -> int | None:
        """Whose numbers the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def subscription(self, number: str) -> Subscription:
        """The caller's subscription to a number, the last one when none is open, or 404."""
        found = find_subscription(number, buyer_id=self.buyer_id, released=True)
        if found is None:
            raise Http404
        return found
