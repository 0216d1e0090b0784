"""One's own name and time zone, and how the pages look."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc.operations.people import update_person
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import TimeZoneField
from tcxc.pages.gate import PageRequest
from tcxc.pages.seats import actor_of
from tcxc.pages.settings import settings_page


class ProfileForm(forms.Form):
    """What a person is called, and whose clock they read."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("Colleagues read it on the team page and in the audit log."),
    )
    time_zone = TimeZoneField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("Times on every page are shown in it.")
    )


@require_GET
@settings_page()
def profile(request: PageRequest) -> HttpResponse:
    """Who one is here: name, address, time zone, companies, theme."""
    return render(request, "settings/profile.html")


@settings_page()
def edit(request: PageRequest) -> HttpResponse:
    """Another name or time zone."""
    question = Question(_("Your profile"), _("Save"), reverse("settings:profile"), _("Profile"))
    person = request.user

    def do(given: dict[str, Any]) -> str:
        update_person(user=person, changes=given, by=actor_of(request))
        return _("Saved.")

    first = {"name": person.name, "time_zone": person.time_zone}
    return ask(request, question, ProfileForm(posted(request), initial=first), do)
