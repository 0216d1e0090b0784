"""The buyer's own numbers: listed, shown with their history, routed, renewed, released, exported."""

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.portal import number_reads as reads
from buyers.portal.number_forms import DeliveryForm, LogFilter, MineFilter
from buyers.portal.reads import accounts_to_pick, entries_of
from buyers.portal.views import buyer_page
from numbers.models import Subscription
from numbers.operations import assign_link, change_routing, release, set_auto_renew
from numbers.queries import subscriptions_of
from tcxc.errors import NotFound
from tcxc.pages import calendars, csv_safe
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.formats import phone
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

HISTORY_SHOWN = 20
COLUMNS = (
    "number", "country", "area", "type", "status", "documents", "account", "bought", "renews", "auto_renew",
    "monthly_fee", "setup_fee", "price_1", "price_n", "interval_1", "interval_n", "sms_price", "currency",
    "sip_contact", "smpp_contact", "sub_account", "tags",
)  # fmt: skip


@require_GET
@buyer_page()
def numbers(request: PageRequest) -> HttpResponse:
    """The numbers that the buyer has, the newest first; those it had when asked for."""
    buyer = request.seat.buyer
    form = MineFilter(request.GET, account=accounts_to_pick(buyer))
    had = form.chosen.get("state") == Subscription.State.RELEASED
    page = table_page(subscriptions_of(buyer.pk, released=had).filter(**form.lookups()), request, BY_ID)
    context = {"page": page, "form": form, "monthly": reads.monthly_total(buyer) if page.rows else None}
    return render(request, "portal/numbers/numbers.html", context)


