"""Accounts: listed, shown with everything about one, made, changed, blocked and unblocked."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.models import Account
from buyers.operations import block_account, create_account, unblock_account, update_account
from buyers.portal import reads
from buyers.portal.forms import AccountFilter, AccountForm, facts_of
from buyers.portal.standing import limits_of
from buyers.portal.views import buyer_page
from tcxc.clock import utc_now
from tcxc.money import ZERO
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import ReasonForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_RECORDED_AT, Order, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

LAST_CALLS = 5
BY_NUMBER = Order(("pk",), newest_first=False)  # the shared wallet is often the first


@require_GET
@buyer_page()
def accounts(request: PageRequest) -> HttpResponse:
    """The buyer's accounts, the newest first, each with what it has and what it may."""
    if request.GET.get("view") == "tree":
        return _tree(request)
    buyer = request.seat.buyer
    form = AccountFilter(request.GET)
    page = table_page(reads.accounts_of(buyer).filter(**form.lookups()), request)
    live = reads.live_by_account(page.rows)
    spent = reads.spend_today(buyer, page.rows, at=utc_now())
    rows = [(account, live.get(account.pk, 0), spent.get(account.pk, ZERO)) for account in page.rows]
    return render(request, "portal/accounts.html", {"page": page, "rows": rows, "form": form})


def _tree(request: PageRequest) -> HttpResponse:
    """The buyer's wallets, each with the accounts that spend it."""
    buyer = request.seat.buyer
    page = table_page(reads.spent_wallets_of(buyer), request, BY_NUMBER)
    spenders = reads.spenders_of(page.rows)
    everybody = [account for accounts in spenders.values() for account in accounts]
    live, spent = reads.live_by_account(everybody), reads.spend_today(buyer, everybody, at=utc_now())
    rows = {account.pk: (account, live.get(account.pk, 0), spent.get(account.pk, ZERO)) for account in everybody}
    tree = [(wallet, [rows[account.pk] for account in spenders[wallet.pk]]) for wallet in page.rows]
    context = {"page": page, "tree": tree, "most": reads.MOST_IN_TREE}
    return render(request, "portal/account_tree.html", context)


@require_GET
@buyer_page()
def account(request: PageRequest, pk: int) -> HttpResponse:
    """Everything about one account."""
    found = reads.account_of(request.seat.buyer, pk)
    calls = BY_RECORDED_AT.sorted(reads.calls_of(request.seat.buyer).filter(account_id=pk), backwards=False)
    now = utc_now()
    spent = reads.spend_today(request.seat.buyer, [found], at=now).get(pk, ZERO)
    context = {
        "account": found,
        "is_low": reads.is_low(found),
        "limits": limits_of(found, spent=spent, now=now),
        "rules": list(found.destination_rules.order_by("verdict", "pk")),
        "links": reads.links_of(found),
        "interconnects": reads.interconnects_of(found),
        "calls": list(calls[:LAST_CALLS]),
    }
    return render(request, "portal/account.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def make(request: PageRequest) -> HttpResponse:
    """A new account."""
    first = {"wallet": Account.WalletMode.OWN, "slice_seconds": 120}
    form = AccountForm(posted(request), initial=first)
    question = Question(
        _("New account"),
        _("Make the account"),
        reverse("buyer:accounts"),
        _("Accounts"),
        says=_("What a Restcomm sub-account is linked to: a balance and limits."),
        template="portal/account_form.html",
    )

    def do(given: dict[str, Any]) -> str:
        made = create_account(buyer=request.seat.buyer, by=actor_of(request), **given)
        return _("%(name)s is made.") % {"name": made.name}

    return ask(request, question, form, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Another name, balance, limits, destinations or routing for an account."""
    found = reads.account_of(request.seat.buyer, pk)
    form = AccountForm(posted(request), initial=facts_of(found))
    question = Question(
        _("Change %(name)s") % {"name": found.name},
        _("Save"),
        reverse("buyer:account", args=[pk]),
        found.name,
        template="portal/account_form.html",
    )

    def do(given: dict[str, Any]) -> str:
        changes = {name: given[name] for name in form.changed_data}
        update_account(account=found, changes=changes, by=actor_of(request))
        return _("Saved. Calls under way keep what they were granted.")

    return ask(request, question, form, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def block(request: PageRequest, pk: int) -> HttpResponse:
    """Stop an account's traffic, with a reason."""
    found = reads.account_of(request.seat.buyer, pk)
    question = Question(
        _("Block %(name)s") % {"name": found.name},
        _("Block"),
        reverse("buyer:account", args=[pk]),
        found.name,
        says=_("New calls and messages are refused at once. Calls under way run to the end of what was granted."),
        is_grave=True,
    )

    def do(given: dict[str, Any]) -> str:
        block_account(account=found, reason=given["reason"], by=actor_of(request))
        return _("%(name)s is blocked.") % {"name": found.name}

    return ask(request, question, ReasonForm(posted(request)), do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def unblock(request: PageRequest, pk: int) -> HttpResponse:
    """Let an account's traffic go again, with a reason."""
    found = reads.account_of(request.seat.buyer, pk)
    question = Question(
        _("Unblock %(name)s") % {"name": found.name},
        _("Unblock"),
        reverse("buyer:account", args=[pk]),
        found.name,
        says=_("Its calls and messages are let through again, within its limits."),
    )

    def do(given: dict[str, Any]) -> str:
        unblock_account(account=found, reason=given["reason"], by=actor_of(request))
        return _("%(name)s is unblocked.") % {"name": found.name}

    return ask(request, question, ReasonForm(posted(request)), do)
