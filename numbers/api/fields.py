"""Fields that several resources of numbers have."""

from typing import Any

from rest_framework import serializers

from numbers.models import NumberType
from tcxc.api.fields import AmountField, PriceField
from tcxc.api.serializers import StrictSerializer


class PricesSerializer(serializers.Serializer[Any]):
    """Fees and inbound prices."""

    monthly_fee = AmountField()
    setup_fee = AmountField(help_text="Once, at purchase.")
    price_1 = PriceField(help_text="A minute of inbound voice, in the first interval.")
    price_n = PriceField(help_text="A minute, in each further interval.")
    interval_1 = serializers.IntegerField(help_text="Seconds.")
    interval_n = serializers.IntegerField(help_text="Seconds.")
    sms_price = PriceField(help_text="A part of an inbound SMS.")


class PlaceSerializer(serializers.Serializer[Any]):
    """A number and what its numbering plan says of it."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="E.164 digits.")
    country = serializers.CharField(help_text="ISO 3166 alpha-2; empty for international codes.")
    area = serializers.CharField(help_text="Such as London; empty where unknown.")
    type = serializers.ChoiceField(choices=NumberType.choices)
    seller = serializers.IntegerField(source="seller_id")
    seller_name = serializers.CharField(source="seller.company.name")
    currency = serializers.CharField()


class DeliveryBody(StrictSerializer):
    """Where a number's calls and messages are delivered, and what the buyer notes about it."""

    sip_contact = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Such as sip:{number}@pbx.example.com:5060."
    )
    smpp_contact = serializers.CharField(
        max_length=255, required=False, allow_blank=True, help_text="Such as smpp:user:password@sms.example.com:2775."
    )
    tags = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20, required=False)
    account_sid = serializers.CharField(
        max_length=34, required=False, allow_blank=True, help_text="A Restcomm sub-account linked to the account."
    )
