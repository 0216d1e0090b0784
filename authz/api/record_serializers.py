"""Calls and messages as JSON, with every input of their charge."""

from typing import Any, ClassVar

from rest_framework import serializers

from authz.models import Direction, Result
from authz.models.records import TrafficRecord
from tcxc.api.examples import BEGIN, END, SESSION, SID, example
from tcxc.api.fields import AmountField, MomentField, NumberPrefixField, PriceField
from tcxc.api.serializers import StrictSerializer
from tcxc.models import Holder

LARGEST_ID = 2**63 - 1


class RecordFilters(StrictSerializer):
    """Which calls or messages."""

    since = MomentField(required=False, help_text="Recorded at or after this moment.")
    until = MomentField(required=False, help_text="Recorded before this moment.")
    account = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, help_text="Not for sellers.")
    account_sid = serializers.CharField(max_length=34, required=False, help_text="Not for sellers.")
    connection = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    buyer = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    seller = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    prefix = NumberPrefixField(required=False, help_text="How the dialled number begins.")
    direction = serializers.ChoiceField(choices=Direction.choices, required=False)
    result = serializers.ChoiceField(choices=Result.choices, required=False)
    session_id = serializers.CharField(max_length=128, required=False)


class RecordSerializer(serializers.Serializer[Any]):
    """What calls and messages have in common. Who may not see a field gets null in it."""

    HIDDEN: ClassVar[dict[Holder, frozenset[str]]] = {
        Holder.BUYER: frozenset({"commission_rate", "commission", "earned"}),
        Holder.SELLER: frozenset({"account", "account_sid"}),
    }

    id = serializers.IntegerField()
    session_id = serializers.CharField()
    platform = serializers.IntegerField(source="platform_id")
    direction = serializers.ChoiceField(choices=Direction.choices)
    result = serializers.ChoiceField(choices=Result.choices)
    reason = serializers.CharField(help_text="Why it was denied; empty when it was not.")
    mccmnc = serializers.CharField()
    buyer = serializers.IntegerField(source="buyer_id", allow_null=True)
    account = serializers.IntegerField(source="account_id", allow_null=True)
    account_sid = serializers.CharField(allow_null=True)
    seller = serializers.IntegerField(source="seller_id", allow_null=True)
    connection = serializers.IntegerField(source="connection_id", allow_null=True)
    interconnect = serializers.IntegerField(source="interconnect_id", allow_null=True)
    price_list = serializers.IntegerField(source="price_list_id", allow_null=True)
    prefix = serializers.CharField(help_text="The code of the price list that was matched.")
    price_1 = PriceField(allow_null=True)
    price_n = PriceField(allow_null=True)
    interval_1 = serializers.IntegerField(allow_null=True)
    interval_n = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    amount = AmountField(help_text="What the buyer paid.")
    commission_rate = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True)
    commission = AmountField(allow_null=True, help_text="The exchange's share.")
    earned = serializers.SerializerMethodField(help_text="What the seller got.")
    overrun = serializers.BooleanField(help_text="More was used than granted.")
    unsolicited = serializers.BooleanField(help_text="It was never authorized.")
    expired = serializers.BooleanField(help_text="It fell silent and was settled at its last report.")
    started_at = MomentField()
    recorded_at = MomentField()
    adjusted_at = MomentField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The fields, with `from` and `to`, which Python can't declare."""
        number = {"from": serializers.CharField(source="caller"), "to": serializers.CharField(source="callee")}
        return super().get_fields() | number

    def get_earned(self, record: TrafficRecord) -> str | None:
        """The amount without the commission."""
        return f"{record.amount - record.commission:.6f}"

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The record with nothing in it that the caller may not see."""
        shown = super().to_representation(instance)
        for name in self.HIDDEN.get(self.context["view"].caller.holder, ()):
            shown[name] = None
        return shown


_RECORD = {
    "id": 7,
    "session_id": SESSION,
    "platform": 1,
    "direction": "outbound",
    "reason": "",
    "mccmnc": "",
    "buyer": 3,
    "account": 1,
    "account_sid": SID,
    "seller": 2,
    "connection": 7,
    "interconnect": 23270,
    "price_list": 12,
    "prefix": "447",
    "currency": "USD",
    "commission_rate": None,
    "commission": None,
    "earned": None,
    "overrun": False,
    "unsolicited": False,
    "expired": False,
    "started_at": BEGIN,
    "recorded_at": END,
    "adjusted_at": None,
    "from": "12025550100",
    "to": "447700900123",
}
_CALL = _RECORD | {
    "result": "answered",
    "price_1": "0.060000",
    "price_n": "0.060000",
    "interval_1": 60,
    "interval_n": 1,
    "amount": "0.125000",
    "connected_at": BEGIN,
    "disconnected_at": END,
    "used_seconds": 125,
    "billed_seconds": 125,
    "cause": 16,
}
_MESSAGE = _RECORD | {
    "id": 8,
    "session_id": "SM0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "result": "sent",
    "price_1": "0.010000",
    "price_n": "0.010000",
    "interval_1": 1,
    "interval_n": 1,
    "amount": "0.020000",
    "encoding": "gsm7",
    "parts": 2,
    "billed_parts": 2,
}


@example("A call, as its buyer sees it", _CALL)
class CdrSerializer(RecordSerializer):
    """A call."""

    connected_at = MomentField(allow_null=True)
    disconnected_at = MomentField(allow_null=True)
    used_seconds = serializers.IntegerField()
    billed_seconds = serializers.IntegerField(allow_null=True)
    cause = serializers.IntegerField(allow_null=True, help_text="Q.850.")


@example("A message, as its buyer sees it", _MESSAGE)
class MessageSerializer(RecordSerializer):
    """A message. Its text is never kept."""

    encoding = serializers.CharField()
    parts = serializers.IntegerField()
    billed_parts = serializers.IntegerField(allow_null=True)
