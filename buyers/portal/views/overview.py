"""The overview: money, live calls, what needs attention, the last calls."""

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
    """The buyer's overview; its figures are kept true by the stream of live pages."""
    buyer = request.seat.buyer
    now = utc_now()
    money, spend = reads.money_of(buyer), reads.spend_of(buyer, at=now)
    accounts, wallets = reads.accounts_to_pick(buyer), list(reads.wallets_of(buyer)[: reads.MOST_WALLETS + 1])
    calls = list(BY_RECORDED_AT.sorted(reads.calls_of(buyer), backwards=False)[:LAST_CALLS])
    context = {
        "money": money,
        "spend": spend,
        "live": reads.live_calls(buyer),
        "runway": spend.runway(money.available),
        "calls": calls,
        "wallets": wallets[: reads.MOST_WALLETS],
        "more_wallets": len(wallets) > reads.MOST_WALLETS,
        "attention": reads.attention_of(buyer),
        "has_accounts": bool(accounts),
        "accounts": accounts.names(call.account_id for call in calls),
        "changes": changes_of(buyer, now=now),
    }
    return render(request, "portal/home.html", context)
