"""Connections as JSON."""

from typing import Any

from rest_framework import serializers

from sellers.models import Connection, KeyedBy, Service
from tcxc.api.examples import BEFORE, example
from tcxc.api.fields import MomentField
from tcxc.api.serializers import StrictSerializer


@example("More room", {"capacity": 600})
class ConnectionBody(StrictSerializer):
    """What can be changed of a connection."""

    name = serializers.CharField(max_length=120)
    keyed_by = serializers.ChoiceField(
        choices=KeyedBy.choices, required=False, help_text="SMS; before the first prices."
    )
    route_type = serializers.ChoiceField(choices=Connection.RouteType.choices, required=False)
    sip_uri = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Such as sip:{number}@host:5060."
    )
    smpp_uri = serializers.CharField(max_length=255, required=False, allow_blank=True)
    capacity = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, allow_null=True, help_text="Calls at once; null: no limit."
    )
    manual_approval = serializers.BooleanField(required=False, help_text="The seller approves each buyer by hand.")
    commission_rate = serializers.DecimalField(
        max_digits=5,
        decimal_places=4,
        min_value=0,
        max_value=1,
        required=False,
        allow_null=True,
        help_text="An operator's: the exchange's share; null: as for all of the seller.",
    )


@example(
    "A voice route",
    {
        "name": "World voice CLI",
        "service": "voice",
        "sip_uri": "sip:{number}@sbc.example.com:5060",
        "capacity": 300,
        "manual_approval": False,
    },
)
class NewConnectionBody(ConnectionBody):
    """A new connection."""

    service = serializers.ChoiceField(choices=Service.choices)
    seller = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="Operators say whose it is."
    )


class ConnectionFilters(StrictSerializer):
    """Which connections."""

    service = serializers.ChoiceField(choices=Service.choices, required=False)
    status = serializers.ChoiceField(choices=Connection.Status.choices, required=False)
    seller = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, help_text="For operators.")


@example(
    "A voice route",
    {
        "id": 7,
        "seller": 2,
        "name": "World voice CLI",
        "service": "voice",
        "keyed_by": "prefix",
        "route_type": "CLI",
        "status": "active",
        "currency": "USD",
        "sip_uri": "sip:{number}@sbc.example.com:5060",
        "smpp_uri": "",
        "capacity": 300,
        "manual_approval": False,
        "commission_rate": "0.0500",
        "prices_version": 1,
        "created_at": BEFORE,
    },
)
class ConnectionSerializer(serializers.Serializer[Any]):
    """A route that a seller offers."""

    id = serializers.IntegerField()
    seller = serializers.IntegerField(source="seller_id")
    name = serializers.CharField()
    service = serializers.ChoiceField(choices=Service.choices)
    keyed_by = serializers.ChoiceField(choices=KeyedBy.choices)
    route_type = serializers.ChoiceField(choices=Connection.RouteType.choices)
    status = serializers.ChoiceField(choices=Connection.Status.choices)
    currency = serializers.CharField(source="seller.currency")
    sip_uri = serializers.CharField()
    smpp_uri = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)
    manual_approval = serializers.BooleanField()
    commission_rate = serializers.SerializerMethodField(help_text="In force: the connection's own, else the seller's.")
    prices_version = serializers.IntegerField(help_text="Grows with each published price list.")
    created_at = MomentField()

    def get_commission_rate(self, connection: Connection) -> str:
        """The share of the exchange, with four decimals."""
        own = connection.commission_rate
        return f"{connection.seller.commission_rate if own is None else own:.4f}"
