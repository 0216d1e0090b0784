"""Numbers that a buyer has: listed, routed, released, and their history."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from numbers import operations
from numbers.api.market import shown
from numbers.api.serializers import EventSerializer, SubscriptionBody, SubscriptionFilters, SubscriptionSerializer
from numbers.api.views import SubscriptionPart
from numbers.models import Subscription
from numbers.queries import history_of, subscriptions_of
from tcxc.actors import Actor
from tcxc.api.access import allow
from tcxc.api.paging import BY_ID, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody, NoFilters
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
WRITE = allow(Holder.BUYER, scope=Scope.NUMBERS_WRITE)
PATHS = {
    "state": "state",
    "documents_state": "documents_state",
    "account": "account_id",
    "account_sid": "link__account_sid",
    "prefix": "number__number__startswith",
    "tag": "tags__contains",
    "buyer": "buyer_id",
}


class SubscriptionsView(SubscriptionPart):
    """All numbers of a buyer."""

    access = {"GET": READ}

    @extend_schema(
        parameters=[SubscriptionFilters], responses=pages_of(SubscriptionSerializer), operation_id="numbers_list"
    )
    def get(self, request: Request) -> Response:
        """List the buyer's numbers, the newest first; the released ones with `state=released`."""
        filters = dict(self.query(SubscriptionFilters))
        rows = subscriptions_of(self.buyer_id, released="state" in filters).filter(**_lookups(filters))
        page = page_of(rows, request, BY_ID)
        return Response(page.answer(SubscriptionSerializer(page.rows, many=True).data))


class SubscriptionView(SubscriptionPart):
    """One number of a buyer."""

    access = {"GET": READ, "PATCH": WRITE}

    @extend_schema(responses=SubscriptionSerializer, operation_id="numbers_read")
    def get(self, request: Request, number: str) -> Response:
        """Show the subscription to a number; the last one when it was released."""
        return Response(shown(self.subscription(number)))

    @extend_schema(request=SubscriptionBody, responses=SubscriptionSerializer, operation_id="numbers_change")
    def patch(self, request: Request, number: str) -> Response:
        """Change where traffic is delivered, the tags, the sub-account, or whether it renews by itself."""
        subscription = self.subscription(number)
        return Response(shown(_change(subscription, dict(self.body(SubscriptionBody)), self.actor)))


class ReleaseView(SubscriptionPart):
    """A number given back."""

    access = {"POST": WRITE}

    @extend_schema(request=NoBody, responses=SubscriptionSerializer, operation_id="numbers_release")
    def post(self, request: Request, number: str) -> Response:
        """Release a number at once: it is for sale again, and what is left of its month is not paid back."""
        subscription = self.subscription(number)
        self.body(NoBody)
        return Response(shown(operations.release(subscription=subscription, by=self.actor)))


class HistoryView(SubscriptionPart):
    """What happened to a buyer's number."""

    access = {"GET": READ}

    @extend_schema(responses=pages_of(EventSerializer), operation_id="numbers_history")
    def get(self, request: Request, number: str) -> Response:
        """List all that happened to the number while the buyer had it, with every charge, the newest first."""
        subscription = self.subscription(number)
        self.query(NoFilters)
        rows = history_of(number=subscription.number.number, buyer_id=self.buyer_id)
        page = page_of(rows, request, BY_ID)
        return Response(page.answer(EventSerializer(page.rows, many=True).data))


def _change(subscription: Subscription, given: dict[str, Any], by: Actor) -> Subscription:
    if "auto_renew" in given:
        auto_renew = given.pop("auto_renew")
        subscription = operations.set_auto_renew(subscription=subscription, auto_renew=auto_renew, by=by)
    if "account_sid" in given:
        account_sid = given.pop("account_sid")
        subscription = operations.assign_link(subscription=subscription, account_sid=account_sid, by=by)
    if given:
        subscription = operations.change_routing(subscription=subscription, changes=given, by=by)
    return subscription


def _lookups(filters: dict[str, Any]) -> dict[str, Any]:
    found = {PATHS[name]: value for name, value in filters.items()}
    if "tags__contains" in found:
        found["tags__contains"] = [found["tags__contains"]]
    if "number__number__startswith" in found:
        found["number__number__startswith"] = found["number__number__startswith"].removeprefix("+")
    return found
