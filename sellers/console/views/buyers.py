"""Buyers of a seller's routes: approved or rejected, with how long they have waited."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.operations import approve_interconnect, reject_interconnect
from sellers.console import reads
from sellers.console.forms import BuyerFilter
from sellers.console.views import seller_page
from sellers.queries.connections import connections_of
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import ReasonForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


@require_GET
@seller_page()
def buyers(request: PageRequest) -> HttpResponse:
    """Who uses the seller's routes, or asks to; those who wait are what the page opens with when there are any."""
    seller = request.seat.seller
    names = connections_of(seller).values_list("pk", "name")
    form = BuyerFilter(request.GET, connection=names)
    page = table_page(reads.buyers_of(seller).filter(**form.lookups()), request, BY_ID)
    return render(request, "console/buyers.html", {"page": page, "form": form, "awaiting": reads.awaiting(seller)})


@seller_page(Permission.MANAGE_TRAFFIC)
def approve(request: PageRequest, pk: int) -> HttpResponse:
    """Let a buyer's traffic come."""
    found = reads.interconnect_with(request.seat.seller, pk)
    question = Question(
        _("Approve %(buyer)s?") % {"buyer": found.account.buyer},
        _("Approve"),
        reverse("seller:buyers"),
        _("Buyers"),
        says=_("%(account)s may send traffic over %(route)s at once, at its published prices.")
        % {"account": found.account, "route": found.connection},
    )

    def do(_given: dict[str, Any]) -> str:
        approve_interconnect(interconnect=found, by=actor_of(request))
        return _("%(buyer)s is approved.") % {"buyer": found.account.buyer}

    return ask(request, question, forms.Form(posted(request)), do)


@seller_page(Permission.MANAGE_TRAFFIC)
def reject(request: PageRequest, pk: int) -> HttpResponse:
    """Let no traffic of a buyer come, and tell them why."""
    found = reads.interconnect_with(request.seat.seller, pk)
    question = Question(
        _("Reject %(buyer)s?") % {"buyer": found.account.buyer},
        _("Reject"),
        reverse("seller:buyers"),
        _("Buyers"),
        says=_("The buyer reads your reason. You can approve them later."),
        is_grave=True,
    )

    def do(given: dict[str, Any]) -> str:
        reject_interconnect(interconnect=found, reason=given["reason"], by=actor_of(request))
        return _("%(buyer)s is rejected.") % {"buyer": found.account.buyer}

    return ask(request, question, ReasonForm(posted(request)), do)
