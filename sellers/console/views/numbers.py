"""Hosted numbers: listed, hosted one by one or from a file, changed, blocked, taken away, exported."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from numbers.details import FIELDS
from numbers.errors import RowsRefused
from numbers.files import COLUMNS, rows_of
from numbers.models import Number
from numbers.operations import (
    block_number,
    change_number,
    host_many,
    host_number,
    unblock_number,
    withdraw_number,
)
from numbers.queries import hosted_by
from sellers.console import number_reads as reads
from sellers.console.number_forms import DetailsForm, HostedFilter, HostForm, ManyForm
from sellers.console.views import seller_page
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.pages import csv_safe
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.formats import phone
from tcxc.pages.forms import ReasonForm, add_refusal
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import leave, render_over
from tcxc.pages.paging import BY_ID, Order, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

HISTORY_SHOWN = 20
BY_NUMBER = Order(("number",), newest_first=False)


@require_GET
@seller_page()
def numbers(request: PageRequest) -> HttpResponse:
    """The numbers that the seller hosts, by their digits, and how the stock stands."""
    seller, form = request.seat.seller, HostedFilter(request.GET)
    page = table_page(hosted_by(seller.pk).filter(**form.lookups()), request, BY_NUMBER)
    stock = reads.stock_of(seller, at=utc_now())
    return render(request, "console/numbers/numbers.html", {"page": page, "form": form, "stock": stock})


@require_GET
@seller_page()
def number(request: PageRequest, pk: int) -> HttpResponse:
    """Everything about one number: its terms, who has it, what happened to it."""
    found = reads.number_of(request.seat.seller, pk)
    page = table_page(reads.events_of(request.seat.seller, found), request, BY_ID, size=HISTORY_SHOWN)
    return render(request, "console/numbers/number.html", {"number": found, "page": page})


@seller_page(Permission.MANAGE_PRICES)
def host(request: PageRequest) -> HttpResponse:
    """Put a number on the market."""
    question = Question(
        _("Host a number"),
        _("Put it on the market"),
        reverse("seller:numbers"),
        _("Numbers"),
        says=_("It is for sale at once, on every API and in the portal."),
        template="console/numbers/form.html",
    )

    def do(given: dict[str, Any]) -> Done:
        made = host_number(seller=request.seat.seller, by=actor_of(request), **given)
        receipt = _("%(number)s is for sale.") % {"number": phone(made.number)}
        return Done(receipt, reverse("seller:number", args=[made.pk]))

    return ask(request, question, HostForm(posted(request)), do)


@seller_page(Permission.MANAGE_PRICES)
def host_file(request: PageRequest) -> HttpResponse:
    """Put a file of numbers on the market, all or none; what is wrong with it is told by row."""
    form = ManyForm(request.POST, request.FILES) if request.method == "POST" else ManyForm()
    context: dict[str, Any] = {"columns": COLUMNS}
    if form.is_valid():
        try:
            rows = rows_of(form.cleaned_data["file"])
            hosted = host_many(seller=request.seat.seller, rows=rows, by=actor_of(request))
            return _hosted(request, hosted)
        except RowsRefused as refused:
            context |= {"problems": refused.problems, "count": refused.count}
        except Refused as refused:
            add_refusal(form, refused)
    context |= {"form": form, "heading": _("Host many numbers"), "verb": _("Put them on the market")}
    context |= {"back": reverse("seller:numbers"), "back_label": _("Numbers")}
    return render_over(request, "console/numbers/many.html", context, status=422 if form.is_bound else 200)


def _hosted(request: PageRequest, count: int) -> HttpResponse:
    receipt = ngettext("%(count)d number is for sale.", "%(count)d numbers are for sale.", count) % {"count": count}
    messages.success(request, receipt)
    return leave(request, "seller:numbers")


@seller_page(Permission.MANAGE_PRICES)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Other prices or terms for a number."""
    found = reads.number_of(request.seat.seller, pk)
    first = {name: getattr(found, name) for name in DetailsForm.base_fields}
    form = DetailsForm(posted(request), initial=first)
    says = ""
    if found.state == Number.State.SOLD:
        says = _("Its owner is told of new prices now, and pays them from a renewal at least thirty days ahead.")
    question = _question(found, _("Change %(number)s"), _("Save"), says=says, template="console/numbers/form.html")

    def do(given: dict[str, Any]) -> str:
        changes = {name: given[name] for name in form.changed_data}
        change_number(number=found, changes=changes, by=actor_of(request))
        return _("Saved.")

    return ask(request, question, form, do)


@seller_page(Permission.MANAGE_PRICES)
def block(request: PageRequest, pk: int) -> HttpResponse:
    """Take a number off the market."""
    found = reads.number_of(request.seat.seller, pk)
    says = _("It is not sold any more. A buyer who has it keeps it, and it stays off the market after that.")
    question = _question(found, _("Block %(number)s"), _("Block"), says=says, is_grave=True)

    def do(given: dict[str, Any]) -> str:
        block_number(number=found, reason=given["reason"], by=actor_of(request))
        return _("%(number)s is off the market.") % {"number": phone(found.number)}

    return ask(request, question, ReasonForm(posted(request)), do)


@seller_page(Permission.MANAGE_PRICES)
def unblock(request: PageRequest, pk: int) -> HttpResponse:
    """Put a blocked number back on the market."""
    found = reads.number_of(request.seat.seller, pk)
    question = _question(found, _("Put %(number)s back on the market?"), _("Put it back"))

    def do(_given: dict[str, Any]) -> str:
        unblock_number(number=found, by=actor_of(request))
        return _("%(number)s is not blocked any more.") % {"number": phone(found.number)}

    return ask(request, question, forms.Form(posted(request)), do)


@seller_page(Permission.MANAGE_PRICES)
def withdraw(request: PageRequest, pk: int) -> HttpResponse:
    """Take a number away from the exchange."""
    found = reads.number_of(request.seat.seller, pk)
    says = _("It leaves the market and your list. Its history is kept, and it may be hosted again.")
    question = _question(found, _("Take %(number)s away?"), _("Take it away"), says=says, is_grave=True)

    def do(_given: dict[str, Any]) -> Done:
        withdraw_number(number=found, by=actor_of(request))
        return Done(_("%(number)s is taken away.") % {"number": phone(found.number)}, reverse("seller:numbers"))

    return ask(request, question, forms.Form(posted(request)), do)


@require_GET
@seller_page()
def export(request: PageRequest) -> StreamingHttpResponse:
    """The hosted numbers as CSV, narrowed as the list is, in the columns in which they are hosted."""
    form = HostedFilter(request.GET)
    rows = hosted_by(request.seat.seller.pk).filter(**form.lookups()).order_by("number")
    heading = (*COLUMNS, "state", "country", "area", "type", "hosted")
    return csv_safe.download(csv_safe.lines([heading], _cells(rows.iterator(chunk_size=1_000))), "numbers.csv")


def _cells(rows: Iterator[Number]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        said = (int(value) if isinstance(value := getattr(one, name), bool) else value for name in FIELDS)
        yield (one.number, *said, one.state, one.country, one.area, one.type, one.hosted_at.astimezone(UTC).isoformat())


def _question(found: Number, heading: str, verb: str, **more: Any) -> Question:
    number = phone(found.number)
    return Question(heading % {"number": number}, verb, reverse("seller:number", args=[found.pk]), number, **more)
