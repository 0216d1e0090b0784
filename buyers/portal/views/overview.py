"""The overview: money, live calls, what needs attention, the last calls."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from buyers.portal import reads
from buyers.portal.news import changes_of
from buyers.portal.views import buyer_page
from tcxc.clock import utc_now
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_RECORDED_AT

LAST_CALLS = 8


@require_GET
@buyer_page()
def home(request: PageRequest) -> HttpResponse:
    """The buyer's overview; its figures are asked for anew every few seconds."""
    buyer = request.seat.buyer
    template = "portal/home.html#figures" if request.htmx else "portal/home.html"
    now = utc_now()
    money, spend = reads.money_of(buyer), reads.spend_of(buyer, at=now)
    context: dict[str, Any] = {"money": money, "spend": spend, "live": reads.live_calls(buyer)}
    context["runway"] = spend.runway(money.available)
    if not request.htmx:
        calls = BY_RECORDED_AT.sorted(reads.calls_of(buyer), backwards=False)[:LAST_CALLS]
        context |= {
            "calls": list(calls),
            "wallets": reads.wallets_of(buyer),
            "attention": reads.attention_of(buyer),
            "accounts": reads.names_of_accounts(buyer),
            "changes": changes_of(buyer, now=now),
        }
    return render(request, template, context)


@require_GET
@buyer_page()
def balance(request: PageRequest) -> HttpResponse:
    """What is available, for the bar on top."""
    return render(request, "portal/balance.html", {"money": reads.money_of(request.seat.buyer)})
