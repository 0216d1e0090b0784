"""Accounts: made and changed, with their limits, destinations, wallet and routing policy."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from billing.operations import set_credit_limit
from buyers import destinations
from buyers.locks import lock_account, lock_account_and_wallets, lock_buyer
from buyers.models import Account, Buyer, DestinationRule, RoutingPolicy
from buyers.operations.wallets import new_wallet, other_wallet
from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed, Refused
from tcxc.money import AMOUNT_STEP
from tcxc.queries.people import is_operator

COUNTS = ("concurrent_call_limit", "calls_per_second", "smpp_messages_per_second", "slice_seconds")
AMOUNTS = ("spend_limit_daily", "topup_limit_monthly", "low_balance_threshold")
COLUMNS = ("name", *COUNTS, *AMOUNTS, "voice_policy", "sms_policy")
CHOICES = {
    "wallet": Account.WalletMode.values,
    "voice_policy": RoutingPolicy.values,
    "sms_policy": RoutingPolicy.values,
}
LISTS = {
    "allowed_destinations": DestinationRule.Verdict.ALLOW,
    "denied_destinations": DestinationRule.Verdict.DENY,
}
FIELDS = frozenset({*COLUMNS, *LISTS, "wallet", "credit_limit"})
LARGEST_COUNT = 2**31 - 1
LONGEST_SLICE = 24 * 60 * 60


@transaction.atomic
def create_account(*, buyer: Buyer, name: str, by: Actor, wallet: str = "own", **details: Any) -> Account:
    """Open an account with a wallet of its own, or on the buyer's shared one. `details` are any of `FIELDS`.

    Raises `Invalid` by field, `Refused` (`name_taken`), `NotAllowed` for a credit limit that no operator gives.
    """
    values = _checked({"name": name, "wallet": wallet, **details}, by)
    held = lock_buyer(buyer.pk)
    account = Account(buyer=held, wallet_mode=wallet, **{field: values[field] for field in COLUMNS if field in values})
    account.wallet = new_wallet(held, wallet)
    account.own_wallet = None if account.wallet.is_shared else account.wallet
    _save(account)
    _replace_destinations(account, values)
    if "credit_limit" in values:
        _set_credit_limit(account, values["credit_limit"], by)
    audit.record("account.create", account, by=by, company=held.company, after=_facts(account))
    return account


@transaction.atomic
def update_account(*, account: Account, changes: Mapping[str, Any], by: Actor) -> Account:
    """Change some `FIELDS` of an account; a list of destinations is replaced as a whole.

    Another `wallet` is taken up only without live holds; the money of an own wallet stays in it, and is there again
    when the account comes back. Raises as `create_account` does, and `Refused` (`live_holds`).
    """
    values = _checked(changes, by)
    touches_money = not {"wallet", "credit_limit"}.isdisjoint(values)
    held = lock_account_and_wallets(account) if touches_money else lock_account(account.pk)
    before = _facts(held)
    for field in COLUMNS:
        if field in values:
            setattr(held, field, values[field])
    if values.get("wallet", held.wallet_mode) != held.wallet_mode:
        other_wallet(held)
    if "credit_limit" in values:
        _set_credit_limit(held, values["credit_limit"], by)
    _replace_destinations(held, values)
    _save(held)
    _record_change(held, before, by)
    return held


def _record_change(account: Account, before: Mapping[str, Any], by: Actor) -> None:
    after = _facts(account)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        audit.record(
            "account.update",
            account,
            by=by,
            company=account.buyer.company,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def _set_credit_limit(account: Account, limit: Decimal, by: Actor) -> None:
    account.wallet = set_credit_limit(
        wallet_id=account.wallet_id, credit_limit=limit, by=by, reason=f"for account {account.pk}"
    )


def _save(account: Account) -> None:
    try:
        with transaction.atomic():
            account.save(
                update_fields=None if account.pk is None else [*COLUMNS, "wallet", "own_wallet", "wallet_mode"]
            )
    except IntegrityError as exc:
        if "account_name_once_per_buyer" not in str(exc):
            raise
        sentence = "You have an account of this name already."
        raise Refused(sentence, errors={"name": [sentence]}, type_="name_taken") from exc


def _replace_destinations(account: Account, values: Mapping[str, Any]) -> None:
    """Put whole lists in the place of the old ones."""
    given = {field: verdict for field, verdict in LISTS.items() if field in values}
    if not given:
        return
    rules: list[DestinationRule] = []
    faults: destinations.Faults = {}
    for field, verdict in given.items():
        found, wrong = destinations.read_rules(account, verdict, values[field], field)
        rules += found
        faults |= wrong
    if faults:
        raise Invalid("The destinations are not right.", errors=faults)
    account.destination_rules.filter(verdict__in=given.values()).delete()
    DestinationRule.objects.bulk_create(rules)


def _facts(account: Account) -> dict[str, Any]:
    """What the audit trail says of an account."""
    rules = list(account.destination_rules.order_by("id"))
    lists = {
        field: [destinations.as_written(rule) for rule in rules if rule.verdict == verdict]
        for field, verdict in LISTS.items()
    }
    return {name: getattr(account, name) for name in COLUMNS} | {"wallet": account.wallet_id} | lists


def _checked(values: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    """The values with the name trimmed, or `Invalid` with the sentences for each that is wrong."""
    if "credit_limit" in values and not is_operator(by):
        sentence = "Only an operator sets the credit limit."
        raise NotAllowed(sentence, errors={"credit_limit": [sentence]})
    plain = {field: value.strip() if isinstance(value, str) else value for field, value in values.items()}
    faults = {field: [fault] for field, value in plain.items() if (fault := _fault(field, value))}
    if faults:
        raise Invalid("The account's details are not right.", errors=faults)
    return plain


def _fault(field: str, value: Any) -> str:
    if field not in FIELDS:
        return "There is no such field."
    if field == "name":
        return "" if 0 < len(value) <= 120 else "From 1 to 120 characters."
    if field in CHOICES:
        return "" if value in CHOICES[field] else f"One of {', '.join(CHOICES[field])}."
    if field in COUNTS:
        return _count_fault(field, value)
    if field in AMOUNTS:
        return _amount_fault(value)
    return ""


def _count_fault(field: str, value: int | None) -> str:
    if value is None:
        return "Give the seconds of a slice." if field == "slice_seconds" else ""
    least = 0 if field == "concurrent_call_limit" else 1
    most = LONGEST_SLICE if field == "slice_seconds" else LARGEST_COUNT
    return "" if least <= value <= most else f"A whole number from {least} to {most}."


def _amount_fault(value: Decimal | None) -> str:
    if value is None:
        return ""
    good = value.is_finite() and 0 <= value < 10**14 and value == value.quantize(AMOUNT_STEP)
    return "" if good else "An amount of zero or more, with at most six decimals."
