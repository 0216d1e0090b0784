"""Accounts: listed, opened, changed, blocked."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import operations
from buyers.api.account_serializers import (
    AccountBody,
    AccountFilters,
    AccountSerializer,
    NewAccountBody,
    OptionalReasonBody,
    ReasonBody,
)
from buyers.api.views import AccountPart
from buyers.models import Account, Buyer
from buyers.queries.accounts import accounts_seen_by
from buyers.queries.buyers import find_buyer
from tcxc.api.access import allow
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.errors import Invalid, NotAllowed
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)
WRITE = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_WRITE)


class AccountsView(AccountPart):
    """All accounts."""

    access = {"GET": READ, "POST": WRITE}
    refusals = {"POST": {404}}

    @extend_schema(parameters=[AccountFilters], responses=pages_of(AccountSerializer), operation_id="accounts_list")
    def get(self, request: Request) -> Response:
        """List the accounts, the oldest first. Operators see those of every buyer."""
        filters = self.query(AccountFilters)
        rows = accounts_seen_by(self.buyer_id).filter(**_lookups(filters))
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer(AccountSerializer(page.rows, many=True).data))

    @extend_schema(
        request=NewAccountBody,
        responses={201: AccountSerializer},
        operation_id="accounts_create",
    )
    def post(self, request: Request) -> Response:
        """Open an account. Of one name a buyer has one account: the second is refused with `name_taken`."""
        body = self.body(NewAccountBody)
        made = operations.create_account(buyer=self._buyer(body.pop("buyer", None)), by=self.actor, **body)
        return Response(shown(made), status=201)

    def _buyer(self, named: int | None) -> Buyer:
        if named is not None and not self.caller.is_operator:
            raise NotAllowed("Only operators say whose account it is.", errors={"buyer": ["Leave it out."]})
        wanted = named if self.caller.is_operator else self.caller.company_id
        if wanted is None:
            raise Invalid("Say whose account it is.", errors={"buyer": ["This field is required."]})
        found = find_buyer(wanted)
        if found is None:
            raise Http404
        return found


class AccountView(AccountPart):
    """One account."""

    access = {"GET": READ, "PATCH": WRITE}
    refusals = {"PATCH": {402}}

    @extend_schema(responses=AccountSerializer, operation_id="accounts_read")
    def get(self, request: Request, account_id: int) -> Response:
        """Show an account with its money, limits, destinations and links."""
        return Response(shown(self.account(account_id)))

    @extend_schema(request=AccountBody, responses=AccountSerializer, operation_id="accounts_change")
    def patch(self, request: Request, account_id: int) -> Response:
        """Change what is given. `wallet` changes only while no call or message holds money (`live_holds`).

        An own balance stays in its wallet while the account spends the shared one, and is there when it comes back.
        """
        account = self.account(account_id)
        changes = self.body(AccountBody, partial=True)
        return Response(shown(operations.update_account(account=account, changes=changes, by=self.actor)))


class BlockView(AccountPart):
    """The block of an account."""

    access = {"POST": WRITE}

    @extend_schema(request=ReasonBody, responses=AccountSerializer, operation_id="accounts_block")
    def post(self, request: Request, account_id: int) -> Response:
        """Let no new call or message of the account go."""
        account = self.account(account_id)
        reason = self.body(ReasonBody)["reason"]
        return Response(shown(operations.block_account(account=account, reason=reason, by=self.actor)))


class UnblockView(AccountPart):
    """The end of a block."""

    access = {"POST": WRITE}

    @extend_schema(request=OptionalReasonBody, responses=AccountSerializer, operation_id="accounts_unblock")
    def post(self, request: Request, account_id: int) -> Response:
        """Let the account's traffic go again. A block by an operator is lifted by operators only."""
        account = self.account(account_id)
        reason = self.body(OptionalReasonBody)["reason"]
        return Response(shown(operations.unblock_account(account=account, reason=reason, by=self.actor)))


def shown(account: Account) -> Any:
    """An account as JSON, read afresh with its lists."""
    return AccountSerializer(accounts_seen_by(None).get(pk=account.pk)).data


def _lookups(filters: dict[str, Any]) -> dict[str, Any]:
    paths = {"status": "status", "name": "name__icontains", "account_sid": "links__account_sid", "buyer": "buyer_id"}
    return {paths[name]: value for name, value in filters.items()}
