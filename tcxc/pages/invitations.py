"""Invitations taken up: the mailed link shows the offer, to somebody signed in or not, and leads into the company."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.models import Company, Invitation, User
from tcxc.operations.invitations import accept_invitation
from tcxc.pages.seats import CHOSEN, actor_of, seats_of
from tcxc.queries.people import invitation_of

REMEMBERED = "invitation"  # its number, never its token: whoever holds the session has shown the token


@never_cache
@require_GET
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mailed link leads: remember the offer, and go on without the token in the address."""
    offer = invitation_of(token)
    if offer is None:
        return render(request, "pages/invitation.html", {"state": "unknown"}, status=404)
    request.session[REMEMBERED] = offer.pk
    if not request.user.is_authenticated:
        get_adapter().stash_verified_email(request, offer.email)  # the mail has reached them, so the address is theirs
    return redirect("invitation")


@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """The offer, and what to do about it: take it up, sign in, or sign up."""
    offer = remembered(request)
    state = _state(request, offer)
    if request.method == "POST" and offer is not None and state == "yours":
        try:
            accept_invitation(invitation=offer, user=cast("User", request.user), by=actor_of(request))
        except Refused as refused:
            messages.error(request, refused.detail)
            return redirect("go")
        messages.success(request, _("Welcome to %(company)s.") % {"company": offer.company.name})
        settle_in(request, offer.company)
        return redirect("go")
    status = {"unknown": 404, "over": 410}.get(state, 200)
    is_known = state == "nobody" and offer is not None and User.objects.filter(email=offer.email).exists()
    context = {"offer": offer, "state": state, "is_known": is_known}
    return render(request, "pages/invitation.html", context, status=status)


def remembered(request: HttpRequest) -> Invitation | None:
    """The offer whose link this browser has opened."""
    number = request.session.get(REMEMBERED)
    return Invitation.objects.filter(pk=number).select_related("company", "invited_by").first() if number else None


def offered_to_newcomer(request: HttpRequest) -> Invitation | None:
    """The open offer for which somebody new signs up."""
    offer = remembered(request)
    return offer if offer is not None and offer.is_open(utc_now()) else None


def settle_in(request: HttpRequest, company: Company) -> None:
    """Sit down in the company, and forget the offer."""
    request.session.pop(REMEMBERED, None)
    seat = next((seat for seat in seats_of(cast("User", request.user)) if seat.company == company), None)
    if seat is not None:
        request.session[CHOSEN] = seat.key


def _state(request: HttpRequest, offer: Invitation | None) -> str:
    if offer is None:
        return "unknown"
    if not offer.is_open(utc_now()):
        return "over"
    if not request.user.is_authenticated:
        return "nobody"
    return "yours" if offer.email == request.user.email.lower() else "another"
