"""The company: what it is called, where it is, and who is told what."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc import numbering
from tcxc.operations.companies import FIELDS, update_company
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import TimeZoneField
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import actor_of
from tcxc.pages.settings import settings_page
from tcxc.roles import Permission


def _countries() -> list[tuple[str, str]]:
    named = sorted((country.name, code) for code, country in numbering.countries().items())
    return [("", _("Not said")), *((code, name) for name, code in named)]


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
