"""The market: live prices around a code, the past and coming prices of one, and interconnecting from there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.models import Account
from buyers.operations import interconnect
from buyers.portal import market as reads
from buyers.portal.market_forms import JoinForm, MarketFilter
from buyers.portal.views import buyer_page
from sellers.queries.market import Position, position
from tcxc.clock import utc_now
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


@require_GET
@buyer_page()
def market(request: PageRequest) -> HttpResponse:
    """The live prices of all sellers around a code; of one number on every route, the cheapest first."""
    form = MarketFilter(request.GET, sellers=reads.sellers_on_the_market())
    wanted = reads.wanted_of(**form.facts)
    found = [] if form.errors else reads.offers_around(
        request.seat.buyer, wanted, at=utc_now(), after=_after(request.GET.get("after", ""))
    )  # fmt: skip
    more = not wanted.is_number and len(found) > reads.ROWS
    query = request.GET.copy()
    if more:
        query["after"] = "{},{}".format(*position(found[reads.ROWS - 1].rate))
    context: dict[str, Any] = {"form": form, "wanted": wanted, "offers": found[: reads.ROWS] if more else found}
    return render(request, "portal/market.html", context | {"following": query.urlencode() if more else ""})


def _after(text: str) -> Position:
    """Where the page before ended; a text that is none begins at the first."""
    code, _comma, connection = text.partition(",")
    return (code, int(connection)) if connection.isascii() and connection.isdigit() else ("", 0)


@require_GET
@buyer_page()
def price(request: PageRequest, pk: int, code: str) -> HttpResponse:
    """What a code of a route costs, has cost and will cost, and why it is the one that prices a number."""
    connection = reads.on_the_market(pk)
    number = request.GET.get("number", "")
    context = {
        "heading": _("%(code)s on %(route)s") % {"code": code, "route": connection},
        "connection": connection,
        "code": code,
        "number": number,
        "history": reads.history_of(connection, code),
        "matches": reads.matches_of(connection, number if number.isascii() and number.isdigit() else "", at=utc_now()),
        "now": utc_now(),
        "back": reverse("buyer:market"),
        "back_label": _("Market"),
    }
    return render_over(request, "portal/market_price.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def join(request: PageRequest, pk: int) -> HttpResponse:
    """Let one of the accounts use a route that was found on the market."""
    connection = reads.on_the_market(pk)
    accounts = reads.could_join(request.seat.buyer, connection)
    form = JoinForm(posted(request))
    form.fields["account"].queryset = Account.objects.filter(pk__in=[a.pk for a in accounts]).order_by("name")  # type: ignore[attr-defined]
    question = Question(
        _("Interconnect with %(route)s") % {"route": connection},
        _("Interconnect"),
        reverse("buyer:market"),
        _("Market"),
        says=_("Calls and messages of the account may then go over this route of %(seller)s, at its prices.")
        % {"seller": connection.seller},
        template="portal/market_join.html",
    )

    def do(given: dict[str, Any]) -> Done:
        made = interconnect(account=given["account"], connection=connection, agree=given["agree"], by=actor_of(request))
        waits = made.status == made.Status.AWAITING
        receipt = _("The seller is asked to approve it.") if waits else _("Interconnected.")
        return Done(receipt, reverse("buyer:account", args=[made.account_id]))

    return ask(request, question, form, do, accounts=accounts)
