"""Documents as JSON."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from numbers.models import Document, NumberType, Verdict
from numbers.paperwork import overall
from tcxc.api.examples import BEFORE, example
from tcxc.api.fields import MomentField
from tcxc.api.serializers import StrictSerializer

KIND_HELP = (
    "What it is, in one word: `identity`, `passport`, `address_proof`, `local_address_proof`, `company_registration`, "
    "`tax_certificate`, `authorization`, `service_description`, or another of that form."
)
STATE_HELP = "`pending`, `approved`, `rejected` or `expired`; of several sellers the one that asks for most."


@example("One that was shown before", {"document": 12})
class DocumentBody(StrictSerializer):
    """A document to show for a number: a `file` with its `kind`, or the `document` that was shown before."""

    kind = serializers.CharField(max_length=40, required=False, help_text=KIND_HELP)
    file = serializers.FileField(
        allow_empty_file=True, max_length=255, required=False, help_text="A PDF, JPEG or PNG of at most 10 MB."
    )
    expires_on = serializers.DateField(required=False, help_text="The last day on which it is valid, if it has one.")
    document = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A file with its kind, or an earlier document alone."""
        if "document" in attrs:
            more = attrs.keys() - {"document"}
            if more:
                raise serializers.ValidationError({name: ["Not beside `document`: it has its own."] for name in more})
            return attrs
        missing = {"kind", "file"} - attrs.keys()
        if missing:
            raise serializers.ValidationError({name: ["This field is required."] for name in missing})
        return attrs


class DocumentFilters(StrictSerializer):
    """Which documents."""

    state = serializers.ChoiceField(choices=Verdict.State.choices, required=False)


@example("Until the day it says", {"expires_on": "2031-06-30"})
class ApprovalBody(StrictSerializer):
    """Nothing has to be said; a word for the buyer, and the last day on which the document is valid, may be."""

    reason = serializers.CharField(max_length=255, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False)


@example("What would do", {"reason": "The lower line can't be read: send a sharper picture."})
class RejectionBody(StrictSerializer):
    """Why it won't do, and what would: the buyer reads it."""

    reason = serializers.CharField(max_length=255)


class VerdictSerializer(serializers.Serializer[Any]):
    """What one seller says of a document."""

    seller = serializers.IntegerField(source="seller_id")
    seller_name = serializers.CharField(source="seller.company.name")
    state = serializers.ChoiceField(choices=Verdict.State.choices)
    reason = serializers.CharField()
    asked_at = MomentField()
    decided_at = MomentField(allow_null=True)


_SHOWN = {
    "id": 12,
    "kind": "identity",
    "state": "pending",
    "reason": "",
    "media_type": "image/jpeg",
    "size": 184320,
    "uploaded_at": BEFORE,
    "expires_on": "2031-06-30",
    "file_deleted_at": None,
    "numbers": ["442071838750"],
    "verdicts": [
        {
            "seller": 2,
            "seller_name": "Atlantic Carrier",
            "state": "pending",
            "reason": "",
            "asked_at": BEFORE,
            "decided_at": None,
        }
    ],
}


@example("A document in review", _SHOWN)
class DocumentSerializer(serializers.Serializer[Any]):
    """A document: what it is, what is said of it, and which numbers it was shown for. Its file is at `file/`."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text=KIND_HELP)
    state = serializers.SerializerMethodField(help_text=STATE_HELP)
    reason = serializers.SerializerMethodField(help_text="Why, where that was said.")
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes of the file as it is kept, made anew from what was sent.")
    uploaded_at = MomentField()
    expires_on = serializers.DateField(allow_null=True)
    file_deleted_at = MomentField(source="purged_at", allow_null=True)
    numbers = serializers.SerializerMethodField()
    verdicts = VerdictSerializer(many=True)

    @extend_schema_field(serializers.ChoiceField(choices=Verdict.State.choices))
    def get_state(self, document: Document) -> str:
        """Of several sellers' verdicts the one that asks for most."""
        return overall(verdict.state for verdict in document.verdicts.all())

    def get_reason(self, document: Document) -> str:
        """The reason of that verdict."""
        state = self.get_state(document)
        return next((v.reason for v in document.verdicts.all() if v.state == state), "")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_numbers(self, document: Document) -> list[str]:
        """The numbers that it was shown for, of those that the caller may know."""
        return [use.subscription.number.number for use in document.uses.all()]


@example("A document to review", _SHOWN | {"buyer": 3, "buyer_name": "Acme Calls"})
class ReviewedDocumentSerializer(DocumentSerializer):
    """A document as its reviewers see it: only their own verdict, and only their own numbers."""

    buyer = serializers.IntegerField(source="buyer_id")
    buyer_name = serializers.CharField(source="buyer.company.name")


@example("An address in the country", {"kind": "address_proof", "country": "DE", "type": "geographic"})
class RequirementBody(StrictSerializer):
    """What numbers need; without `country` or `type` those of every one. Operators may name one `seller`."""

    kind = serializers.CharField(max_length=40, help_text=KIND_HELP)
    country = serializers.CharField(max_length=2, required=False, help_text="ISO 3166, two letters.")
    type = serializers.ChoiceField(choices=NumberType.choices, required=False)
    note = serializers.CharField(max_length=255, required=False, help_text="What it has to show.")
    seller = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, help_text="For operators.")


@example(
    "An address in the country",
    {
        "id": 5,
        "seller": 2,
        "kind": "address_proof",
        "country": "DE",
        "type": "geographic",
        "note": "An invoice of the last three months.",
    },
)
class RequirementSerializer(serializers.Serializer[Any]):
    """A document that numbers of a country and a type need. `seller` null: those of every seller."""

    id = serializers.IntegerField()
    seller = serializers.IntegerField(source="seller_id", allow_null=True)
    kind = serializers.CharField()
    country = serializers.CharField()
    type = serializers.CharField()
    note = serializers.CharField()
