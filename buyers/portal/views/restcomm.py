"""An account's numbers beside those of its Restcomm: what differs, and mending it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.models import Account
from buyers.operations import remove_restcomm_login, set_restcomm_login
from buyers.portal import reads
from buyers.portal.restcomm_forms import RestcommLoginForm
from buyers.portal.views import buyer_page
from numbers.models import Difference
from numbers.operations.reconciliation import ask_to_reconcile, mend
from numbers.queries.reconciliation import (
    differences_of,
    find_difference,
    how_to_mend,
    last_reconciliation,
    login_of,
)
from tcxc.errors import NotFound
from tcxc.pages.asking import Question, Words, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import OLDEST_FIRST, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


def _question(account: Account, heading: Words, verb: Words, **more: Any) -> Question:
    back = reverse("buyer:account_restcomm", args=[account.pk])
    return Question(heading, verb, back, _("Numbers at Restcomm"), **more)


@require_GET
@buyer_page()
def numbers(request: PageRequest, pk: int) -> HttpResponse:
    """The last comparison, and what differed."""
    account = reads.account_of(request.seat.buyer, pk)
    login, last = login_of(account), last_reconciliation(account)
    page = table_page(differences_of(last) if last else Difference.objects.none(), request, OLDEST_FIRST)
    rows = [(difference, how_to_mend(difference, login)) for difference in page.rows]
    context = {"account": account, "login": login, "last": last, "page": page, "rows": rows}
    return render(request, "portal/restcomm.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def log_in(request: PageRequest, pk: int) -> HttpResponse:
    """Say where the account's Restcomm answers."""
    account = reads.account_of(request.seat.buyer, pk)
    login = login_of(account)
    known = {name: getattr(login, name) for name in ("api_url", "account_sid", "sip_domain")} if login else {}
    question = _question(
        account,
        heading=_("Where this Restcomm answers"),
        verb=_("Save"),
        says=_("With this its list of phone numbers is read, once a day, and nothing is changed there."),
    )

    def do(given: dict[str, Any]) -> str:
        set_restcomm_login(account=account, by=actor_of(request), **given)
        return _("Saved. The numbers are compared soon.")

    return ask(request, question, RestcommLoginForm(posted(request), initial=known), do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def forget(request: PageRequest, pk: int) -> HttpResponse:
    """Compare no more."""
    account = reads.account_of(request.seat.buyer, pk)
    says = _("The numbers are compared no more.")
    question = _question(account, _("Forget this log-in?"), _("Forget it"), says=says, is_grave=True)

    def do() -> str:
        remove_restcomm_login(account=account, by=actor_of(request))
        return _("Forgotten.")

    return _confirm(request, question, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def compare(request: PageRequest, pk: int) -> HttpResponse:
    """Compare now."""
    account = reads.account_of(request.seat.buyer, pk)
    says = _("Restcomm's list is read, and what differs is shown here in a minute.")
    question = _question(account, _("Compare now?"), _("Compare"), says=says)

    def do() -> str:
        ask_to_reconcile(account=account, by=actor_of(request))
        return _("The numbers are being compared: look again in a minute.")

    return _confirm(request, question, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def mend_one(request: PageRequest, pk: int, difference_pk: int) -> HttpResponse:
    """Do here as Restcomm has it."""
    account = reads.account_of(request.seat.buyer, pk)
    difference = find_difference(account, difference_pk)
    if difference is None:
        raise NotFound(_("There is no such difference."))
    number, releases = {"number": difference.number}, difference.kind == Difference.Kind.ONLY_HERE
    verb = _("Release it") if releases else _("Mend it")
    says = how_to_mend(difference, login_of(account))
    question = _question(account, _("Mend +%(number)s?") % number, verb, says=says, is_grave=releases)

    def do() -> str:
        mend(difference=difference, by=actor_of(request))
        return _("+%(number)s is mended.") % number

    return _confirm(request, question, do)


def _confirm(request: PageRequest, question: Question, do: Callable[[], str]) -> HttpResponse:
    """Ask with nothing to fill in."""
    return ask(request, question, forms.Form(posted(request)), lambda _given: do())
