"""Notices of money that runs low: once each time that an account falls below its threshold."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from buyers.models import Account, LowBalance
from tcxc import mail
from tcxc.roles import Permission

QUIET = timedelta(hours=1)  # holds come and go: an account that crosses its threshold with every call is told of once
IS_LOW = Q(low_balance_threshold__gt=F("wallet__balance") + F("wallet__credit_limit") - F("wallet__held"))
AT_ONCE = 500


def watch_balances(*, now: datetime) -> int:
    """Owe a mail for every account that has fallen below its threshold, and forget those that rose again.

    Returns how many mails are owed. Two of these at once owe each mail once.
    """
    _rearm()
    told = 0
    for account in _to_tell(now)[:AT_ONCE]:
        told += _tell(account, now)
    return told


def _rearm() -> None:
    low = Account.objects.filter(IS_LOW)
    LowBalance.objects.filter(is_low=True).exclude(account__in=low.values("pk")).update(is_low=False)


def _to_tell(now: datetime) -> QuerySet[Account]:
    due = Q(low_balance__isnull=True) | Q(low_balance__is_low=False, low_balance__told_at__lte=now - QUIET)
    return Account.objects.filter(IS_LOW, due).select_related("wallet", "buyer__company").order_by("pk")


@transaction.atomic
def _tell(account: Account, now: datetime) -> bool:
    """Owe the mail. Returns whether it was us who did."""
    state, is_new = LowBalance.objects.select_for_update().get_or_create(
        account=account, defaults={"is_low": True, "told_at": now}
    )
    if not is_new:
        if state.is_low or state.told_at > now - QUIET:
            return False
        state.is_low, state.told_at = True, now
        state.save(update_fields=["is_low", "told_at"])
    letter = mail.write("low_balance", {"account": account, "wallet": account.wallet})
    to = mail.members_to_tell(account.buyer.company, Permission.MANAGE_MONEY)
    mail.owe(letter, key=f"low_balance:{account.pk}:{now.isoformat()}", to=to)
    return True
