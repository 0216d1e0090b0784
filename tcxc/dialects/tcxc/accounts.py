"""A buyer's accounts: the paths are ours, in the dialect's style; the price list beside them is the dialect's own."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from buyers.models import Account
from buyers.operations import block_account, create_account, unblock_account, update_account
from buyers.operations.accounts import LARGEST_COUNT
from buyers.queries.accounts import accounts_seen_by
from tcxc.dialects.tcxc.endpoint import Answer, Call, endpoint
from tcxc.dialects.tcxc.market import account_of, price_list
from tcxc.dialects.tcxc.parameters import Amount, Id, Paged, Parameters, Text, page
from tcxc.dialects.tcxc.writing import amount, amount_or_none, text
from tcxc.models import Holder
from tcxc.money import ZERO

LIMITS = {
    "capacity": "concurrent_call_limit",
    "cps": "calls_per_second",
    "smpp_limit": "smpp_messages_per_second",
    "spend_limit": "spend_limit_daily",
    "low_balance": "low_balance_threshold",
}


class Limit(serializers.IntegerField):
    """A whole number above zero."""

    def __init__(self) -> None:
        super().__init__(min_value=1, max_value=LARGEST_COUNT, required=False)


class Details(Parameters):
    """What can be set of an account. What is left out stays as it is."""

    balance = serializers.ChoiceField(choices=Account.WalletMode.values, required=False)
    capacity = Limit()
    cps = Limit()
    smpp_limit = Limit()
    spend_limit = Amount(minimum=ZERO)
    low_balance = Amount(minimum=ZERO)


class NewAccount(Details):
    """A new account."""

    name = Text(required=True)


class ChangedAccount(Details):
    """An account, and what becomes of it."""

    i_account = Id()
    name = Text()


class OneAccount(Parameters):
    """Which account."""

    i_account = Id()


class BlockedAccount(OneAccount):
    """Which account, and whether it is to be blocked or let go again."""

    blocked = serializers.ChoiceField(choices=["0", "1"], default="1")
    reason = Text(max_length=255)


@endpoint(Holder.BUYER)
def accounts(call: Call) -> Mapping[str, Any]:
    """The buyer's accounts with their balances."""
    return _list(call)


@endpoint(Holder.BUYER)
def balance(call: Call) -> Mapping[str, Any]:
    """The balance of one account."""
    account = account_of(call, call.read(OneAccount)["i_account"])
    return {"i_account": text(account.pk), **_money(account)}


@endpoint(Holder.BUYER)
def create(call: Call) -> Mapping[str, Any]:
    """Open an account."""
    given = dict(call.read(NewAccount))
    account = create_account(buyer=call.buyer(), name=given.pop("name"), by=call.by, **_details(given))
    return {"message": "Account has been added.", "i_account": text(account.pk), "account": account_row(account)}


@endpoint(Holder.BUYER)
def update(call: Call) -> Mapping[str, Any]:
    """Change an account."""
    given = dict(call.read(ChangedAccount))
    account = account_of(call, given.pop("i_account"))
    changed = update_account(account=account, changes=_details(given), by=call.by)
    return {"message": "Account has been updated.", "i_account": text(changed.pk), "account": account_row(changed)}


@endpoint(Holder.BUYER)
def block(call: Call) -> Mapping[str, Any]:
    """Block an account, or with `blocked=0` let it go again."""
    given = call.read(BlockedAccount)
    account = account_of(call, given["i_account"])
    if given["blocked"] == "1":
        reason = given.get("reason", "Blocked over the API.")
        changed = block_account(account=account, reason=reason, by=call.by)
    else:
        changed = unblock_account(account=account, reason=given.get("reason", ""), by=call.by)
    return {"message": f"Account is {changed.status}.", "i_account": text(changed.pk), "blocked": _blocked(changed)}


@endpoint(Holder.BUYER, controller="accounts")
def accounts_or_price_list(call: Call) -> Answer:
    """The legacy address of both: with `download` a route's price list as CSV, without it the accounts."""
    return price_list(call) if "download" in call.request.GET or "download" in call.request.POST else _list(call)


def account_row(account: Account) -> dict[str, Any]:
    """An account, in the dialect's words."""
    return {
        "i_account": text(account.pk),
        "i_customer": text(account.buyer_id),
        "name": account.name,
        "blocked": _blocked(account),
        "block_reason": account.block_reason or None,
        "balance_type": account.wallet_mode,
        **_money(account),
        "capacity": text(account.concurrent_call_limit),
        "cps": text(account.calls_per_second),
        "smpp_limit": text(account.smpp_messages_per_second),
        "spend_limit": amount_or_none(account.spend_limit_daily),
        "low_balance": amount_or_none(account.low_balance_threshold),
    }


def _list(call: Call) -> Mapping[str, Any]:
    rows = page(accounts_seen_by(call.buyer().pk).order_by("id"), call.read(Paged))
    return {"accounts": [account_row(account) for account in rows]}


def _money(account: Account) -> dict[str, str]:
    wallet = account.wallet
    return {
        "balance": amount(wallet.balance),
        "available": amount(wallet.available),
        "credit_limit": amount(wallet.credit_limit),
        "currency": wallet.currency,
    }


def _blocked(account: Account) -> str:
    return str(int(account.status == Account.Status.BLOCKED))


def _details(given: Mapping[str, Any]) -> dict[str, Any]:
    """The details by our names."""
    return {{"balance": "wallet"}.get(name, LIMITS.get(name, name)): value for name, value in given.items()}
