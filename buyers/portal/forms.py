"""Forms of the buyer portal. They read what people write; the operations check it."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Transfer
from buyers.models import Account, DestinationRule, RoutingPolicy
from sellers.models import Connection
from tcxc.models import Platform
from tcxc.money import AMOUNT_DIGITS
from tcxc.pages.filters import FilterForm, PeriodFilter, TrafficFilter

_PREFIX = re.compile(r"\+?(\d+)(?:\s+(\d{1,2})(?:-(\d{1,2}))?)?")
_NETWORK = re.compile(r"(?:mccmnc|network)\s+(\d+)", re.IGNORECASE)
DESTINATIONS_HELP = _(
    "One a line: a prefix (44), a prefix with lengths (447 12-12), a country (GB), or a network (mccmnc 23415)."
)


class DestinationsField(forms.CharField):
    """Destinations as lines of text, read into what the operations take."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"})

    def clean(self, value: Any) -> list[dict[str, Any]]:
        """One destination a line; empty lines are passed over."""
        lines = (line.strip() for line in (super().clean(value) or "").splitlines())
        return [self._read(line) for line in lines if line]

    def _read(self, line: str) -> dict[str, Any]:
        if network := _NETWORK.fullmatch(line):
            return {"mccmnc": network[1]}
        if prefix := _PREFIX.fullmatch(line):
            least, most = prefix[2], prefix[3] or prefix[2]
            lengths = {"min_length": int(least), "max_length": int(most)} if least else {}
            return {"prefix": prefix[1], **lengths}
        return {"country": line}


def as_lines(rules: Iterable[DestinationRule]) -> str:
    """The rules as the field shows them."""
    return "\n".join(_as_line(rule) for rule in rules)


def _as_line(rule: DestinationRule) -> str:
    if rule.country:
        return rule.country
    if rule.mccmnc:
        return f"mccmnc {rule.mccmnc}"
    lengths = "" if rule.min_length is None else f" {rule.min_length}-{rule.max_length or 15}"
    return f"{rule.prefix}{lengths}"


class AccountForm(forms.Form):
    """An account's name, wallet and limits. An empty limit is none."""

    name = forms.CharField(label=_("Name"), max_length=120)
    wallet = forms.ChoiceField(label=_("Balance"), choices=Account.WalletMode.choices, widget=forms.RadioSelect)
    concurrent_call_limit = forms.IntegerField(
        label=_("Live calls at most"), required=False, min_value=0, help_text=_("Empty: no limit. 0: no calls.")
    )
    calls_per_second = forms.IntegerField(label=_("Calls a second at most"), required=False, min_value=1)
    smpp_messages_per_second = forms.IntegerField(label=_("Messages a second at most"), required=False, min_value=1)
    spend_limit_daily = forms.DecimalField(
        label=_("Spend a day at most"), required=False, min_value=0, **AMOUNT_DIGITS,
        help_text=_("Counted by the day of your company's time zone."),
    )  # fmt: skip
    low_balance_threshold = forms.DecimalField(label=_("Low-balance notice below"), required=False, **AMOUNT_DIGITS)
    allowed_destinations = DestinationsField(
        label=_("Allowed destinations"), required=False, help_text=_("Empty: everywhere.")
    )
    denied_destinations = DestinationsField(label=_("Denied destinations"), required=False, help_text=DESTINATIONS_HELP)
    voice_policy = forms.ChoiceField(label=_("Routes for calls"), choices=RoutingPolicy.choices)
    sms_policy = forms.ChoiceField(label=_("Routes for messages"), choices=RoutingPolicy.choices)
    slice_seconds = forms.IntegerField(
        label=_("Seconds reserved at a time"),
        min_value=1,
        max_value=86_400,
        initial=120,
        help_text=_(
            "How much of a call is paid for ahead. A shorter slice holds less money; a longer one asks less often."
        ),
    )


def plain_amount(amount: Decimal) -> Decimal:
    """The same amount without zeros at its end: 250, not 250.000000."""
    plain = amount.normalize()
    return plain.quantize(Decimal(1)) if cast("int", plain.as_tuple().exponent) > 0 else plain


def facts_of(account: Account) -> dict[str, Any]:
    """What the account form begins with."""
    rules = list(account.destination_rules.order_by("pk"))
    facts = {name: getattr(account, name) for name in AccountForm.base_fields if hasattr(account, name)}
    plain = {name: plain_amount(value) for name, value in facts.items() if isinstance(value, Decimal)}
    return (
        facts
        | plain
        | {
            "wallet": account.wallet_mode,
            "allowed_destinations": as_lines(r for r in rules if r.verdict == DestinationRule.Verdict.ALLOW),
            "denied_destinations": as_lines(r for r in rules if r.verdict == DestinationRule.Verdict.DENY),
        }
    )


class LinkForm(forms.Form):
    """A Restcomm sub-account."""

    platform = forms.ModelChoiceField(
        label=_("Platform"), queryset=Platform.objects.filter(is_active=True), empty_label=None
    )
    account_sid = forms.CharField(
        label=_("Sub-account SID"),
        max_length=34,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("AC and 32 hex digits, as Restcomm's console shows it."),
    )


class InterconnectForm(forms.Form):
    """A route of a seller, and the word that its prices are agreed to."""

    connection = forms.ModelChoiceField(label=_("Route"), queryset=Connection.objects.none())
    agree = forms.BooleanField(
        label=_("We agree to this seller's prices as they stand and as they change"),
        help_text=_("Increases come with seven days' notice. You can end the interconnect at any time."),
    )


class PlaceForm(forms.Form):
    """An interconnect's place in the order, and its weight."""

    position = forms.IntegerField(
        label=_("Place in the order"),
        min_value=0,
        help_text=_("The lowest comes first, when routes go in the order given."),
    )
    weight = forms.IntegerField(
        label=_("Weight"),
        min_value=0,
        help_text=_("Twice the weight gets twice the traffic, when routes are shared by weight."),
    )


class AccountFilter(FilterForm):
    """Accounts by name and status."""

    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *Account.Status.choices])

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"name": "name__icontains", "status": "status"}
        return {paths[name]: value for name, value in self.chosen.items()}


class RecordFilter(TrafficFilter):
    """Calls or messages by account, number called, result and time."""

    account = forms.ChoiceField(label=_("Account"), required=False)
    field_order = ("account", "number", "result", "since", "until")
    paths = TrafficFilter.paths | {"account": "account_id"}


class LedgerFilter(PeriodFilter):
    """Entries by wallet, kind and time."""

    wallet = forms.ChoiceField(label=_("Wallet"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Transfer.Kind.choices])
    field_order = ("wallet", "kind", "since", "until")

    def lookups(self) -> dict[str, Any]:
        """The conditions, the period among them."""
        paths = {"wallet": "ledger_account_id", "kind": "transfer__kind"}
        return self.period("recorded_at") | {paths[n]: v for n, v in self.chosen.items() if n in paths}
