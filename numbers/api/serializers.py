"""Hosted numbers, the market, subscriptions and their history as JSON."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from numbers import details
from numbers.api.fields import DeliveryBody, PlaceSerializer, PricesSerializer
from numbers.models import Number, NumberEvent, NumberType, Requirement, Subscription
from numbers.models.numbers import CAPABILITIES
from numbers.paperwork import needed_kinds
from tcxc.api.examples import BEFORE, SID, example
from tcxc.api.fields import AmountField, MomentField, NumberField, PriceField
from tcxc.api.serializers import StrictSerializer
from tcxc.money import ZERO

LARGEST_ID = 2**63 - 1


_PRICES = {
    "monthly_fee": "1.500000",
    "setup_fee": "1.000000",
    "price_1": "0.006000",
    "price_n": "0.006000",
    "interval_1": 60,
    "interval_n": 1,
    "sms_price": "0.004000",
}
_PLACE = {
    "id": 44,
    "number": "442071838750",
    "country": "GB",
    "area": "London",
    "type": "geographic",
    "seller": 2,
    "seller_name": "Atlantic Carrier",
    "currency": "USD",
}
_CAN = {"voice": True, "sms": True, "fax": False, "video": False}
_ON_MARKET = {
    **_PRICES,
    **_PLACE,
    **_CAN,
    "documents_required": False,
    "documents_needed": [],
    "notes_for_buyers": "",
    "capacity": None,
}
_BOUGHT = {
    **_PRICES,
    **_PLACE,
    **_CAN,
    "id": 6,
    "buyer": 3,
    "account": 1,
    "account_sid": SID,
    "state": "active",
    "state_since": BEFORE,
    "documents_needed": [],
    "documents_state": "not_required",
    "sip_contact": "sip:{number}@pbx.example.com:5060",
    "smpp_contact": "",
    "tags": ["support"],
    "auto_renew": True,
    "bought_at": BEFORE,
    "anchor_day": 20,
    "time_zone": "Europe/London",
    "period_start": "2026-11-20T00:00:00Z",
    "period_end": "2026-12-20T00:00:00Z",
    "grace_until": None,
    "suspended_until": None,
    "released_at": None,
    "release_reason": "",
}


NEEDED_HELP = "Kinds of documents that its buyer has to show; `any`: what its seller's notes ask for."


def _interval() -> serializers.IntegerField:
    return serializers.IntegerField(
        min_value=1, max_value=details.LONGEST_INTERVAL, required=False, help_text="Seconds; 60 unless said."
    )


@example("A higher fee", {"monthly_fee": "2.00"})
class NumberBody(StrictSerializer):
    """What a seller says of a number."""

    monthly_fee = AmountField()
    setup_fee = AmountField(required=False, help_text="Once, at purchase; 0 unless said.")
    price_1 = PriceField(required=False, help_text="A minute of inbound voice, in the first interval.")
    price_n = PriceField(required=False, help_text="A minute, in each further interval; price_1 unless said.")
    interval_1 = _interval()
    interval_n = _interval()
    sms_price = PriceField(required=False, help_text="A part of an inbound SMS.")
    voice = serializers.BooleanField(required=False, help_text="True unless said.")
    sms = serializers.BooleanField(required=False)
    fax = serializers.BooleanField(required=False)
    video = serializers.BooleanField(required=False)
    documents_required = serializers.BooleanField(required=False, help_text="The buyer has to show documents.")
    notes_for_buyers = serializers.CharField(max_length=details.LONGEST_NOTES, required=False, allow_blank=True)
    capacity = serializers.IntegerField(
        min_value=0, max_value=details.LARGEST_COUNT, required=False, allow_null=True, help_text="Calls at once."
    )
    quarantine_days = serializers.IntegerField(
        min_value=0, max_value=details.MOST_DAYS, required=False, help_text="After a release, before it is sold again."
    )


@example(
    "A London number",
    {
        "number": "442071838750",
        "monthly_fee": "1.50",
        "setup_fee": "1.00",
        "price_1": "0.006",
        "interval_1": 60,
        "interval_n": 1,
        "sms_price": "0.004",
        "voice": True,
        "sms": True,
        "documents_required": False,
    },
)
class NewNumberBody(NumberBody):
    """A number to be hosted."""

    number = NumberField()
    seller = serializers.IntegerField(
        required=False, min_value=1, max_value=LARGEST_ID, help_text="Operators say whose it is."
    )


class HostedFilters(StrictSerializer):
    """Which hosted numbers."""

    state = serializers.ChoiceField(choices=Number.State.choices, required=False)
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False)
    type = serializers.ChoiceField(choices=NumberType.choices, required=False)
    prefix = serializers.RegexField(r"^\+?[0-9]{1,15}$", required=False)
    seller = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, help_text="For operators.")


class FileBody(StrictSerializer):
    """A file of numbers."""

    file = serializers.FileField(allow_empty_file=True, max_length=255, help_text="CSV, the first row its header.")


@example("All of a file", {"hosted": 2500})
class HostedManySerializer(serializers.Serializer[Any]):
    """How many numbers of a file are on the market now."""

    hosted = serializers.IntegerField()


class MarketFilters(StrictSerializer):
    """Which numbers on the market."""

    prefix = serializers.RegexField(r"^\+?[0-9]{1,15}$", required=False)
    contains = serializers.RegexField(
        r"^[0-9*?]{1,32}$", required=False, help_text="Digits anywhere; ? is any digit, * any run of them."
    )
    country = serializers.RegexField(r"^[A-Za-z]{2}$", required=False)
    type = serializers.ChoiceField(choices=NumberType.choices, required=False)
    capability = serializers.RegexField(
        rf"^(?:{'|'.join(CAPABILITIES)})(?:,(?:{'|'.join(CAPABILITIES)}))*$",
        required=False,
        help_text="voice, sms, fax, video; several with commas: all of them.",
    )
    seller = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    max_monthly_fee = AmountField(required=False, minimum=ZERO)
    max_price_1 = PriceField(required=False)
    documents_required = serializers.BooleanField(required=False)


class MarketListFilters(MarketFilters):
    """Which numbers on the market, and in which order."""

    order = serializers.ChoiceField(choices=["number", "monthly_fee"], required=False, help_text="number unless said.")


@example("A number on the market", _ON_MARKET)
class MarketNumberSerializer(PlaceSerializer, PricesSerializer):
    """A number that can be bought now."""

    voice = serializers.BooleanField()
    sms = serializers.BooleanField()
    fax = serializers.BooleanField()
    video = serializers.BooleanField()
    documents_required = serializers.BooleanField(help_text="Its seller asks for some, beside what is required of all.")
    documents_needed = serializers.SerializerMethodField(help_text=NEEDED_HELP)
    notes_for_buyers = serializers.CharField()
    capacity = serializers.IntegerField(allow_null=True)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_documents_needed(self, number: Number) -> list[str]:
        """The kinds, by what is required of such numbers now."""
        context = cast("dict[str, Any]", self.context)
        if "requirements" not in context:  # once for all rows
            context["requirements"] = list(Requirement.objects.all())
        return needed_kinds(number, context["requirements"])


@example(
    "A number for sale",
    _ON_MARKET
    | {
        "state": "for_sale",
        "state_since": BEFORE,
        "quarantine_days": 0,
        "quarantined_until": None,
        "is_blocked": False,
        "block_reason": "",
        "hosted_at": BEFORE,
    },
)
class HostedNumberSerializer(MarketNumberSerializer):
    """A number that a seller hosts."""

    state = serializers.ChoiceField(choices=Number.State.choices)
    state_since = MomentField()
    quarantine_days = serializers.IntegerField()
    quarantined_until = MomentField(allow_null=True)
    is_blocked = serializers.BooleanField(help_text="Not sold again, also when a buyer has it now.")
    block_reason = serializers.CharField()
    hosted_at = MomentField()


class FacetSerializer(serializers.Serializer[Any]):
    """How many numbers have a value."""

    value = serializers.CharField()
    count = serializers.IntegerField()


@example(
    "Two countries",
    {
        "total": 120,
        "is_exact": True,
        "countries": [{"value": "GB", "count": 80}, {"value": "US", "count": 40}],
        "types": [{"value": "geographic", "count": 120}],
        "capabilities": [{"value": "voice", "count": 120}, {"value": "sms", "count": 30}],
        "sellers": [{"value": "2", "count": 120}],
    },
)
class FacetsSerializer(serializers.Serializer[Any]):
    """How many numbers of a search there are, by what one may ask for next."""

    total = serializers.IntegerField()
    is_exact = serializers.BooleanField(help_text="False: only the first 10,000 matches were counted.")
    countries = FacetSerializer(many=True)
    types = FacetSerializer(many=True)
    capabilities = FacetSerializer(many=True)
    sellers = FacetSerializer(many=True)


@example("For an account", {"account": 1, "sip_contact": "sip:{number}@pbx.example.com:5060", "tags": ["support"]})
class PurchaseBody(DeliveryBody):
    """For which account, and where its traffic goes."""

    account = serializers.IntegerField(min_value=1, max_value=LARGEST_ID)


@example("What can be had", {"account": 1, "numbers": ["442071838750", "442071838751"], "all_or_none": False})
class PurchasesBody(PurchaseBody):
    """Many numbers at once."""

    numbers = serializers.ListField(child=NumberField(), min_length=1, max_length=1_000)
    all_or_none = serializers.BooleanField(default=True, required=False, help_text="False: those that can be had.")


@example("Another PBX, and no renewal", {"sip_contact": "sip:{number}@pbx2.example.com:5060", "auto_renew": False})
class SubscriptionBody(DeliveryBody):
    """What a buyer changes of a number."""

    auto_renew = serializers.BooleanField(required=False, help_text="False: it is released when its month is over.")


class SubscriptionFilters(StrictSerializer):
    """Which of a buyer's numbers."""

    state = serializers.ChoiceField(
        choices=Subscription.State.choices, required=False, help_text="All but the released ones unless said."
    )
    documents_state = serializers.ChoiceField(choices=Subscription.Documents.choices, required=False)
    account = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False)
    account_sid = serializers.CharField(max_length=34, required=False)
    prefix = serializers.RegexField(r"^\+?[0-9]{1,15}$", required=False)
    tag = serializers.CharField(max_length=40, required=False)
    buyer = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, required=False, help_text="For operators.")


