"""API keys and log-ins, made by operators for companies, platforms and themselves; each secret is shown once."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tcxc.actors import Actor
from tcxc.errors import Invalid
from tcxc.models import ApiKey, ApiLogin, Company, Holder, Platform, User
from tcxc.operations.api_keys import make_key, revoke_key, rotate_key
from tcxc.operations.api_logins import make_login, rotate_login
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators.tables import Deed, Receipt
from tcxc.scopes import Scope

SIDES = ((Holder.BUYER.value, Holder.BUYER.label), (Holder.SELLER.value, Holder.SELLER.label))


class KeyForm(forms.Form):
    """A new key's name, rights and networks."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What it is for."))
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"),
        choices=Scope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all that its holder has."),
    )
    networks = forms.CharField(
        label=gettext_lazy("Networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("From where it works, one network a line, such as 192.0.2.0/24. Empty: from anywhere."),
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("In UTC. Empty: never."),
    )


class CompanyKeyForm(KeyForm):
    """A new key of one side of a company."""

    holder = forms.ChoiceField(label=gettext_lazy("Side"), choices=SIDES)
    field_order = ("holder", "name")


class SideForm(forms.Form):
    """One side of a company."""

    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=SIDES)


class OverlapForm(forms.Form):
    """How long the old key goes on working."""

    overlap_hours = forms.IntegerField(
        label=gettext_lazy("The old key works for so many hours more"), min_value=0, max_value=720, initial=24
    )


def _make(holder: Holder, given: dict[str, Any], by: Actor, **owner: Any) -> Receipt:
    made = make_key(
        holder=holder,
        name=given["name"],
        scopes=given["scopes"],
        networks=given["networks"].split(),
        expires_at=given["expires_at"],
        by=by,
        **owner,
    )
    return Receipt(_("The key %(name)s is made. It is shown this once.") % {"name": made.key.name}, made.secret)


def _for_company(company: Company, given: dict[str, Any], by: Actor) -> Receipt:
    holder = Holder(given["holder"])
    _check_side(company, holder)
    return _make(holder, given, by, company=company)


def _for_platform(platform: Platform, given: dict[str, Any], by: Actor) -> Receipt:
    return _make(Holder.PLATFORM, given | {"scopes": []}, by, platform=platform)


def _for_operator(user: User, given: dict[str, Any], by: Actor) -> Receipt:
    return _make(Holder.OPERATOR, given, by, user=user)


def _login(company: Company, given: dict[str, Any], by: Actor) -> Receipt:
    side = Holder(given["side"])
    _check_side(company, side)
    made = make_login(company=company, side=side, by=by)
    return Receipt(
        _("The log-in is %(login)s. Its key is shown this once.") % {"login": made.login.login}, made.api_key
    )


def _check_side(company: Company, side: Holder) -> None:
    if not hasattr(company, side.value):
        sentence = _("%(company)s is not on that side.") % {"company": company.name}
        raise Invalid(sentence, errors={"holder": [sentence], "side": [sentence]})


def _rotate(key: ApiKey, given: dict[str, Any], by: Actor) -> Receipt:
    made = rotate_key(key=key, overlap_hours=given["overlap_hours"], by=by)
    return Receipt(_("The new key is shown this once."), made.secret)


def _revoke(key: ApiKey, given: dict[str, Any], by: Actor) -> str:
    revoke_key(key=key, by=by, reason=given["reason"])
    return _("The key is dead.")


def _rotate_login(login: ApiLogin, _given: dict[str, Any], by: Actor) -> Receipt:
    return Receipt(_("The new key is shown this once; the old one is dead."), rotate_login(login=login, by=by).api_key)


def is_live(key: ApiKey) -> bool:
    """Whether the key was neither revoked nor replaced."""
    return key.revoked_at is None and key.replaced_by_id is None


OF_COMPANY = (
    Deed("key", gettext_lazy("Make an API key"), CompanyKeyForm, _for_company, asks_again=True),
    Deed("login", gettext_lazy("Make an API log-in"), SideForm, _login, asks_again=True),
)
OF_PLATFORM = (Deed("key", gettext_lazy("Make an API key"), KeyForm, _for_platform, asks_again=True),)
OF_PERSON = (
    Deed(
        "key",
        gettext_lazy("Make an operator's API key"),
        KeyForm,
        _for_operator,
        applies=lambda user: user.is_staff,
        asks_again=True,
    ),
)
OF_KEY = (
    Deed("rotate", gettext_lazy("Replace"), OverlapForm, _rotate, applies=is_live, asks_again=True),
    Deed(
        "revoke", gettext_lazy("Revoke"), ReasonForm, _revoke, applies=lambda key: key.revoked_at is None, is_grave=True
    ),
)
OF_LOGIN = (Deed("rotate", gettext_lazy("Give a new key"), forms.Form, _rotate_login, is_grave=True, asks_again=True),)
