"""What a platform may read: its sessions, and the accounts linked to it."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from authz import queries
from authz.models import Direction, Session
from sellers.models import Service
from tcxc.api.access import allow
from tcxc.api.examples import BEGIN, END, SESSION, SID, example
from tcxc.api.fields import AmountField
from tcxc.api.paging import page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import StrictSerializer
from tcxc.api.views import ApiView
from tcxc.models import Holder, Platform
from tcxc.scopes import Scope


class SessionFilter(StrictSerializer):
    """The filters of a list of sessions."""

    state = serializers.ChoiceField(choices=Session.State.choices, required=False)
    account_sid = serializers.CharField(max_length=34, required=False)
    service = serializers.ChoiceField(choices=Service.choices, required=False)


@example(
    "A call that is over",
    {
        "session_id": SESSION,
        "state": "closed",
        "service": "voice",
        "direction": "outbound",
        "account": 1,
        "account_sid": SID,
        "from": "12025550100",
        "to": "447700900123",
        "mccmnc": "",
        "granted": 180,
        "used": 125,
        "held": "0.000000",
        "charged": "0.125000",
        "reason": "",
        "overrun": False,
        "unsolicited": False,
        "cdr": 7,
        "authorized_at": BEGIN,
        "heard_at": END,
        "closed_at": END,
    },
)
class SessionSerializer(serializers.Serializer[Any]):
    """A session as its platform sees it. Seconds are totals since the answer; money is in the account's currency."""

    session_id = serializers.CharField()
    state = serializers.ChoiceField(choices=Session.State.choices)
    service = serializers.ChoiceField(choices=Service.choices)
    direction = serializers.ChoiceField(choices=Direction.choices)
    account = serializers.IntegerField(source="account_id", allow_null=True)
    account_sid = serializers.CharField()
    to = serializers.CharField(source="callee")
    mccmnc = serializers.CharField()
    granted = serializers.IntegerField(source="granted_units", help_text="Seconds of a call, or parts of a message.")
    used = serializers.IntegerField(source="used_units", help_text="Seconds of a call, or parts of a message.")
    held = AmountField()
    charged = AmountField()
    reason = serializers.CharField(help_text="Why it was denied; empty when it was not.")
    overrun = serializers.BooleanField()
    unsolicited = serializers.BooleanField()
    cdr = serializers.IntegerField(source="record_id", allow_null=True)
    authorized_at = serializers.DateTimeField()
    heard_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, with `from`, which Python can't declare."""
        return super().get_fields() | {"from": serializers.CharField(source="caller")}


@example(
    "An account during a call",
    {
        "account": 1,
        "account_sid": SID,
        "name": "Enterprise A",
        "status": "active",
        "block_reason": "",
        "currency": "USD",
        "balance": "100.000000",
        "held": "0.120000",
        "credit_limit": "0.000000",
        "available": "99.880000",
        "live_calls": 1,
        "live_messages": 0,
        "concurrent_call_limit": 30,
        "calls_per_second": 5,
        "smpp_messages_per_second": None,
        "spend_limit_daily": "250.000000",
        "slice_seconds": 120,
    },
)
class StandingSerializer(serializers.Serializer[Any]):
    """Where a linked account stands. An empty limit is none; money is in `currency`."""

    account = serializers.IntegerField(source="account.pk")
    account_sid = serializers.CharField()
    name = serializers.CharField(source="account.name")
    status = serializers.CharField(source="account.status")
    block_reason = serializers.CharField(source="account.block_reason")
    currency = serializers.CharField(source="account.wallet.currency")
    balance = AmountField(source="account.wallet.balance")
    held = AmountField(source="account.wallet.held")
    credit_limit = AmountField(source="account.wallet.credit_limit")
    available = AmountField(source="account.wallet.available")
    live_calls = serializers.IntegerField()
    live_messages = serializers.IntegerField()
    concurrent_call_limit = serializers.IntegerField(source="account.concurrent_call_limit", allow_null=True)
    calls_per_second = serializers.IntegerField(source="account.calls_per_second", allow_null=True)
    smpp_messages_per_second = serializers.IntegerField(source="account.smpp_messages_per_second", allow_null=True)
    spend_limit_daily = AmountField(source="account.spend_limit_daily", allow_null=True)
    slice_seconds = serializers.IntegerField(source="account.slice_seconds")


class PlatformView(ApiView):
    """What only a platform reads."""

    access = {"GET": allow(Holder.PLATFORM, scope=Scope.AAA)}

    @property
    def platform(self) -> Platform:
        """The caller's platform."""
        platform = self.caller.api_key.platform
        assert platform is not None, "access lets platforms in alone"
        return platform


class SessionsView(PlatformView):
    """The platform's sessions."""

    @extend_schema(
        operation_id="aaa_sessions",
        parameters=[SessionFilter],
        responses=pages_of(SessionSerializer),
    )
    def get(self, request: Request) -> Response:
        """List sessions, the newest first."""
        page = page_of(queries.sessions_of_platform(self.platform, **self.query(SessionFilter)), request)
        return Response(page.answer(SessionSerializer(page.rows, many=True).data))


class SessionView(PlatformView):
    """One session."""

    @extend_schema(operation_id="aaa_session", responses=SessionSerializer)
    def get(self, request: Request, session_id: str) -> Response:
        """Show a session: its state, what is held and charged, and why it was denied if it was."""
        session = queries.sessions_of_platform(self.platform).filter(session_id=session_id).first()
        if session is None:
            raise Http404
        return Response(SessionSerializer(session).data)


class StandingView(PlatformView):
    """One linked account."""

    @extend_schema(operation_id="aaa_account", responses=StandingSerializer)
    def get(self, request: Request, account_sid: str) -> Response:
        """Show the status, money, live calls and limits of the account behind a sub-account."""
        return Response(StandingSerializer(queries.standing_of(self.platform, account_sid)).data)
