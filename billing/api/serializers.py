"""Money as JSON."""

from typing import Any

from rest_framework import serializers

from billing.models import Entry, Transfer
from tcxc.api.examples import END, SESSION, example
from tcxc.api.fields import AmountField, MomentField
from tcxc.api.serializers import StrictSerializer
from tcxc.money import ZERO


@example("A credit", {"account": 1, "amount": "100.000000", "reason": "Bank transfer 4711"})
class CreditBody(StrictSerializer):
    """Money put into an account's wallet, or taken out of it."""

    account = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    amount = AmountField(help_text="In the wallet's currency; below zero takes money out.")
    reason = serializers.CharField(max_length=255)

    def validate_amount(self, amount: Any) -> Any:
        """Nothing is no credit."""
        if amount == ZERO:
            raise serializers.ValidationError("Give an amount above or below zero.")
        return amount


@example(
    "A credit",
    {
        "id": 9,
        "account": 1,
        "kind": "credit",
        "amount": "100.000000",
        "currency": "USD",
        "reason": "Bank transfer 4711",
        "occurred_at": END,
        "balance": "100.000000",
        "held": "0.000000",
        "available": "100.000000",
        "credit_limit": "0.000000",
    },
)
class CreditSerializer(serializers.Serializer[Any]):
    """A credit or debit, and where the wallet stands after it."""

    id = serializers.IntegerField(help_text="Of the transfer.")
    account = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Transfer.Kind.choices)
    amount = AmountField(help_text="Below zero: taken out.")
    currency = serializers.CharField()
    reason = serializers.CharField()
    occurred_at = MomentField()
    balance = AmountField()
    held = AmountField()
    available = AmountField()
    credit_limit = AmountField()


class EntryFilters(StrictSerializer):
    """Which entries."""

    since = MomentField(required=False, help_text="Recorded at or after this moment.")
    until = MomentField(required=False, help_text="Recorded before this moment.")
    kind = serializers.ChoiceField(choices=Transfer.Kind.choices, required=False)
    account = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="In a shared wallet."
    )


@example(
    "The charge of a call",
    {
        "id": 31,
        "transfer": 10,
        "kind": "charge",
        "amount": "-0.125000",
        "currency": "USD",
        "balance_after": "99.875000",
        "occurred_at": END,
        "recorded_at": END,
        "account": 1,
        "note": f"voice {SESSION}",
        "key": "session:7:1",
        "session": SESSION,
        "reverses": None,
    },
)
class EntrySerializer(serializers.Serializer[Any]):
    """One movement of money, seen from one ledger account."""

    id = serializers.IntegerField()
    transfer = serializers.IntegerField(source="transfer_id")
    kind = serializers.ChoiceField(source="transfer.kind", choices=Transfer.Kind.choices)
    amount = AmountField(help_text="Above zero: came in.")
    currency = serializers.CharField()
    balance_after = AmountField(allow_null=True, help_text="Of a wallet.")
    occurred_at = MomentField(source="transfer.occurred_at")
    recorded_at = MomentField()
    account = serializers.IntegerField(source="transfer.account_id", allow_null=True)
    note = serializers.CharField(source="transfer.note")
    key = serializers.CharField(source="transfer.key", help_text="Unique: what makes the transfer happen once.")
    session = serializers.SerializerMethodField(help_text="The session_id of the call or message that was charged.")
    reverses = serializers.IntegerField(
        source="transfer.reverses_id", allow_null=True, help_text="The transfer that this one corrects."
    )

    def get_session(self, entry: Entry) -> str | None:
        """The platform's id of the session, which the engine writes into the note after the service."""
        if not entry.transfer.key.startswith("session:"):
            return None
        return entry.transfer.note.partition(" ")[2] or None
