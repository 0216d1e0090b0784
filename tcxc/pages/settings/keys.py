"""API keys of one side of a company: made, shown once, replaced with an overlap, revoked; and how much each is used."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc.api.throttling import request_counter
from tcxc.clock import utc_now
from tcxc.models import ApiKey, Holder
from tcxc.network import client_address
from tcxc.operations.api_keys import LONGEST_OVERLAP_HOURS, NewKey, make_key, revoke_key, rotate_key
from tcxc.pages.asking import Question, Reveal, Words, ask, posted
from tcxc.pages.filters import DayField, day_start
from tcxc.pages.forms import ReasonForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.paging import table_page
from tcxc.pages.seats import actor_of
from tcxc.pages.settings import reads, settings_page
from tcxc.roles import Permission
from tcxc.scopes import SCOPES_OF_HOLDER, Scope, key_grants

DAYS_SHOWN = 30
# What a new key is tried on: the first that its rights allow.
TRIED_ON = (
    (Scope.ACCOUNTS_READ, Holder.BUYER, "accounts/"),
    (Scope.PRICES_READ, Holder.SELLER, "connections/"),
    (Scope.TRAFFIC_READ, Holder.BUYER, "cdrs/?page_size=1"),
    (Scope.TRAFFIC_READ, Holder.SELLER, "cdrs/?page_size=1"),
    (Scope.MONEY_READ, Holder.SELLER, "seller/ledger/"),
)


class KeyForm(forms.Form):
    """A new key: what for, which rights, from where, how long."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What it is for, such as “billing export”.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Rights"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them. A right to change includes the right to see."),
    )
    networks = forms.CharField(
        label=gettext_lazy("Networks"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "mono", "spellcheck": "false"}),
    )
    expires = DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("The key ends with this day, in your time zone. Empty: it does not end by itself."),
    )

    def __init__(self, *args: Any, request: PageRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = SCOPES_OF_HOLDER[Holder(request.seat.side.value)]
        choices = [(scope.value, scope.label) for scope in Scope if scope in scopes]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]
        self.fields["networks"].help_text = _(
            "From where it works: one address or network a line, such as 192.0.2.0/24. You are at %(address)s. "
            "Empty: from anywhere."
        ) % {"address": client_address(request) or _("an unknown address")}


class OverlapForm(forms.Form):
    """How long the old key goes on working."""

    overlap_hours = forms.IntegerField(
        label=gettext_lazy("The old key works for so many hours more"),
        min_value=0,
        max_value=LONGEST_OVERLAP_HOURS,
        initial=24,
        help_text=gettext_lazy("Long enough to put the new one in place everywhere. 0 ends it at once."),
    )


def _question(heading: Words, verb: Words, **more: Any) -> Question:
    return Question(heading, verb, reverse("developers:keys"), _("API keys"), **more)


@require_GET
@settings_page(Permission.MANAGE_KEYS)
def keys(request: PageRequest) -> HttpResponse:
    """The keys of this side, its log-in of the TCXC API, and the pairs by which Restcomm buys numbers."""
    page = table_page(reads.keys_of(request.seat), request)
    now = utc_now()
    context = {
        "page": page,
        "rows": [(key, *reads.state_of(key, at=now), _rights(key)) for key in page.rows],
        "login": reads.login_of(request.seat),
        "pairs": reads.pairs_of(request.seat),
    }
    return render(request, "settings/keys.html", context)


@require_GET
@settings_page(Permission.MANAGE_KEYS)
def shown(request: PageRequest, pk: int) -> HttpResponse:
    """One key: its rights, and how much it was used."""
    key = reads.key_of(request.seat, pk)
    uses = request_counter().days(str(key.pk), [utc_now().date() - timedelta(n) for n in range(DAYS_SHOWN)])
    label, word = reads.state_of(key, at=utc_now())
    context = {
        "heading": key.name,
        "key": key,
        "label": label,
        "word": word,
        "rights": _rights(key),
        "uses": None if uses is None else uses[::-1],
        "total": sum(uses or []),
        "is_live": key.revoked_at is None and key.replaced_by_id is None,
        "back": reverse("developers:keys"),
        "back_label": _("API keys"),
    }
    return render_over(request, "settings/key.html", context)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def make(request: PageRequest) -> HttpResponse:
    """A new key."""
    question = _question(_("New API key"), _("Make the key"), says=_("Programs sign in with it. It is shown once."))

    def do(given: dict[str, Any]) -> Reveal:
        last = given["expires"]
        made = make_key(
            holder=Holder(request.seat.side.value),
            company=request.seat.company,
            name=given["name"],
            scopes=given["scopes"],
            networks=given["networks"].split(),
            expires_at=day_start(last + timedelta(days=1)) if last else None,
            by=actor_of(request),
        )
        return _reveal(request, made)

    return ask(request, question, KeyForm(posted(request), request=request), do)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def rotate(request: PageRequest, pk: int) -> HttpResponse:
    """A successor with the same rights; the old key ends later."""
    key = reads.key_of(request.seat, pk)
    question = _question(
        _("Replace %(name)s?") % {"name": key.name},
        _("Make the new key"),
        says=_("The new key has the same rights and networks. It is shown once."),
    )

    def do(given: dict[str, Any]) -> Reveal:
        return _reveal(request, rotate_key(key=key, overlap_hours=given["overlap_hours"], by=actor_of(request)))

    return ask(request, question, OverlapForm(posted(request)), do)


@settings_page(Permission.MANAGE_KEYS, asks_again=True)
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    """The end of a key."""
    key = reads.key_of(request.seat, pk)
    question = _question(
        _("Revoke %(name)s?") % {"name": key.name},
        _("Revoke"),
        says=_("Whatever uses it is refused from now on, for good."),
        is_grave=True,
    )

    def do(given: dict[str, Any]) -> str:
        revoke_key(key=key, by=actor_of(request), reason=given["reason"])
        return _("%(name)s is revoked.") % {"name": key.name}

    return ask(request, question, ReasonForm(posted(request)), do)


def _rights(key: ApiKey) -> list[str]:
    """What a key may do, in words; nothing for one that has all of its side's rights."""
    return [str(Scope(scope).label) for scope in key.scopes]


def _reveal(request: PageRequest, made: NewKey) -> Reveal:
    key = made.key
    ways = (path for scope, holder, path in TRIED_ON if holder == key.holder and key_grants(holder, key.scopes, scope))
    address = request.build_absolute_uri(f"/api/v1/{next(ways, 'me/')}")
    curl = f'curl -s "{address}" \\\n  -H "Authorization: Bearer {made.secret}"'
    return Reveal("settings/secret.html", {"heading": key.name, "secrets": [(_("Key"), made.secret)], "curl": curl})
