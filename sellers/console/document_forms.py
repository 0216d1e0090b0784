"""Forms of document reviews and of what numbers need."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from numbers.models import NumberType, Verdict
from numbers.models.documents import DocumentKind
from tcxc.numbering import countries
from tcxc.pages.filters import DateInput, FilterForm


class ReviewFilter(FilterForm):
    """Documents by what was said of them; without a choice those that wait."""

    ALL = "all"

    state = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[
            ("", _("In review")),
            *((s, s.label) for s in Verdict.State if s != Verdict.State.PENDING),
            (ALL, _("All")),
        ],
    )


class ApprovalForm(forms.Form):
    """Until when an approved document is valid, and a word about it."""

    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("As the document says. Empty: for good.")
    )
    reason = forms.CharField(label=_("A word about it"), required=False, max_length=255)


class RequirementForm(forms.Form):
    """A document, and the numbers that need it."""

    kind = forms.ChoiceField(label=_("Document"), choices=DocumentKind.choices)
    country = forms.ChoiceField(label=_("Numbers of"), required=False)
    type = forms.ChoiceField(label=_("Of type"), required=False, choices=[("", _("Every type")), *NumberType.choices])
    note = forms.CharField(
        label=_("What it has to show"), required=False, max_length=255, help_text=_("The buyer reads it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = sorted((country.name, code) for code, country in countries().items())
        choices = [("", _("Every country")), *((code, name) for name, code in named)]
        self.fields["country"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the operation is called with."""
        cleaned: dict[str, Any] = super().clean() or {}
        if "type" in cleaned:
            cleaned["type_"] = cleaned.pop("type")
        return cleaned
