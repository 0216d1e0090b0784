"""The forms of the market."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buyers.models import Account
from sellers.models import Connection, KeyedBy, Service
from tcxc import numbering
from tcxc.pages.filters import FilterForm

_DIGITS = re.compile(r"\+?([0-9]{1,15})")


class MarketFilter(FilterForm):
    """Where calls or messages should go, over whose routes."""

    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False, choices=Service.choices)
    where = forms.CharField(label=gettext_lazy("Number, prefix or MCCMNC"), required=False, max_length=20)
    country = forms.ChoiceField(label=gettext_lazy("or country"), required=False)
    keyed_by = forms.ChoiceField(label=gettext_lazy("SMS priced by"), required=False, choices=KeyedBy.choices)
    route_type = forms.ChoiceField(
        label=gettext_lazy("Type"), required=False, choices=[("", gettext_lazy("All")), *Connection.RouteType.choices]
    )
    seller = forms.ChoiceField(label=gettext_lazy("Seller"), required=False)

    def __init__(self, data: QueryDict, *, sellers: list[tuple[int, str]]) -> None:
        countries = sorted((country.name, country.code) for country in numbering.countries().values())
        super().__init__(data, seller=sellers, country=[(code, name) for name, code in countries])

    def clean_where(self) -> str:
        """The digits, without a plus."""
        text = re.sub(r"[\s()./-]", "", self.cleaned_data["where"])
        if not text:
            return ""
        found = _DIGITS.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Give digits: a number, a prefix such as 447, or an MCCMNC such as 23415."))
        return found[1]

    @property
    def facts(self) -> dict[str, Any]:
        """What is looked for, as `market.wanted_of` takes it; calls, and SMS by prefix, unless it is said otherwise."""
        given = self.cleaned_data
        return {
            "service": given.get("service") or Service.VOICE,
            "keyed_by": given.get("keyed_by") or KeyedBy.PREFIX,
            "where": given.get("where", ""),
            "country": given.get("country", ""),
            "route_type": given.get("route_type", ""),
            "seller_id": int(given["seller"]) if given.get("seller") else None,
        }


class JoinForm(forms.Form):
    """Which account uses a route, and the word that its prices are agreed to."""

    account = forms.ModelChoiceField(label=gettext_lazy("Account"), queryset=Account.objects.none(), empty_label=None)
    agree = forms.BooleanField(
        label=gettext_lazy("We agree to this seller's prices as they stand and as they change"),
        help_text=gettext_lazy("Increases come with seven days' notice. You can end the interconnect at any time."),
    )