@require_GET
@buyer_page()
def number(request: PageRequest, pk: int) -> HttpResponse:
    """Everything about one number: what it costs, where it goes, what happened to it."""
    found = reads.subscription_of(request.seat.buyer, pk)
    events = reads.events_of(request.seat.buyer).filter(subscription=found)
    context = {
        "subscription": found,
        "collected": reads.collected_for(found),
        "paperwork": reads.paperwork_of(found),
        "coming": reads.coming_prices(found) if found.is_open else None,
        "page": table_page(events, request, BY_ID, size=HISTORY_SHOWN),
    }
    return render(request, "portal/numbers/number.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def delivery(request: PageRequest, pk: int) -> HttpResponse:
    """Another place for what comes in, another sub-account, other tags."""
    found = reads.subscription_of(request.seat.buyer, pk)
    first = {
        "sip_contact": found.sip_contact,
        "smpp_contact": found.smpp_contact,
        "account_sid": found.link.account_sid if found.link is not None else "",
        "tags": ", ".join(found.tags),
    }
    sids = found.account.links.order_by("pk").values_list("account_sid", flat=True)
    form = DeliveryForm(posted(request), initial=first, sids=sids)
    question = _question(found, _("Delivery of %(number)s"), _("Save"))

    def do(given: dict[str, Any]) -> str:
        sid = given.pop("account_sid")
        with transaction.atomic():  # the sub-account may have been unlinked since: then nothing is changed
            changed = change_routing(subscription=found, changes=given, by=actor_of(request))
            if sid != first["account_sid"]:
                assign_link(subscription=changed, account_sid=sid, by=actor_of(request))
        return _("Saved. Calls and messages that come in from now on go there.")

    return ask(request, question, form, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def renewal(request: PageRequest, pk: int) -> HttpResponse:
    """Switch the renewal off, or on again."""
    found = reads.subscription_of(request.seat.buyer, pk)
    wanted = not found.auto_renew
    if wanted:
        question = _question(
            found,
            _("Renew %(number)s by itself?"),
            _("Renew it"),
            says=_("Its month is taken from the balance of %(account)s when it is due.")
            % {"account": found.account.name},
        )
    else:
        question = _question(
            found,
            _("Stop renewing %(number)s?"),
            _("Stop renewing"),
            says=_("It stays yours until its month is over, and is then released for others to buy."),
            is_grave=True,
        )

    def do(_given: dict[str, Any]) -> str:
        set_auto_renew(subscription=found, auto_renew=wanted, by=actor_of(request))
        return _("It renews by itself.") if wanted else _("It is released when its month is over.")

    return ask(request, question, forms.Form(posted(request)), do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def give_back(request: PageRequest, pk: int) -> HttpResponse:
    """Release a number at once."""
    found = reads.subscription_of(request.seat.buyer, pk)
    question = _question(
        found,
        _("Release %(number)s?"),
        _("Release it"),
        says=_("It stops working for you at once, and others may buy it. What is paid for its month is not paid back."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> Done:
        release(subscription=found, by=actor_of(request))
        receipt = _("%(number)s is released.") % {"number": phone(found.number.number)}
        return Done(receipt, reverse("buyer:numbers"))

    return ask(request, question, forms.Form(posted(request)), do)


@require_GET
@buyer_page()
def log(request: PageRequest) -> HttpResponse:
    """The subscription log: everything that happened to the buyer's numbers, each charge with its entry."""
    buyer = request.seat.buyer
    form = LogFilter(request.GET)
    page = table_page(reads.events_of(buyer).filter(**form.lookups()), request, BY_ID)
    return render(request, "portal/numbers/log.html", {"page": page, "form": form})


@require_GET
@buyer_page()
def charge(request: PageRequest, event_pk: int) -> HttpResponse:
    """The way from a charge in the log to its entry in the ledger."""
    charged = reads.events_of(request.seat.buyer).filter(pk=event_pk, transfer__isnull=False)
    entry = entries_of(request.seat.buyer).filter(transfer__in=charged.values("transfer")).first()
    if entry is None:
        raise NotFound("There is no such charge.")
    return redirect("buyer:entry", entry.pk)


@require_GET
@buyer_page()
def export(request: PageRequest) -> StreamingHttpResponse:
    """The buyer's numbers as CSV, narrowed as the list is."""
    buyer = request.seat.buyer
    form = MineFilter(request.GET, account=accounts_to_pick(buyer))
    rows = subscriptions_of(buyer.pk, released="state" in form.chosen).filter(**form.lookups()).order_by("pk")
    return csv_safe.download(csv_safe.lines([COLUMNS], _cells(rows.iterator(chunk_size=1_000))), "numbers.csv")


def _cells(rows: Iterator[Subscription]) -> Iterator[tuple[Any, ...]]:
    for one in rows:
        of = one.number
        yield (
            of.number, of.country, of.area, of.type, one.state, one.documents_state, one.account.name,
            one.bought_at.astimezone(UTC).isoformat(), one.period_end.astimezone(UTC).isoformat(), int(one.auto_renew),
            one.monthly_fee, one.setup_fee, one.price_1, one.price_n, one.interval_1, one.interval_n, one.sms_price,
            one.currency, one.sip_contact, one.smpp_contact, one.link.account_sid if one.link else "",
            " ".join(one.tags),
        )  # fmt: skip


@require_GET
@buyer_page()
def calendar(request: PageRequest) -> StreamingHttpResponse:
    """The coming renewals as a calendar file (RFC 5545), one day a number."""
    renewing = subscriptions_of(request.seat.buyer.pk).filter(auto_renew=True).order_by("period_end", "pk")
    days = (
        calendars.Day(
            uid=f"number-{one.pk}-{one.period_end:%Y%m%d}",
            moment=one.period_end,
            time_zone=one.time_zone,
            title=_("%(number)s renews: %(fee)s %(currency)s")
            % {"number": phone(one.number.number), "fee": f"{one.monthly_fee:.2f}", "currency": one.currency},
        )
        for one in renewing.iterator(chunk_size=1_000)
    )
    return calendars.download(days, "renewals.ics")


def _question(subscription: Subscription, heading: str, verb: str, **more: Any) -> Question:
    number = phone(subscription.number.number)
    return Question(heading % {"number": number}, verb, reverse("buyer:number", args=[subscription.pk]), number, **more)
