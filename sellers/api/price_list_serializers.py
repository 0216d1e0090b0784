"""Price lists and their uploads as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sellers.models import Change, PriceListUpload
from sellers.queries.uploads import View, problems_of
from tcxc.api.examples import BEFORE, BEGIN, example
from tcxc.api.fields import MomentField, PriceField
from tcxc.api.serializers import StrictSerializer


class UploadBody(StrictSerializer):
    """A price list in the eleven columns, as CSV or XLSX."""

    file = serializers.FileField(allow_empty_file=True, max_length=255)
    mode = serializers.ChoiceField(choices=PriceListUpload.Mode.choices, required=False)


class UploadFilters(StrictSerializer):
    """Which uploads."""

    status = serializers.ChoiceField(choices=PriceListUpload.Status.choices, required=False)


class CellProblem(serializers.Serializer[Any]):
    """What is wrong, or worth a look, in one cell. Rows count from 1, the header being row 1."""

    row = serializers.IntegerField()
    column = serializers.CharField()
    message = serializers.CharField()


class Changes(serializers.Serializer[Any]):
    """How many codes the list changes, and how."""

    new = serializers.IntegerField()
    increase = serializers.IntegerField()
    decrease = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    unchanged = serializers.IntegerField()


_UPLOAD = {
    "id": 12,
    "connection": 7,
    "status": "ready",
    "mode": "merge",
    "file_name": "world-voice.csv",
    "rows": 18254,
    "error_count": 0,
    "warning_count": 1,
    "changes": {"new": 40, "increase": 120, "decrease": 310, "withdrawn": 3, "unchanged": 17781},
    "version": None,
    "restores": None,
    "uploaded_at": BEFORE,
    "checked_at": BEFORE,
    "published_at": None,
}


@example("A list that may be published", _UPLOAD)
class UploadSerializer(serializers.Serializer[Any]):
    """An upload on its way: checking, then rejected or ready, then published."""

    id = serializers.IntegerField()
    connection = serializers.IntegerField(source="connection_id")
    status = serializers.ChoiceField(choices=PriceListUpload.Status.choices)
    mode = serializers.ChoiceField(choices=PriceListUpload.Mode.choices)
    file_name = serializers.CharField()
    rows = serializers.IntegerField()
    error_count = serializers.IntegerField()
    warning_count = serializers.IntegerField()
    changes = Changes(source="*")
    version = serializers.IntegerField(allow_null=True, help_text="Of the connection's prices, once published.")
    restores = serializers.IntegerField(source="restores_id", allow_null=True)
    uploaded_at = MomentField()
    checked_at = MomentField(allow_null=True)
    published_at = MomentField(allow_null=True)


@example(
    "A list that may be published",
    _UPLOAD
    | {"errors": [], "warnings": [{"row": 45, "column": "Price 1", "message": "is 0: the destination is free."}]},
)
class CheckedUploadSerializer(UploadSerializer):
    """An upload with its first 1,000 errors and warnings."""

    errors = serializers.SerializerMethodField()  # type: ignore[assignment]
    warnings = serializers.SerializerMethodField()

    @extend_schema_field(CellProblem(many=True))
    def get_errors(self, upload: PriceListUpload) -> Any:
        """What keeps the list from being published."""
        return CellProblem(problems_of(upload), many=True).data

    @extend_schema_field(CellProblem(many=True))
    def get_warnings(self, upload: PriceListUpload) -> Any:
        """What is worth a look."""
        return CellProblem(problems_of(upload, is_warning=True), many=True).data


class ChangeFilters(StrictSerializer):
    """Which changes."""

    view = serializers.ChoiceField(
        choices=[view.value for view in View],
        required=False,
        help_text="By default `changed`: all but unchanged codes.",
    )


@example(
    "An increase",
    {
        "change": "increase",
        "prefix": "447",
        "row": 45,
        "forbidden": False,
        "price_1": "0.060000",
        "price_n": "0.060000",
        "interval_1": 60,
        "interval_n": 1,
        "old_price_1": "0.055000",
        "old_price_n": "0.055000",
        "old_interval_1": 60,
        "old_interval_n": 1,
        "starts_at": BEGIN,
        "is_moved": True,
        "fallback_prefix": "",
    },
)
class ChangeSerializer(serializers.Serializer[Any]):
    """What publishing would change for one code. Old prices are null for a new code."""

    change = serializers.ChoiceField(choices=Change.choices)
    prefix = serializers.CharField()
    row = serializers.IntegerField(allow_null=True, help_text="Of the file; null: mode `replace` withdraws the code.")
    forbidden = serializers.BooleanField()
    price_1 = PriceField()
    price_n = PriceField()
    interval_1 = serializers.IntegerField()
    interval_n = serializers.IntegerField()
    old_price_1 = PriceField(allow_null=True)
    old_price_n = PriceField(allow_null=True)
    old_interval_1 = serializers.IntegerField(allow_null=True)
    old_interval_n = serializers.IntegerField(allow_null=True)
    starts_at = MomentField(allow_null=True, help_text="null: at the moment of publishing.")
    is_moved = serializers.BooleanField(help_text="An increase, moved to seven days after the upload.")
    fallback_prefix = serializers.CharField(
        help_text="Of a withdrawn code: the shorter one that then prices its traffic."
    )


class RateFilters(StrictSerializer):
    """Which prices."""

    prefix = serializers.RegexField(r"\A[0-9]{1,18}\Z", required=False, help_text="How the code begins.")


@example(
    "A price",
    {
        "prefix": "447",
        "country": "United Kingdom",
        "description": "Mobile",
        "rate_id": "",
        "price_1": "0.060000",
        "price_n": "0.060000",
        "interval_1": 60,
        "interval_n": 1,
        "forbidden": False,
        "effective_from": BEFORE,
        "effective_until": None,
        "price_list": 12,
    },
)
class RateSerializer(serializers.Serializer[Any]):
    """A price that holds or will hold: a minute of voice, a part of a message."""

    prefix = serializers.CharField(help_text="E.164 prefix, or MCC or MCCMNC.")
    country = serializers.CharField()
    description = serializers.CharField()
    rate_id = serializers.CharField()
    price_1 = PriceField()
    price_n = PriceField()
    interval_1 = serializers.IntegerField()
    interval_n = serializers.IntegerField()
    forbidden = serializers.BooleanField()
    effective_from = MomentField()
    effective_until = MomentField(allow_null=True)
    price_list = serializers.IntegerField(source="published_in_id", help_text="The upload that published it.")
