"""The market for phone numbers: searched with counts, put in a cart, and bought with the total before the click."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from buyers.models import Account
from buyers.portal import number_reads as reads
from buyers.portal.number_forms import BY_FEE, BuyForm, MarketForm, account_choice
from buyers.portal.number_reads import CART_HOLDS, Cart
from buyers.portal.reads import account_of
from buyers.portal.views import buyer_page
from numbers.operations import Outcome, purchase_many
from numbers.queries import market as on_offer
from tcxc.errors import Invalid, Refused
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.formats import phone
from tcxc.pages.forms import add_refusal
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import Order, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

CART = "number_cart"
BY_NUMBER = Order(("number",), newest_first=False)
BY_MONTHLY_FEE = Order(("monthly_fee", "number"), newest_first=False)


@require_GET
@buyer_page()
def market(request: PageRequest) -> HttpResponse:
    """Numbers for sale in the buyer's currency, with how many there are of each sort. The address keeps the search."""
    buyer, form = request.seat.buyer, MarketForm.asked(request.GET)
    context: dict[str, Any] = {"form": form, "cart": _cart(request)}
    try:
        found = reads.found_for(buyer, form)
        counted = MarketForm(request.GET, country=found.countries, type=found.types, carries=found.carries)
        order = BY_MONTHLY_FEE if counted.chosen.get("sort") == BY_FEE else BY_NUMBER
        rows = on_offer(counted.filters(currency=buyer.currency))
        page = table_page(rows, request, order)
        context |= {"form": counted, "found": found.total, "page": page, "rows": reads.with_papers(page.rows)}
    except Invalid as fault:
        add_refusal(form, fault)
    return render(request, "portal/numbers/market.html", context)


@require_POST
@buyer_page(Permission.MANAGE_TRAFFIC)
def put(request: PageRequest) -> HttpResponse:
    """Put a number in the cart, or take it out, or empty it; then go on with the search."""
    held: list[str] = request.session.get(CART, [])
    digits = request.POST.get("number", "")[:16]
    if "empty" in request.POST:
        held = []
    elif digits in held:
        held.remove(digits)
    elif len(held) < CART_HOLDS and digits.isascii() and digits.isdigit():
        held.append(digits)
    request.session[CART] = held
    if request.htmx:
        shown = {"cart": _cart(request), "number": {"number": digits}, "is_new": True}
        return render(request, "portal/numbers/cart_change.html", shown)
    return redirect(_way_back(request))


@buyer_page(Permission.MANAGE_TRAFFIC, asks_again=True)
def buy(request: PageRequest) -> HttpResponse:
    """Ask once, with the total and what is left after it; then buy what is in the cart."""
    cart = _cart(request)
    payers = reads.payers_of(request.seat.buyer)
    form = BuyForm(
        posted(request),
        accounts=payers if payers.are_many else [account_choice(one, cost=cart.total) for one in payers.rows],
        is_many=len(cart.numbers) > 1,
    )
    question = Question(
        _heading(cart),
        _verb(cart, request.seat.buyer.currency),
        reverse("buyer:number_market"),
        _("Buy numbers"),
        template="portal/numbers/buy.html",
    )

    def do(given: dict[str, Any]) -> Done:
        if request.POST.get("offer") != cart.offer:
            raise Refused(_("The cart or a price is not as it was shown: look at what is in it now, and buy then."))
        account = account_of(request.seat.buyer, given["account"])
        return _bought(request, cart, account, given)

    return ask(request, question, form, do, cart=cart, payers=payers)


def _bought(request: PageRequest, cart: Cart, account: Account, given: dict[str, Any]) -> Done:
    outcomes = purchase_many(
        numbers=[number.number for number in cart.numbers],
        account=account,
        by=actor_of(request),
        all_or_none=given.get("take", BuyForm.ALL) == BuyForm.ALL,
        sip_contact=given["sip_contact"],
        smpp_contact=given["smpp_contact"],
    )
    request.session[CART] = []
    missed = [outcome for outcome in outcomes if outcome.refusal is not None]
    for outcome in missed:
        messages.warning(request, f"{phone(outcome.number)}: {outcome.refusal.detail}")  # type: ignore[union-attr]
    return Done(_receipt(outcomes, account), reverse("buyer:numbers"))


def _receipt(outcomes: list[Outcome], account: Account) -> str:
    got = [outcome.subscription for outcome in outcomes if outcome.subscription is not None]
    if not got:
        return _("None of them could be bought; nothing was charged.")
    paid = sum(one.monthly_fee + one.setup_fee for one in got)
    words = ngettext(
        "%(count)d number is yours. %(paid)s %(currency)s were taken from the balance of %(account)s.",
        "%(count)d numbers are yours. %(paid)s %(currency)s were taken from the balance of %(account)s.",
        len(got),
    )
    return words % {"count": len(got), "paid": f"{paid:,.2f}", "currency": got[0].currency, "account": account.name}


def _heading(cart: Cart) -> str:
    count = len(cart.numbers)
    return ngettext("Buy %(count)d number", "Buy %(count)d numbers", count) % {"count": count}


def _verb(cart: Cart, currency: str) -> str:
    count = len(cart.numbers)
    words = ngettext(
        "Buy %(count)d number for %(total)s %(currency)s", "Buy %(count)d numbers for %(total)s %(currency)s", count
    )
    return words % {"count": count, "total": f"{cart.total:,.2f}", "currency": currency}


def _cart(request: PageRequest) -> Cart:
    """The cart of this browser, without what has left the market since."""
    held: list[str] = request.session.get(CART, [])
    return reads.cart_of(request.seat.buyer, held) if held else Cart([])


def _way_back(request: PageRequest) -> str:
    """Where the search stood, when it was ours."""
    given = request.POST.get("back", "")
    fits = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if fits else reverse("buyer:number_market")
