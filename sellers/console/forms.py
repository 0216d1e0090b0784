"""Forms of the seller console. They read what people write; the operations check it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.models import Transfer
from buyers.models import Interconnect
from sellers.models import Connection, KeyedBy, PriceListUpload, Service
from tcxc.pages.filters import FilterForm, PeriodFilter, TrafficFilter


class ConnectionForm(forms.Form):
    """A route: what it carries, where its traffic goes, who may use it."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Buyers see it."))
    service = forms.ChoiceField(label=_("Carries"), choices=Service.choices, widget=forms.RadioSelect)
    keyed_by = forms.ChoiceField(
        label=_("Priced by"),
        choices=KeyedBy.choices,
        help_text=_("Calls are priced by E.164 prefix. Messages may be priced by network instead."),
    )
    route_type = forms.ChoiceField(
        label=_("Route type"),
        choices=Connection.RouteType.choices,
        help_text=_("CLI: the caller's number arrives. No CLI: it does not. TDM: circuit-switched."),
    )
    sip_uri = forms.CharField(
        label=_("SIP termination"),
        required=False,
        max_length=255,
        help_text=_("Such as sip:{number}@sip.example.com:5060; {number} stands for the number called."),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )
    smpp_uri = forms.CharField(
        label=_("SMPP termination"),
        required=False,
        max_length=255,
        help_text=_("Such as smpp:system:password@smpp.example.com:2775."),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )
    capacity = forms.IntegerField(
        label=_("Calls at once"), required=False, min_value=0, help_text=_("Empty: no limit.")
    )
    manual_approval = forms.BooleanField(label=_("Approve each new buyer by hand"), required=False)


CHANGEABLE = ("name", "keyed_by", "route_type", "sip_uri", "smpp_uri", "capacity", "manual_approval")


class ConnectionChangeForm(ConnectionForm):
    """A route's changeable parts; what it carries stays."""

    service = None  # type: ignore[assignment]


class UploadForm(forms.Form):
    """A price list, and what becomes of the codes that it does not name."""

    file = forms.FileField(
        label=_("Price list"),
        help_text=_("CSV or XLSX in the eleven columns, of any length."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,text/csv"}),
    )
    mode = forms.ChoiceField(
        label=_("Codes that are not in the file"),
        choices=(
            (PriceListUpload.Mode.MERGE, _("stay as they are")),
            (PriceListUpload.Mode.REPLACE, _("are withdrawn")),
        ),
        initial=PriceListUpload.Mode.MERGE,
        widget=forms.RadioSelect,
    )


class RateFilter(FilterForm):
    """Prices by the beginning of their code."""

    code = forms.CharField(label=_("Code begins with"), required=False, max_length=18)

    def clean_code(self) -> str:
        """The digits, without a plus."""
        code: str = self.cleaned_data["code"].strip().removeprefix("+")
        return code

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        return {"prefix__startswith": self.chosen["code"]} if "code" in self.chosen else {}


class BuyerFilter(FilterForm):
    """Interconnects by status and connection."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("All")), *(c for c in Interconnect.Status.choices if c[0] != Interconnect.Status.ENDED)],
    )
    connection = forms.ChoiceField(label=_("Connection"), required=False)

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"status": "status", "connection": "connection_id"}
        return {paths[name]: value for name, value in self.chosen.items()}


class EarningsFilter(PeriodFilter):
    """Entries by kind and time."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Transfer.Kind.choices])
    field_order = ("kind", "since", "until")

    def lookups(self) -> dict[str, Any]:
        """The conditions, the period among them."""
        kind = {"transfer__kind": self.chosen["kind"]} if "kind" in self.chosen else {}
        return self.period("recorded_at") | kind


class RecordFilter(TrafficFilter):
    """Calls or messages by connection, buyer, number called, result and time."""

    connection = forms.ChoiceField(label=_("Connection"), required=False)
    buyer = forms.ChoiceField(label=_("Buyer"), required=False)
    field_order = ("connection", "buyer", "number", "result", "since", "until")
    paths = TrafficFilter.paths | {"connection": "connection_id", "buyer": "buyer_id"}
