"""Why a call or message of an account would go or not: the decision, each check and each route. Nothing is kept."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from authz.api.documents import request_schema
from authz.api.explaining_serializers import EXPLAINED, ExplainedSerializer
from authz.explaining import explain_decision
from buyers.api.views import AccountPart
from buyers.models import Account, RestcommLink
from buyers.queries.accounts import find_link, links_of
from tcxc.api.access import allow
from tcxc.api.examples import SID
from tcxc.errors import Invalid
from tcxc.models import Holder
from tcxc.scopes import Scope

BODY = request_schema("authorize", without=("session_id", "account"))
CALL = {"service": "voice", "from": "12025550100", "to": "447700900123", "account_sid": SID}
MESSAGE = {"service": "sms", "from": "ACME", "to": "447700900123", "text": "Hello"}
EXAMPLES = [
    OpenApiExample("A call", value=CALL, request_only=True),
    OpenApiExample("A message", value=MESSAGE, request_only=True),
    OpenApiExample(
        "A call that comes in",
        value={"service": "voice", "direction": "inbound", "from": "12025550100", "to": "442071838750"},
        request_only=True,
    ),
    OpenApiExample("A call that would go", value=EXPLAINED, response_only=True, status_codes=["200"]),
]


class ExplainView(AccountPart):
    """The decision tester."""

    access = {"POST": allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)}

    @extend_schema(
        request={"application/json": BODY},
        responses=ExplainedSerializer,
        examples=EXAMPLES,
        operation_id="accounts_explain",
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Tell what an authorize of the account would be answered now, and why. Nothing is held, counted or kept.

        The body is that of an authorize, without the session and the account. It is asked for by the sub-account that
        is named, else by the account's first; an account that none is linked to gets `unknown_account`, and is looked
        at all the same.
        """
        account = self.account(account_id)
        facts = _facts(request.data)
        link = _link(account, facts.pop("account_sid", None))
        return Response(ExplainedSerializer(explain_decision(account=account, link=link, facts=facts)).data)


def _facts(body: Any) -> dict[str, Any]:
    if not isinstance(body, Mapping):
        raise Invalid("The body is not a JSON object.", type_="malformed")
    unknown = {str(name): ["There is no such field."] for name in body if name not in BODY["properties"]}
    if unknown:
        raise Invalid("Some of what was given is not right: see errors.", errors=unknown)
    return dict(body)


def _link(account: Account, named: Any) -> RestcommLink | None:
    """Who asks: the sub-account that is named, else the first. Raises `Invalid` for one that is not the account's."""
    if named is None:
        return links_of(account).order_by("pk").first()
    found = find_link(account, named, platform_id=None) if isinstance(named, str) else None
    if found is None:
        sentence = "No such sub-account is linked to this account."
        raise Invalid(sentence, errors={"account_sid": [sentence]})
    return found
