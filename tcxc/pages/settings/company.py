"""The company: what it is called, where it is, and who is told what."""

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from sellers.operations.terms import set_second_person_rise
from tcxc import numbering
from tcxc.operations.companies import FIELDS, update_company
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import TimeZoneField
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import Side, actor_of
from tcxc.pages.settings import settings_page
from tcxc.roles import Permission


def _countries() -> list[tuple[str, str]]:
    named = sorted((country.name, code) for code, country in numbering.countries().items())
    return [("", _("Not said")), *((code, name) for name, code in named)]


class RiseForm(forms.Form):
    """How far one person may raise prices alone."""

    percent = forms.DecimalField(
        label=gettext_lazy("Rises above so many percent"),
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
        help_text=gettext_lazy("Such as 25. Empty: whoever may set prices publishes alone. 0: no rise alone."),
    )


class CompanyForm(forms.Form):
    """A company's details. The operation checks them."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=_countries, required=False)
    time_zone = TimeZoneField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Days, daily limits and months of your company are counted in it."),
    )
    noc_email = forms.EmailField(
        label=gettext_lazy("Address for faults"),
        required=False,
        help_text=gettext_lazy("Your operations centre: told when an interconnect is asked for, decided or ended."),
    )
    rates_email = forms.EmailField(
        label=gettext_lazy("Address for prices"),
        required=False,
        help_text=gettext_lazy(
            "Told of interconnects too, and of new price lists. Empty: those whose role it is are told."
        ),
    )


@require_GET
@settings_page()
def company(request: PageRequest) -> HttpResponse:
    """What the house knows of the company."""
    found = request.seat.company
    country = numbering.countries().get(found.country)
    return render(request, "settings/company.html", {"company": found, "country": country.name if country else ""})


@settings_page(Permission.MANAGE_TEAM)
def edit(request: PageRequest) -> HttpResponse:
    """Other details."""
    found = request.seat.company
    question = Question(_("Company details"), _("Save"), reverse("settings:company"), _("Company"))

    def do(given: dict[str, Any]) -> str:
        update_company(company=found, changes=given, by=actor_of(request))
        return _("Saved.")

    first = {name: getattr(found, name) for name in FIELDS}
    return ask(request, question, CompanyForm(posted(request), initial=first), do)


@settings_page(Permission.MANAGE_TEAM, asks_again=True)
def rises(request: PageRequest) -> HttpResponse:
    """When a price list takes a second colleague."""
    if request.seat.side is not Side.SELLER:
        raise Http404
    seller = request.seat.seller
    question = Question(
        _("A second person for steep rises"),
        _("Save"),
        reverse("settings:company"),
        _("Company"),
        says=_("A price list with a price that rises by more is published by another colleague than who uploaded it."),
    )

    def do(given: dict[str, Any]) -> str:
        set_second_person_rise(seller=seller, percent=given["percent"], by=actor_of(request))
        return _("Saved.")

    return ask(request, question, RiseForm(posted(request), initial={"percent": seller.second_person_rise_percent}), do)
