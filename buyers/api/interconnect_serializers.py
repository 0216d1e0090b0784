"""Interconnects as JSON."""

from typing import Any

from rest_framework import serializers

from buyers.models import Interconnect
from sellers.models import Service
from tcxc.api.examples import BEFORE, example
from tcxc.api.fields import MomentField
from tcxc.api.serializers import StrictSerializer

LARGEST = 2**31 - 1


@example("Consent", {"connection": 7, "agree": True})
class InterconnectBody(StrictSerializer):
    """A connection to be used, and the consent to its prices."""

    connection = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    agree = serializers.BooleanField(help_text="Must be true: the buyer agrees to the seller's prices.")


@example("First in order", {"position": 0, "weight": 70})
class PlaceBody(StrictSerializer):
    """Where a route stands among the account's others."""

    position = serializers.IntegerField(min_value=0, max_value=LARGEST, required=False, help_text="0 comes first.")
    weight = serializers.IntegerField(
        min_value=0, max_value=LARGEST, required=False, help_text="Its share; 0: only when alone."
    )


class InterconnectFilters(StrictSerializer):
    """Which interconnects."""

    status = serializers.ChoiceField(choices=Interconnect.Status.choices, required=False)
    service = serializers.ChoiceField(choices=Service.choices, required=False)
    connection = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)


@example(
    "A route in use",
    {
        "id": 23270,
        "account": 1,
        "connection": 7,
        "connection_name": "World voice CLI",
        "service": "voice",
        "seller": 2,
        "seller_name": "Atlantic Carrier",
        "buyer": 3,
        "buyer_name": "Acme Calls",
        "currency": "USD",
        "tech_prefix": "33270#",
        "status": "active",
        "position": 0,
        "weight": 1,
        "rates": "/api/v1/connections/7/price-list/",
        "asked_at": BEFORE,
        "decided_at": None,
        "decision_reason": "",
    },
)
class InterconnectSerializer(serializers.Serializer[Any]):
    """An account's use of a connection."""

    id = serializers.IntegerField()
    account = serializers.IntegerField(source="account_id")
    connection = serializers.IntegerField(source="connection_id")
    connection_name = serializers.CharField(source="connection.name")
    service = serializers.ChoiceField(source="connection.service", choices=Service.choices)
    seller = serializers.IntegerField(source="connection.seller_id")
    seller_name = serializers.CharField(source="connection.seller.company.name")
    buyer = serializers.IntegerField(source="account.buyer_id")
    buyer_name = serializers.CharField(source="account.buyer.company.name")
    currency = serializers.CharField(source="connection.seller.currency")
    tech_prefix = serializers.CharField(help_text="Tells the route apart on the wire, such as 33270#.")
    status = serializers.ChoiceField(choices=Interconnect.Status.choices)
    position = serializers.IntegerField()
    weight = serializers.IntegerField()
    rates = serializers.SerializerMethodField(help_text="The path of the price list.")
    asked_at = MomentField()
    decided_at = MomentField(allow_null=True)
    decision_reason = serializers.CharField()

    def get_rates(self, interconnect: Interconnect) -> str:
        """Where the prices are read."""
        return f"/api/v1/connections/{interconnect.connection_id}/price-list/"
