"""The market of numbers, and buying from it."""

from collections import Counter
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buyers.models import Account
from buyers.queries.accounts import find_account
from buyers.queries.buyers import find_buyer
from numbers import operations, queries
from numbers.api import serializers as shapes
from numbers.api.views import SubscriptionPart
from tcxc.api.access import allow
from tcxc.api.paging import Order, page_of
from tcxc.api.schema import pages_of
from tcxc.errors import NotFound
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
BUY = allow(Holder.BUYER, scope=Scope.NUMBERS_WRITE)
ORDERS = {
    "number": Order(("number",), newest_first=False),
    "monthly_fee": Order(("monthly_fee", "number"), newest_first=False),
}


class MarketPart(SubscriptionPart):
    """Searches of the market."""

    def wanted(self, filters: dict[str, Any]) -> queries.MarketFilters:
        """The search, among the numbers that the caller's wallets can pay."""
        buyer = find_buyer(self.buyer_id) if self.buyer_id is not None else None
        names = filters.pop("capability", "")
        capability = tuple(names.split(",")) if names else ()
        return queries.MarketFilters(capability=capability, currency=buyer.currency if buyer else "", **filters)


class MarketView(MarketPart):
    """Numbers that can be bought."""

    access = {"GET": READ}

    @extend_schema(
        parameters=[shapes.MarketListFilters],
        responses=pages_of(shapes.MarketNumberSerializer),
        operation_id="numbers_market",
    )
    def get(self, request: Request) -> Response:
        """Search the numbers that can be bought now, in the buyer's currency, by digits or by monthly fee."""
        filters = dict(self.query(shapes.MarketListFilters))
        order = ORDERS[filters.pop("order", "number")]
        page = page_of(queries.market(self.wanted(filters)), request, order)
        return Response(page.answer(shapes.MarketNumberSerializer(page.rows, many=True).data))


class FacetsView(MarketPart):
    """How many numbers there are of each sort."""

    access = {"GET": READ}

    @extend_schema(
        parameters=[shapes.MarketFilters], responses=shapes.FacetsSerializer, operation_id="numbers_market_facets"
    )
    def get(self, request: Request) -> Response:
        """Count the numbers of a search by country, type, capability and seller."""
        found = queries.facets(self.wanted(dict(self.query(shapes.MarketFilters))))
        facts = {
            "total": found.total,
            "is_exact": found.is_exact,
            **{name: _counts(getattr(found, name)) for name in ("countries", "types", "capabilities", "sellers")},
        }
        return Response(shapes.FacetsSerializer(facts).data)


class BuyingPart(SubscriptionPart):
    """Purchases for an account of the caller."""

    def account(self, pk: int) -> Account:
        """The account, or 404."""
        found = find_account(pk, buyer_id=self.buyer_id)
        if found is None:
            sentence = "There is no such account."
            raise NotFound(sentence, errors={"account": [sentence]})
        return found


class PurchaseView(BuyingPart):
    """One number, bought."""

    access = {"POST": BUY}
    refusals = {"POST": {402}}

    @extend_schema(
        request=shapes.PurchaseBody,
        responses={201: shapes.SubscriptionSerializer},
        operation_id="numbers_purchase",
    )
    def post(self, request: Request, number: str) -> Response:
        """Buy a number: setup fee and first month are taken from the account's balance at once.

        Bought before by the same buyer: the subscription as it is, and nothing is taken. Refused with 402
        `insufficient_balance`, with 409 `already_sold`, `not_for_sale`, `currency_mismatch`, `account_blocked`.
        """
        if not queries.is_known(number):
            raise Http404
        body = self.body(shapes.PurchaseBody)
        account = self.account(body.pop("account"))
        bought = operations.purchase(number=number, account=account, by=self.actor, **body)
        return Response(shown(bought), status=201)


class PurchasesView(BuyingPart):
    """Many numbers, bought at once."""

    access = {"POST": BUY}
    refusals = {"POST": {402, 404}}

    @extend_schema(
        request=shapes.PurchasesBody,
        responses={201: shapes.PurchasesSerializer},
        operation_id="numbers_purchases",
    )
    def post(self, request: Request) -> Response:
        """Buy up to 1,000 numbers in their order, all or none; with `all_or_none` false those that can be had.

        All or none: the first refusal is the reply, as it is for one number.
        """
        body = self.body(shapes.PurchasesBody)
        account = self.account(body.pop("account"))
        outcomes = operations.purchase_many(account=account, by=self.actor, **body)
        return Response(shapes.PurchasesSerializer({"results": outcomes}).data, status=201)


def shown(subscription: Any) -> dict[str, Any]:
    """A subscription as JSON."""
    return dict(shapes.SubscriptionSerializer(subscription).data)


def _counts(found: Counter[Any]) -> list[dict[str, Any]]:
    return [{"value": value, "count": count} for value, count in found.most_common()]
