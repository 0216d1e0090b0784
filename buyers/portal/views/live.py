"""The buyer's pages that are live: calls under way, and hanging one up."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from authz import hanging_up, live_calls
from authz.hanging_up import Way
from authz.models import Session
from buyers.portal import reads
from buyers.portal.views import buyer_page
from tcxc.errors import NotFound
from tcxc.pages import formats
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.live import once
from tcxc.pages.live.calls import LiveCallFilter, page_of_calls
from tcxc.pages.seats import Side, actor_of
from tcxc.roles import Permission


class CallsOfAccount(LiveCallFilter):
    """Live calls by account."""

    path = "account_id"
    of = forms.ChoiceField(label=gettext_lazy("Account"), required=False)


@require_GET
@buyer_page()
def events(request: PageRequest) -> HttpResponse:
    """What is true now, where no stream can be kept open (see `tcxc/pages/live/door.py`)."""
    return once.events(request, Side.BUYER)


@require_GET
@buyer_page()
def calls(request: PageRequest) -> HttpResponse:
    """The calls of the buyer's accounts that are under way."""
    buyer = request.seat.buyer
    accounts = reads.accounts_to_pick(buyer)
    form = CallsOfAccount(request.GET, of=accounts)

    def names(calls: Sequence[Session]) -> dict[int, str]:
        return accounts.names(call.account_id for call in calls)

    return page_of_calls(request, live_calls.of_buyer(buyer.pk), form, names, currency=buyer.currency)


@buyer_page(Permission.MANAGE_TRAFFIC)
def hang_up(request: PageRequest, pk: int) -> HttpResponse:
    """End a live call, once it is said what will happen."""
    call = Session.objects.filter(pk=pk, account__buyer=request.seat.buyer).first()
    if call is None:
        raise NotFound("There is no such call.")
    question = Question(
        _("Hang up this call?"),
        _("Hang up"),
        reverse("buyer:live_calls"),
        _("Live calls"),
        says=_("The call to %(number)s. %(what)s")
        % {"number": formats.phone(call.callee), "what": _what_happens(call)},
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        way = hanging_up.hang_up(call=call, by=actor_of(request))
        return _("Restcomm is asked to end it.") if way is Way.RESTCOMM else _("It ends at its next report.")

    return ask(request, question, forms.Form(posted(request)), do)


def _what_happens(call: Session) -> str:
    if hanging_up.way_of(call) is Way.RESTCOMM:
        return _("Your Restcomm is asked at once to end it, and gets no more time for it.")
    return _(
        "We have no log-in of your Restcomm for this account, so the call ends when its platform next reports: it is "
        "refused more time then, and %(granted)s of talk are granted at most."
    ) % {"granted": formats.duration(call.granted_units)}
