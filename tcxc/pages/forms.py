"""Forms: how they are drawn, how an operation's refusal reaches them, and signing up."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm
from allauth.core import context
from django import forms
from django.db import transaction
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from buyers.operations import create_buyer
from sellers.operations.connections import create_seller
from tcxc.actors import Actor
from tcxc.errors import Refused
from tcxc.models import User
from tcxc.network import client_address
from tcxc.operations.companies import sign_up_company
from tcxc.operations.invitations import accept_invitation
from tcxc.pages.invitations import REMEMBERED, offered_to_newcomer


class PageRenderer(TemplatesSetting):
    """Draws every form with our templates: one column, help under the field."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


def add_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Show what an operation refused: beside the fields that it names, else above the form."""
    for path, sentences in refused.errors.items():
        name = path.partition(".")[0]
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)
    if not refused.errors:
        form.add_error(None, refused.detail)


class ReasonForm(forms.Form):
    """One sentence that says why."""

    reason = forms.CharField(label=_("Reason"), max_length=255, widget=forms.Textarea(attrs={"rows": 2}))


def _time_zones() -> list[tuple[str, str]]:
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones())]


class TimeZoneField(forms.ChoiceField):
    """One of the time zones that there are."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_time_zones, **kwargs)


class Sides:
    """What a company may sign up for."""

    BUYER, SELLER, BOTH = "buyer", "seller", "both"
    CHOICES = (
        (BUYER, _("Buy: send traffic and numbers on prepaid balance")),
        (SELLER, _("Sell: offer routes and numbers at your prices")),
        (BOTH, _("Both")),
    )


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth is untyped
    """Signing up makes a person, their company with them as its owner, and the side or sides it is for.

    Whoever comes by an invitation joins the company that invites them instead, under the address that was invited.
    """

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    company = forms.CharField(
        label=_("Company"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    side = forms.ChoiceField(
        label=_("What will your company do?"), choices=Sides.CHOICES, initial=Sides.BUYER, widget=forms.RadioSelect
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-time-zone": True}))
    field_order = ("name", "email", "password1", "company", "side", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.offer = offered_to_newcomer(context.request)
        if self.offer is not None:
            del self.fields["company"], self.fields["side"]
            self.fields["email"].widget.attrs["readonly"] = True
            self.fields["email"].help_text = _("The address that was invited.")

    def clean_email(self) -> str:
        """The address; with an invitation only the one that was invited."""
        address: str = super().clean_email()
        if self.offer is not None and address.lower() != self.offer.email:
            raise forms.ValidationError(_("The invitation is for %(email)s.") % {"email": self.offer.email})
        return address

    def clean_time_zone(self) -> str:
        """The browser's time zone, or UTC for one that we do not know."""
        zone = self.cleaned_data["time_zone"]
        return zone if zone in available_timezones() else "UTC"

    def save(self, request: HttpRequest) -> User:
        """Make the person and the company, or neither."""
        with transaction.atomic():
            return super().save(request)  # type: ignore[no-any-return]

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """The part of signing up that is ours: name and time zone, the company and its sides."""
        user.name = self.cleaned_data["name"]
        user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])
        address = client_address(request)
        by = Actor(user=user, address=str(address) if address else None)
        if self.offer is not None:
            accept_invitation(invitation=self.offer, user=user, by=by)
            request.session.pop(REMEMBERED, None)
        else:
            self._found_company(user, by)

    def _found_company(self, user: User, by: Actor) -> None:
        company = sign_up_company(owner=user, by=by, name=self.cleaned_data["company"], time_zone=user.time_zone)
        side = self.cleaned_data["side"]
        if side != Sides.SELLER:
            create_buyer(company=company, by=by)
        if side != Sides.BUYER:
            create_seller(company=company, by=by)
