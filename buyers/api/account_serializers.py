"""Accounts as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from buyers.destinations import as_written
from buyers.models import Account, DestinationRule, RoutingPolicy
from buyers.operations.accounts import LARGEST_COUNT, LONGEST_SLICE
from tcxc.api.examples import BEFORE, SID, example
from tcxc.api.fields import AmountField, MomentField
from tcxc.api.serializers import StrictSerializer
from tcxc.money import ZERO


class DestinationSerializer(StrictSerializer):
    """A destination: a prefix with the lengths of its numbers, or a country, or a network. Exactly one of the three."""

    prefix = serializers.CharField(required=False, allow_null=True, max_length=16, help_text="1 to 15 digits.")
    min_length = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=15)
    max_length = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=15)
    country = serializers.CharField(required=False, allow_null=True, max_length=2, help_text="ISO 3166 alpha-2.")
    mccmnc = serializers.CharField(required=False, allow_null=True, max_length=6, help_text="MCC, or MCC and MNC.")


@example("Other limits", {"concurrent_call_limit": 60, "spend_limit_daily": None})
class AccountBody(StrictSerializer):
    """What can be set of an account. null lifts a limit; a list of destinations is replaced as a whole."""

    name = serializers.CharField(max_length=120)
    wallet = serializers.ChoiceField(
        choices=Account.WalletMode.choices, required=False, help_text="Whose money it spends."
    )
    concurrent_call_limit = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=LARGEST_COUNT, help_text="Live calls."
    )
    calls_per_second = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LARGEST_COUNT)
    smpp_messages_per_second = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=LARGEST_COUNT
    )
    allowed_destinations = DestinationSerializer(many=True, required=False, help_text="Empty: all.")
    denied_destinations = DestinationSerializer(
        many=True, required=False, help_text="The most specific wins, deny over allow."
    )
    spend_limit_daily = AmountField(
        required=False, allow_null=True, minimum=ZERO, help_text="A day of the buyer's time zone."
    )
    topup_limit_monthly = AmountField(required=False, allow_null=True, minimum=ZERO)
    low_balance_threshold = AmountField(required=False, allow_null=True, minimum=ZERO)
    slice_seconds = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST_SLICE, help_text="How much of a call is reserved at a time."
    )
    voice_policy = serializers.ChoiceField(choices=RoutingPolicy.choices, required=False)
    sms_policy = serializers.ChoiceField(choices=RoutingPolicy.choices, required=False)
    credit_limit = AmountField(required=False, minimum=ZERO, help_text="An operator's, and of the whole wallet.")


@example(
    "An account with limits",
    {
        "name": "Enterprise A",
        "wallet": "own",
        "concurrent_call_limit": 30,
        "calls_per_second": 5,
        "denied_destinations": [{"prefix": "44909", "min_length": 12, "max_length": 12}, {"country": "KP"}],
        "spend_limit_daily": "250.000000",
    },
)
class NewAccountBody(AccountBody):
    """A new account."""

    buyer = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Operators say whose account it is."
    )


@example("Why", {"reason": "Calls to premium numbers at night"})
class ReasonBody(StrictSerializer):
    """Why."""

    reason = serializers.CharField(max_length=255)


@example("Why", {"reason": "The customer has explained it"})
class OptionalReasonBody(StrictSerializer):
    """Why, if there is anything to say."""

    reason = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")


class AccountFilters(StrictSerializer):
    """Which accounts."""

    status = serializers.ChoiceField(choices=Account.Status.choices, required=False)
    name = serializers.CharField(max_length=120, required=False, help_text="A part of the name, in any case.")
    account_sid = serializers.CharField(max_length=34, required=False, help_text="Linked to this sub-account.")
    buyer = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, help_text="For operators.")


class LinkedSubAccount(serializers.Serializer[Any]):
    """A sub-account that is linked to an account."""

    platform = serializers.IntegerField(source="platform_id")
    account_sid = serializers.CharField()


@example(
    "An account during its first call",
    {
        "id": 1,
        "buyer": 3,
        "name": "Enterprise A",
        "status": "active",
        "block_reason": "",
        "blocked_by_operator": False,
        "wallet": "own",
        "currency": "USD",
        "balance": "100.000000",
        "held": "0.120000",
        "available": "99.880000",
        "credit_limit": "0.000000",
        "own_balance": "100.000000",
        "concurrent_call_limit": 30,
        "calls_per_second": 5,
        "smpp_messages_per_second": None,
        "spend_limit_daily": "250.000000",
        "topup_limit_monthly": None,
        "low_balance_threshold": "20.000000",
        "slice_seconds": 120,
        "voice_policy": "least_cost",
        "sms_policy": "least_cost",
        "allowed_destinations": [],
        "denied_destinations": [{"prefix": "44909", "min_length": 12, "max_length": 12}, {"country": "KP"}],
        "links": [{"platform": 1, "account_sid": SID}],
        "created_at": BEFORE,
    },
)
class AccountSerializer(serializers.ModelSerializer[Account]):
    """An account with its money, limits and links."""

    buyer = serializers.IntegerField(source="buyer_id")
    wallet = serializers.ChoiceField(source="wallet_mode", choices=Account.WalletMode.choices)
    currency = serializers.CharField(source="wallet.currency")
    balance = AmountField(source="wallet.balance")
    held = AmountField(source="wallet.held", help_text="Set aside for calls and messages under way.")
    available = AmountField(source="wallet.available", help_text="balance + credit_limit - held")
    credit_limit = AmountField(source="wallet.credit_limit")
    own_balance = AmountField(
        source="own_wallet.balance",
        allow_null=True,
        help_text="Waits here while the account spends the shared balance.",
    )
    spend_limit_daily = AmountField(allow_null=True)
    topup_limit_monthly = AmountField(allow_null=True)
    low_balance_threshold = AmountField(allow_null=True)
    allowed_destinations = serializers.SerializerMethodField()
    denied_destinations = serializers.SerializerMethodField()
    links = LinkedSubAccount(many=True)
    created_at = MomentField()

    class Meta:
        model = Account
        fields = (
            *("id", "buyer", "name", "status", "block_reason", "blocked_by_operator", "wallet", "currency", "balance"),
            *("held", "available", "credit_limit", "own_balance", "concurrent_call_limit", "calls_per_second"),
            *("smpp_messages_per_second", "spend_limit_daily", "topup_limit_monthly", "low_balance_threshold"),
            *("slice_seconds", "voice_policy", "sms_policy", "allowed_destinations", "denied_destinations", "links"),
            "created_at",
        )
        read_only_fields = fields

    @extend_schema_field(DestinationSerializer(many=True))
    def get_allowed_destinations(self, account: Account) -> list[dict[str, Any]]:
        """The allow list as it was written."""
        return _written(account, DestinationRule.Verdict.ALLOW)

    @extend_schema_field(DestinationSerializer(many=True))
    def get_denied_destinations(self, account: Account) -> list[dict[str, Any]]:
        """The deny list as it was written."""
        return _written(account, DestinationRule.Verdict.DENY)


def _written(account: Account, verdict: DestinationRule.Verdict) -> list[dict[str, Any]]:
    return [as_written(rule) for rule in account.destination_rules.all() if rule.verdict == verdict]
