"""Operators' credits and debits."""

import hashlib
import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.serializers import CreditBody, CreditSerializer
from billing.models import Transfer
from billing.operations import credit_wallet, debit_wallet
from billing.queries import wallet_of
from buyers.models import Account
from buyers.queries.accounts import find_account
from tcxc.api.access import allow
from tcxc.api.idempotency import key_of
from tcxc.api.views import ApiView
from tcxc.errors import NotFound
from tcxc.models import Holder
from tcxc.money import ZERO
from tcxc.scopes import Scope


class CreditsView(ApiView):
    """Credits and debits by operators."""

    access = {"POST": allow(Holder.OPERATOR, scope=Scope.MONEY_WRITE)}
    refusals = {"POST": {402, 404, 409}}

    @extend_schema(
        request=CreditBody,
        responses={201: CreditSerializer},
        operation_id="operator_credits_create",
    )
    def post(self, request: Request) -> Response:
        """Put money into the wallet of an account, or take it out; the reason stands in the ledger.

        More than one operator may move alone is refused (`second_person_needed`).
        """
        body = self.body(CreditBody)
        account = find_account(body["account"], buyer_id=None)
        if account is None:
            sentence = "There is no such account."
            raise NotFound(sentence, errors={"account": [sentence]})
        move = credit_wallet if body["amount"] > ZERO else debit_wallet
        made = move(
            wallet_id=account.wallet_id,
            amount=abs(body["amount"]),
            reason=body["reason"],
            by=self.actor,
            key=self._key(request),
            account_id=account.pk,
        )
        return Response(shown(made, account, body["amount"]), status=201)

    def _key(self, request: Request) -> str:
        """The transfer's key: from the Idempotency-Key, so that the ledger itself refuses a second effect."""
        given = key_of(request)
        if given is None:
            return f"credit:{uuid.uuid4().hex}"
        return f"credit:{self.caller.name}:{hashlib.sha256(given.encode()).hexdigest()}"


def shown(made: Transfer, account: Account, amount: object) -> dict[str, object]:
    """The credit as JSON."""
    wallet = wallet_of(account.wallet_id)
    names = ("currency", "balance", "held", "available", "credit_limit")
    facts = {
        "id": made.pk,
        "account": account.pk,
        "kind": made.kind,
        "amount": amount,
        "reason": made.note,
        "occurred_at": made.occurred_at,
    }
    return dict(CreditSerializer(facts | {name: getattr(wallet, name) for name in names}).data)
