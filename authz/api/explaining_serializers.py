"""An explained decision as JSON."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from authz.api.documents import ALLOW, ALLOWED, DENY
from authz.engine.destinations import Rule
from authz.explaining import Explained, Fate, Outcome, RouteSeen, Step
from tcxc.api.examples import BEGIN, END
from tcxc.api.fields import AmountField, MomentField, PriceField

EXPLAINED: dict[str, Any] = {
    "at": BEGIN,
    "answer": ALLOWED,
    "checks": [
        {
            "check": "within_live_calls",
            "asks": "One more call is not one too many.",
            "outcome": "passed",
            "reason": "",
            "is_beyond": False,
            "facts": {"limit": 30, "used": 4, "left": 26},
        }
    ],
    "routes": [
        {
            "interconnect": 1,
            "connection": 1,
            "name": "UK premium",
            "seller": "Northern Voice",
            "fate": "offered",
            "place": 1,
            "price_list": 3,
            "code": "447",
            "price_1": "0.060000",
            "price_n": "0.060000",
            "interval_1": 60,
            "interval_n": 1,
            "cost": "0.120000",
            "others": ["44"],
            "coming": {"code": "447", "price_1": "0.065000", "effective_from": END},
        }
    ],
}


class CheckSerializer(serializers.Serializer[Step]):
    """One check of the decision, in the order in which the engine asks."""

    check = serializers.CharField()
    asks = serializers.CharField(help_text="What has to be true.")
    outcome = serializers.ChoiceField(choices=[outcome.value for outcome in Outcome])
    reason = serializers.CharField(help_text="Of a refusal; empty when it passed.")
    is_beyond = serializers.BooleanField(help_text="The decision was made before it: it tells what else would refuse.")
    facts = serializers.SerializerMethodField(help_text="What it looked at, by name; amounts as text.")

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_facts(self, step: Step) -> Any:
        """What the check looked at."""
        return _plain(step.facts)


class ComingSerializer(serializers.Serializer[Any]):
    """A price that is announced."""

    code = serializers.CharField(source="prefix")
    price_1 = PriceField()
    effective_from = MomentField()


class SeenRouteSerializer(serializers.Serializer[RouteSeen]):
    """One interconnect of the account beside the destination. Without a live price there is no code and no cost."""

    interconnect = serializers.IntegerField(source="interconnect.pk")
    connection = serializers.IntegerField(source="interconnect.connection_id")
    name = serializers.CharField(source="interconnect.connection.name")
    seller = serializers.CharField(source="interconnect.connection.seller.company.name")
    fate = serializers.ChoiceField(choices=[fate.value for fate in Fate], help_text="What became of it.")
    place = serializers.IntegerField(allow_null=True, help_text="Its place among the routes that are offered.")
    price_list = serializers.IntegerField(source="route.price_list", allow_null=True)
    code = serializers.CharField(source="route.code", allow_null=True, help_text="The prefix or network that matched.")
    price_1 = PriceField(source="route.price_1", allow_null=True)
    price_n = PriceField(source="route.price_n", allow_null=True)
    interval_1 = serializers.IntegerField(source="route.interval_1", allow_null=True)
    interval_n = serializers.IntegerField(source="route.interval_n", allow_null=True)
    cost = AmountField(allow_null=True, help_text="What all that is wanted would cost.")
    others = serializers.SerializerMethodField(help_text="Live codes that match too, less exactly.")
    coming = ComingSerializer(allow_null=True)

    def get_others(self, seen: RouteSeen) -> list[str]:
        """The other codes, the most exact first."""
        return [rate.prefix for rate in seen.others]


class ExplainedSerializer(serializers.Serializer[Explained]):
    """What an authorize would be answered now, every check with what it looked at, and every route."""

    at = MomentField()
    answer = serializers.SerializerMethodField(
        help_text="As authorize would give it; its session id is made up, and passwords in addresses are not told."
    )
    checks = CheckSerializer(source="explanation.steps", many=True)
    routes = SeenRouteSerializer(many=True, help_text="Those of the answer first. None for what comes in.")

    @extend_schema_field({"oneOf": [ALLOW, DENY]})
    def get_answer(self, found: Explained) -> Any:
        """The engine's own reply, without the sellers' passwords."""
        return found.reply


def _plain(value: Any) -> Any:
    """Facts as JSON has them."""
    if isinstance(value, Decimal):
        return f"{value:.6f}"
    if isinstance(value, Rule):
        return {name: part for name, part in asdict(value).items() if part not in {None, ""}}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
