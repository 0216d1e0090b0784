"""An account's numbers beside those of its Restcomm: the log-in that reads them, what differs, and mending it."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import operations
from buyers.api.views import AccountPart
from buyers.models import Account, RestcommLogin
from numbers.models import Difference
from numbers.operations.reconciliation import ask_to_reconcile, mend
from numbers.queries.reconciliation import (
    differences_of,
    find_difference,
    how_to_mend,
    last_reconciliation,
    login_of,
)
from tcxc.api.access import allow
from tcxc.api.examples import BEFORE, BEGIN, END, SID, example
from tcxc.api.fields import MomentField
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody, NoFilters, StrictSerializer
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)
WRITE = allow(Holder.BUYER, scope=Scope.ACCOUNTS_WRITE)
SEE_NUMBERS = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
CHANGE_NUMBERS = allow(Holder.BUYER, scope=Scope.NUMBERS_WRITE)


@example(
    "A Restcomm",
    {
        "api_url": "https://cloud.example/restcomm",
        "account_sid": SID,
        "auth_token": "secret",
        "sip_domain": "sip.cloud.example:5060",
    },
)
class LoginBody(StrictSerializer):
    """Where the account's Restcomm answers, and with what."""

    api_url = serializers.CharField(max_length=255, help_text="Such as https://cloud.example/restcomm.")
    account_sid = serializers.CharField(max_length=34)
    auth_token = serializers.CharField(max_length=255, help_text="Kept encrypted, and never shown again.")
    sip_domain = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Where its numbers should be delivered."
    )


@example(
    "A Restcomm",
    {
        "api_url": "https://cloud.example/restcomm",
        "account_sid": SID,
        "sip_domain": "sip.cloud.example:5060",
        "set_at": BEFORE,
        "due_at": BEGIN,
    },
)
class LoginSerializer(serializers.Serializer[Any]):
    """The log-in without its token."""

    api_url = serializers.CharField()
    account_sid = serializers.CharField()
    sip_domain = serializers.CharField()
    set_at = MomentField()
    due_at = MomentField(help_text="When the numbers are compared next.")


@example(
    "A number that Restcomm does not have",
    {
        "id": 7,
        "kind": "only_here",
        "number": "442071838750",
        "restcomm_sid": "",
        "restcomm_account_sid": "",
        "wanted": "",
        "found": "",
        "mended_at": None,
        "how_to_mend": "Mend it: the number is released here. Or add it in Restcomm.",
    },
)
class DifferenceSerializer(serializers.Serializer[Any]):
    """A number on which both lists differ."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Difference.Kind.choices)
    number = serializers.CharField()
    restcomm_sid = serializers.CharField(source="there_sid")
    restcomm_account_sid = serializers.CharField(source="there_account_sid")
    wanted = serializers.CharField(help_text="What Restcomm says: a sub-account, or where calls should go.")
    found = serializers.CharField(help_text="What is set here.")
    mended_at = MomentField(allow_null=True)
    how_to_mend = serializers.SerializerMethodField()

    def get_how_to_mend(self, difference: Difference) -> str:
        """What to do about it."""
        return how_to_mend(difference, self.context["login"])


@example(
    "One difference",
    {"id": 1, "started_at": BEGIN, "finished_at": END, "here": 2, "there": 1, "problem": "", "differences": 1},
)
class ReconciliationSerializer(serializers.Serializer[Any]):
    """A comparison; a problem says why there was none, and then the lists were not looked at."""

    id = serializers.IntegerField()
    started_at = MomentField()
    finished_at = MomentField()
    here = serializers.IntegerField(help_text="Numbers of the account here.")
    there = serializers.IntegerField(help_text="Numbers that Restcomm has.")
    problem = serializers.CharField()
    differences = serializers.IntegerField(help_text="How many there are that are not mended.")


class RestcommPart(AccountPart):
    """Something of an account that has a log-in to its Restcomm."""

    def login(self, account: Account) -> RestcommLogin:
        """The log-in, or 404."""
        found = login_of(account)
        if found is None:
            raise Http404
        return found


class RestcommLoginView(RestcommPart):
    """The log-in with which the account's Restcomm is asked for its numbers."""

    access = {"GET": READ, "PUT": WRITE, "DELETE": WRITE}

    @extend_schema(responses=LoginSerializer, operation_id="restcomm_login_read")
    def get(self, request: Request, account_id: int) -> Response:
        """Show where the account's Restcomm answers."""
        return Response(LoginSerializer(self.login(self.account(account_id))).data)

    @extend_schema(request=LoginBody, responses=LoginSerializer, operation_id="restcomm_login_set")
    def put(self, request: Request, account_id: int) -> Response:
        """Set it, or set it anew. The numbers are compared soon."""
        login = operations.set_restcomm_login(account=self.account(account_id), by=self.actor, **self.body(LoginBody))
        return Response(LoginSerializer(login).data)

    @extend_schema(responses={204: None}, operation_id="restcomm_login_remove")
    def delete(self, request: Request, account_id: int) -> Response:
        """Forget it; the numbers are compared no more."""
        operations.remove_restcomm_login(account=self.account(account_id), by=self.actor)
        return Response(status=204)


class ReconciliationView(RestcommPart):
    """The last comparison of the account's numbers with its Restcomm's."""

    access = {"GET": SEE_NUMBERS, "POST": CHANGE_NUMBERS}

    @extend_schema(responses=ReconciliationSerializer, operation_id="reconciliation_read")
    def get(self, request: Request, account_id: int) -> Response:
        """Show the last comparison; 404 before the first."""
        last = last_reconciliation(self.account(account_id))
        if last is None:
            raise Http404
        facts = {name: getattr(last, name) for name in ("id", "started_at", "finished_at", "here", "there", "problem")}
        open_ones = differences_of(last).filter(mended_at__isnull=True).count()
        return Response(ReconciliationSerializer(facts | {"differences": open_ones}).data)

    @extend_schema(request=NoBody, responses={202: LoginSerializer}, operation_id="reconciliation_ask")
    def post(self, request: Request, account_id: int) -> Response:
        """Compare soon: look again in a minute."""
        account = self.account(account_id)
        self.body(NoBody)
        return Response(LoginSerializer(ask_to_reconcile(account=account, by=self.actor)).data, status=202)


class DifferencesView(RestcommPart):
    """What differed at the last comparison."""

    access = {"GET": SEE_NUMBERS}

    @extend_schema(responses=pages_of(DifferenceSerializer), operation_id="differences_list")
    def get(self, request: Request, account_id: int) -> Response:
        """List what differs."""
        account = self.account(account_id)
        self.query(NoFilters)
        last = last_reconciliation(account)
        rows = differences_of(last) if last else Difference.objects.none()
        page = page_of(rows, request, OLDEST_FIRST)
        context = {"login": login_of(account)}
        return Response(page.answer(DifferenceSerializer(page.rows, many=True, context=context).data))


class MendView(RestcommPart):
    """One difference, mended here."""

    access = {"POST": CHANGE_NUMBERS}
    refusals = {"POST": {409}}

    @extend_schema(request=NoBody, responses=DifferenceSerializer, operation_id="differences_mend")
    def post(self, request: Request, account_id: int, difference_id: int) -> Response:
        """Do here as Restcomm has it: release the number, tie it to the sub-account, or deliver it there."""
        account = self.account(account_id)
        self.body(NoBody)
        difference = find_difference(account, difference_id)
        if difference is None:
            raise Http404
        mended = mend(difference=difference, by=self.actor)
        return Response(DifferenceSerializer(mended, context={"login": login_of(account)}).data)
