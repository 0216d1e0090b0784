"""Accounts blocked, so that nothing more goes, and unblocked."""

from django.db import transaction

from buyers.locks import lock_account
from buyers.models import Account
from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed
from tcxc.queries.people import is_operator


@transaction.atomic
def block_account(*, account: Account, reason: str, by: Actor) -> Account:
    """Let no new traffic go. An operator's block replaces a buyer's, not the reverse.

    Raises `Invalid` without a reason of at most 255 characters.
    """
    held, operator = lock_account(account.pk), is_operator(by)
    if not 0 < len(reason.strip()) <= 255:
        raise Invalid("Say why.", errors={"reason": ["From 1 to 255 characters."]})
    if held.status == Account.Status.BLOCKED and held.blocked_by_operator and not operator:
        return held
    return _write(held, Account.Status.BLOCKED, reason.strip(), operator, by)


@transaction.atomic
def unblock_account(*, account: Account, by: Actor, reason: str = "") -> Account:
    """Let traffic go again; an account that is not blocked stays as it is. `NotAllowed`: an operator's block."""
    held = lock_account(account.pk)
    if held.status == Account.Status.ACTIVE:
        return held
    if held.blocked_by_operator and not is_operator(by):
        raise NotAllowed("An operator has blocked this account, and only an operator can lift that.")
    return _write(held, Account.Status.ACTIVE, reason.strip()[:255], False, by)


def _write(account: Account, status: Account.Status, reason: str, by_operator: bool, by: Actor) -> Account:
    before = _facts(account)
    account.status = status
    account.block_reason = reason if status == Account.Status.BLOCKED else ""
    account.blocked_by_operator = by_operator
    after = _facts(account)
    if after != before:
        account.save(update_fields=["status", "block_reason", "blocked_by_operator"])
        action = "account.block" if status == Account.Status.BLOCKED else "account.unblock"
        audit.record(action, account, by=by, company=account.buyer.company, before=before, after=after, reason=reason)
    return account


def _facts(account: Account) -> dict[str, object]:
    return {name: getattr(account, name) for name in ("status", "block_reason", "blocked_by_operator")}
