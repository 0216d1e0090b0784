"""Forms about phone numbers: searching the market, buying, and where what comes in is delivered."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from buyers.models import Account
from numbers.models import NumberEvent, NumberType, Subscription
from numbers.queries import MarketFilters
from tcxc.money import AMOUNT_DIGITS
from tcxc.numbering import countries
from tcxc.pages.filters import FilterForm, PeriodFilter
from tcxc.pages.picking import offer
from tcxc.pages.words import CAPABILITIES

BY_NUMBER, BY_FEE = "", "fee"
VOICE_AND_SMS = "voice sms"
CARRIES = {**CAPABILITIES, VOICE_AND_SMS: _("Voice and SMS")}
ORDERS = ((BY_NUMBER, _("Number")), (BY_FEE, _("Monthly fee")))


class MarketForm(FilterForm):
    """What number is looked for. The choices of country, type and what it carries say how many there are."""

    begins = forms.CharField(label=_("Begins with"), required=False, max_length=16)
    contains = forms.CharField(
        label=_("Contains"), required=False, max_length=32, widget=forms.TextInput(attrs={"placeholder": "2??7"})
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    carries = forms.ChoiceField(label=_("Carries"), required=False)
    max_monthly_fee = forms.DecimalField(label=_("A month at most"), required=False, min_value=0, **AMOUNT_DIGITS)
    documents = forms.ChoiceField(
        label=_("Documents"),
        required=False,
        choices=[("", _("Any")), ("no", _("None required")), ("yes", _("Required"))],
    )
    sort = forms.ChoiceField(label=_("Sorted by"), required=False, choices=ORDERS)

    @classmethod
    def asked(cls, data: QueryDict) -> "MarketForm":
        """The form as it came in, before anything is counted: every country, type and capability may be chosen."""
        every_country = [(code, country.name) for code, country in countries().items()]
        return cls(data, country=every_country, type=NumberType.choices, carries=CARRIES.items())

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order is set."""
        return bool(self.chosen.keys() - {"sort"})

    def filters(self, *, currency: str, without: str = "") -> MarketFilters:
        """What the market is asked, in the buyer's currency; `without` leaves one filter out, to count its choices."""
        chosen = {name: value for name, value in self.chosen.items() if name != without}
        documents = {"yes": True, "no": False}.get(chosen.get("documents", ""))
        return MarketFilters(
            prefix=chosen.get("begins", ""),
            **{name: chosen.get(name, "") for name in ("contains", "country", "type")},
            capability=chosen.get("carries", "").split(),
            max_monthly_fee=chosen.get("max_monthly_fee"),
            documents_required=documents,
            currency=currency,
        )


class BuyForm(forms.Form):
    """Who pays for the numbers in the cart, and where their calls and messages are delivered."""

    ALL, LEFT = "all", "left"

    account = forms.TypedChoiceField(label=_("Pays and owns"), coerce=int)
    sip_contact = forms.CharField(
        label=_("Deliver calls to"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "sip:{number}@sip.example.com:5060"}),
        help_text=_("A SIP URI; {number} stands for the number called. It can be set later."),
    )
    smpp_contact = forms.CharField(
        label=_("Deliver messages to"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "smpp://…"}),
        help_text=_("An SMPP address. It can be set later."),
    )
    take = forms.ChoiceField(
        label=_("If one of them can't be had"),
        choices=[(ALL, _("Buy none of them")), (LEFT, _("Buy the others"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )

    def __init__(self, *args: Any, accounts: Iterable[tuple[int, str | Promise]], is_many: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "account", accounts)
        if not is_many:
            del self.fields["take"]


class DeliveryForm(forms.Form):
    """Where what comes in for a number goes, and how its owner finds it again."""

    sip_contact = BuyForm.base_fields["sip_contact"]
    smpp_contact = BuyForm.base_fields["smpp_contact"]
    account_sid = forms.ChoiceField(label=_("Restcomm sub-account"), required=False)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=400, help_text=_("Words, with commas between."))

    def __init__(self, *args: Any, sids: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("None")), *((sid, sid) for sid in sids)]
        self.fields["account_sid"].choices = choices  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """The words, each once."""
        words = (word.strip() for word in self.cleaned_data["tags"].split(","))
        return list(dict.fromkeys(word for word in words if word))


class MineFilter(FilterForm):
    """The buyer's numbers by their digits, account, state and tag."""

    number = forms.CharField(label=_("Number begins with"), required=False, max_length=16)
    account = forms.ChoiceField(label=_("Account"), required=False)
    state = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("All of yours")), *Subscription.State.choices]
    )
    tag = forms.CharField(label=_("Tag"), required=False, max_length=40)

    def clean_number(self) -> str:
        """The digits, without a plus."""
        return digits(self.cleaned_data["number"])

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"number": "number__number__startswith", "account": "account_id", "state": "state"}
        found = {paths[name]: value for name, value in self.chosen.items() if name in paths}
        return found | ({"tags__contains": [self.chosen["tag"]]} if "tag" in self.chosen else {})


class LogFilter(PeriodFilter):
    """What happened to numbers, by number, kind and time."""

    number = forms.CharField(label=_("Number"), required=False, max_length=16)
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All")), *NumberEvent.Kind.choices])
    field_order = ("number", "kind", "since", "until")

    def clean_number(self) -> str:
        """The digits, without a plus."""
        return digits(self.cleaned_data["number"])

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"number": "number__number", "kind": "kind"}
        return self.period("happened_at") | {paths[n]: v for n, v in self.chosen.items() if n in paths}


def digits(text: str) -> str:
    """A number as it was typed, without what people put between its digits."""
    return text.strip().removeprefix("+").replace(" ", "").replace("-", "")


def choices_of(counts: Iterable[tuple[str, int]], names: Mapping[str, Any], chosen: str) -> list[tuple[str, str]]:
    """Choices that say how many there are: United Kingdom (132). What is chosen is among them, with none if need be."""
    found = dict(counts)
    found.setdefault(chosen, 0)
    return [(key, f"{names.get(key, key)} ({count:,})") for key, count in found.items() if key]


TYPE_NAMES = dict(NumberType.choices)


def account_choice(account: Account, *, cost: Any) -> tuple[int, str]:
    """An account with what it has, and what it would have left."""
    after = account.wallet.available - cost
    words = _("%(name)s: %(now)s available, %(after)s after")
    return account.pk, words % {
        "name": account.name,
        "now": f"{account.wallet.available:,.2f}",
        "after": f"{after:,.2f}",
    }