@example("A number that was bought", _BOUGHT)
class SubscriptionSerializer(PricesSerializer):
    """A buyer's hold on a number, by the month."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="number.number", help_text="E.164 digits.")
    country = serializers.CharField(source="number.country")
    area = serializers.CharField(source="number.area")
    type = serializers.ChoiceField(source="number.type", choices=NumberType.choices)
    seller = serializers.IntegerField(source="seller_id")
    seller_name = serializers.CharField(source="seller.company.name")
    buyer = serializers.IntegerField(source="buyer_id")
    account = serializers.IntegerField(source="account_id")
    account_sid = serializers.SerializerMethodField(help_text="The Restcomm sub-account it is tied to, if any.")
    currency = serializers.CharField()
    voice = serializers.BooleanField(source="number.voice")
    sms = serializers.BooleanField(source="number.sms")
    fax = serializers.BooleanField(source="number.fax")
    video = serializers.BooleanField(source="number.video")
    state = serializers.ChoiceField(choices=Subscription.State.choices)
    state_since = MomentField()
    documents_needed = serializers.ListField(child=serializers.CharField(), help_text=NEEDED_HELP)
    documents_state = serializers.ChoiceField(choices=Subscription.Documents.choices)
    sip_contact = serializers.CharField()
    smpp_contact = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    auto_renew = serializers.BooleanField()
    bought_at = MomentField()
    anchor_day = serializers.IntegerField(help_text="The day of the month on which it renews, or the month's last.")
    time_zone = serializers.CharField(help_text="In which that day begins.")
    period_start = MomentField()
    period_end = MomentField(help_text="When it renews.")
    grace_until = MomentField(allow_null=True, help_text="Pay before, or it is suspended.")
    suspended_until = MomentField(allow_null=True, help_text="Pay before, or it is released.")
    released_at = MomentField(allow_null=True)
    release_reason = serializers.CharField()

    def get_account_sid(self, subscription: Subscription) -> str:
        """The SID, or nothing."""
        return subscription.link.account_sid if subscription.link else ""


class RefusalSerializer(serializers.Serializer[Any]):
    """Why a number was not bought."""

    type = serializers.CharField()
    detail = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    """What became of one number of a purchase."""

    number = serializers.CharField()
    subscription = SubscriptionSerializer(allow_null=True)
    refusal = RefusalSerializer(allow_null=True)


@example(
    "One of two",
    {
        "results": [
            {"number": "442071838750", "subscription": _BOUGHT, "refusal": None},
            {
                "number": "442071838751",
                "subscription": None,
                "refusal": {"type": "already_sold", "detail": "+442071838751 has been sold: choose another number."},
            },
        ]
    },
)
class PurchasesSerializer(serializers.Serializer[Any]):
    """What became of each number, in the order that was asked for."""

    results = OutcomeSerializer(many=True)


@example(
    "The first month",
    {
        "id": 81,
        "number": "442071838750",
        "kind": "collected",
        "happened_at": BEFORE,
        "amount": "1.500000",
        "currency": "USD",
        "transfer": 90,
        "note": "",
    },
)
class EventSerializer(serializers.Serializer[Any]):
    """Something that happened to a number."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="number.number")
    kind = serializers.ChoiceField(choices=NumberEvent.Kind.choices)
    happened_at = MomentField()
    amount = AmountField(allow_null=True)
    currency = serializers.CharField()
    transfer = serializers.IntegerField(source="transfer_id", allow_null=True)
    note = serializers.CharField()
