"""Forms about the numbers that a seller hosts: one, many, their prices, and filters of the list."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from numbers.models import Number
from numbers.models.numbers import CAPABILITIES
from tcxc.money import AMOUNT_DIGITS, PRICE_DIGITS
from tcxc.numbering import countries
from tcxc.pages.filters import FilterForm
from tcxc.pages.words import CAPABILITIES as CAPABILITIES_NAMED

MOST_BYTES = 50_000_000


class DetailsForm(forms.Form):
    """What a seller says of a number: prices in the seller's currency, what it carries, what buyers must show."""

    monthly_fee = forms.DecimalField(label=_("A month"), min_value=0, **AMOUNT_DIGITS)
    setup_fee = forms.DecimalField(label=_("Once, at purchase"), min_value=0, initial=Decimal(0), **AMOUNT_DIGITS)
    voice = forms.BooleanField(label=_("Voice"), required=False, initial=True)
    sms = forms.BooleanField(label=_("SMS"), required=False)
    fax = forms.BooleanField(label=_("Fax"), required=False)
    video = forms.BooleanField(label=_("Video"), required=False)
    price_1 = forms.DecimalField(
        label=_("A minute in, first interval"), min_value=0, initial=Decimal(0), **PRICE_DIGITS,
        help_text=_("What the owner pays for a call that comes in."),
    )  # fmt: skip
    price_n = forms.DecimalField(label=_("A minute in, after it"), min_value=0, initial=Decimal(0), **PRICE_DIGITS)
    interval_1 = forms.IntegerField(label=_("First interval, seconds"), min_value=1, max_value=86_400, initial=60)
    interval_n = forms.IntegerField(
        label=_("Further intervals, seconds"), min_value=1, max_value=86_400, initial=60,
        help_text=_("1 and 1 bill by the second, 60 and 60 by the minute."),
    )  # fmt: skip
    sms_price = forms.DecimalField(
        label=_("An SMS part in"), min_value=0, initial=Decimal(0), **PRICE_DIGITS,
        help_text=_("A long message has several parts, and each is billed."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Calls at once"), required=False, min_value=0, help_text=_("Empty: no limit.")
    )
    documents_required = forms.BooleanField(
        label=_("Documents required"),
        required=False,
        help_text=_("It can be bought, but carries nothing until the buyer's documents are approved."),
    )
    notes_for_buyers = forms.CharField(
        label=_("Notes for buyers"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown before the purchase: which documents, from whom, how long it takes."),
    )  # fmt: skip
    quarantine_days = forms.IntegerField(
        label=_("Days in quarantine after a release"), min_value=0, max_value=365, initial=0,
        help_text=_("So that a new owner does not get the last one's calls."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A number that carries nothing is told beside the first box."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not any(cleaned.get(name) for name in CAPABILITIES):
            self.add_error("voice", _("A number carries at least one of voice, SMS, fax and video."))
        return cleaned


class HostForm(DetailsForm):
    """A number to be hosted."""

    number = forms.CharField(
        label=_("Number"), max_length=24, help_text=_("With its country code: 442071838750, or +44 20 7183 8750.")
    )
    field_order = ("number",)

    def clean_number(self) -> str:
        """The digits, without what people put between them."""
        text: str = self.cleaned_data["number"]
        return "".join(letter for letter in text if letter not in " -()")


class ManyForm(forms.Form):
    """A file of numbers."""

    file = forms.FileField(label=_("CSV file"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))

    def clean_file(self) -> Any:
        """The file, unless it is larger than any list of numbers."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 50 MB. Split it."))
        return file


class HostedFilter(FilterForm):
    """Hosted numbers by their digits, country, state and what they carry."""

    number = forms.CharField(label=_("Number begins with"), required=False, max_length=16)
    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *((s, s.label) for s in Number.State if s != Number.State.WITHDRAWN)],
    )
    carries = forms.ChoiceField(
        label=_("Carries"), required=False, choices=[("", _("Anything")), *CAPABILITIES_NAMED.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        named = sorted((country.name, code) for code, country in countries().items())
        super().__init__(*args, country=[(code, name) for name, code in named], **kwargs)

    def clean_number(self) -> str:
        """The digits, without a plus."""
        text: str = self.cleaned_data["number"]
        return text.strip().removeprefix("+").replace(" ", "")

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"number": "number__startswith", "country": "country", "state": "state"}
        found = {paths[name]: value for name, value in self.chosen.items() if name in paths}
        return found | ({self.chosen["carries"]: True} if "carries" in self.chosen else {})
