"""An account's ties: to Restcomm sub-accounts, and to sellers' routes."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.models import Account
from buyers.operations import end_interconnect, interconnect, link_account, place_interconnect, unlink_account
from buyers.portal import reads
from buyers.portal.forms import InterconnectForm, LinkForm, PlaceForm
from buyers.portal.views import buyer_page
from buyers.restcomm import configuration_of
from tcxc.pages.asking import Question, Words, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


def _question(account: Account, heading: Words, verb: Words, **more: Any) -> Question:
    return Question(heading, verb, reverse("buyer:account", args=[account.pk]), account.name, **more)


@buyer_page(Permission.MANAGE_TRAFFIC)
def link(request: PageRequest, pk: int) -> HttpResponse:
    """Tie a sub-account to an account."""
    account = reads.account_of(request.seat.buyer, pk)
    question = _question(
        account,
        heading=_("Link a sub-account"),
        verb=_("Link"),
        says=_("Its calls and messages are then asked for here, and charged to %(name)s.") % {"name": account.name},
    )

    def do(given: dict[str, Any]) -> str:
        made = link_account(
            account=account, platform_id=given["platform"].pk, account_sid=given["account_sid"], by=actor_of(request)
        )
        return _("%(sid)s is linked. Give its configuration to your Restcomm.") % {"sid": made.account_sid}

    return ask(request, question, LinkForm(posted(request)), do)


@require_GET
@buyer_page(Permission.MANAGE_TRAFFIC)
def configuration(request: PageRequest, pk: int, link_pk: int) -> HttpResponse:
    """What Restcomm must be told, to copy. It holds the SIP password."""
    account = reads.account_of(request.seat.buyer, pk)
    found = reads.link_of(account, link_pk)
    context = {
        "heading": _("Configuration for Restcomm"),
        "link": found,
        "configuration": configuration_of(found),
        "back": reverse("buyer:account", args=[pk]),
        "back_label": account.name,
    }
    return render_over(request, "portal/configuration.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def unlink(request: PageRequest, pk: int, link_pk: int) -> HttpResponse:
    """Untie a sub-account."""
    account = reads.account_of(request.seat.buyer, pk)
    found = reads.link_of(account, link_pk)
    question = _question(
        account,
        heading=_("Unlink this sub-account?"),
        verb=_("Unlink"),
        says=_("Calls and messages of %(sid)s are refused from now on, as of an unknown account.")
        % {"sid": found.account_sid},
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        unlink_account(link=found, by=actor_of(request))
        return _("%(sid)s is unlinked.") % {"sid": found.account_sid}

    return ask(request, question, forms.Form(posted(request)), do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def add_route(request: PageRequest, pk: int) -> HttpResponse:
    """Let an account use a seller's route."""
    account = reads.account_of(request.seat.buyer, pk)
    offers = reads.offers_for(account)
    form = InterconnectForm(posted(request))
    form.fields["connection"].queryset = offers  # type: ignore[attr-defined]
    form.fields["connection"].label_from_instance = _offer_label  # type: ignore[attr-defined]
    question = _question(
        account,
        heading=_("Add a route"),
        verb=_("Interconnect"),
        says=_("Calls and messages of %(name)s may then go over it, at its seller's prices.") % {"name": account.name},
        template="portal/route_form.html",
    )

    def do(given: dict[str, Any]) -> str:
        made = interconnect(account=account, connection=given["connection"], agree=given["agree"], by=actor_of(request))
        if made.status == made.Status.AWAITING:
            return _("The seller is asked to approve it.")
        return _("Interconnected. Its tech prefix is %(prefix)s.") % {"prefix": made.tech_prefix}

    return ask(request, question, form, do, has_offers=offers.exists())


def _offer_label(connection: Any) -> str:
    kind = f"{connection.get_service_display()}, {connection.get_route_type_display()}"
    approval = _(", approves buyers by hand") if connection.manual_approval else ""
    return f"{connection.seller.company.name}: {connection.name} ({kind}{approval})"


@buyer_page(Permission.MANAGE_TRAFFIC)
def place_route(request: PageRequest, pk: int, route_pk: int) -> HttpResponse:
    """Another place or weight for a route."""
    account = reads.account_of(request.seat.buyer, pk)
    found = reads.interconnect_of(account, route_pk)
    question = _question(account, str(found.connection), _("Save"))

    def do(given: dict[str, Any]) -> str:
        place_interconnect(interconnect=found, position=given["position"], weight=given["weight"], by=actor_of(request))
        return _("Saved.")

    first = {"position": found.position, "weight": found.weight}
    return ask(request, question, PlaceForm(posted(request), initial=first), do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def end_route(request: PageRequest, pk: int, route_pk: int) -> HttpResponse:
    """Use a route no more."""
    account = reads.account_of(request.seat.buyer, pk)
    found = reads.interconnect_of(account, route_pk)
    question = _question(
        account,
        heading=_("End this interconnect?"),
        verb=_("End it"),
        says=_("%(name)s sends nothing more over %(route)s. Calls under way keep their prices.")
        % {"name": account.name, "route": found.connection},
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        end_interconnect(interconnect=found, by=actor_of(request))
        return _("The interconnect is ended.")

    return ask(request, question, forms.Form(posted(request)), do)
