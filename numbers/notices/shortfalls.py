"""Notices of money that will not do for the renewals to come: once each time that a wallet falls short of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min, Q, Sum

from billing.models import Wallet
from numbers.models import Shortfall, Subscription
from numbers.models.subscriptions import OPEN
from numbers.queries.renewals import NEXT_FEE
from tcxc import mail
from tcxc.roles import Permission

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Short:
    """What the renewals of the days to come ask of a wallet, and the first of them."""

    wallet_id: int
    needed: Decimal
    first: datetime


def watch_renewals(*, now: datetime) -> int:
    """Owe a mail for every wallet that won't pay the renewals of the coming days, and forget those that will again.

    Returns how many mails are owed. Two of these at once owe each mail once.
    """
    found = {short.wallet_id: short for short in _short(now)}
    Shortfall.objects.filter(is_short=True).exclude(wallet__in=found).update(is_short=False)
    known = Shortfall.objects.filter(is_short=True, wallet__in=found).values_list("wallet_id", flat=True)
    untold = sorted(found.keys() - set(known))[:AT_ONCE]
    return sum(_tell(found[wallet_id], now) for wallet_id in untold)


def _short(now: datetime) -> list[Short]:
    ahead = now + timedelta(days=max(settings.NUMBER_NOTICE_DAYS, default=0))
    wallet = "account__wallet"
    available = F(f"{wallet}__balance") + F(f"{wallet}__credit_limit") - F(f"{wallet}__held")
    due = Subscription.objects.filter(OPEN, Q(auto_renew=True, period_end__lte=ahead))
    sums = due.values(wallet).annotate(needed=Sum(NEXT_FEE), first=Min("period_end"), has=available)
    short = sums.filter(needed__gt=F("has")).order_by().values_list(wallet, "needed", "first")
    return [Short(*row) for row in short]


@transaction.atomic
def _tell(short: Short, now: datetime) -> bool:
    """Owe the mail. Returns whether it was us who did."""
    state, is_new = Shortfall.objects.select_for_update().get_or_create(
        wallet_id=short.wallet_id, defaults={"is_short": True, "told_at": now}
    )
    if not is_new:
        if state.is_short:
            return False
        state.is_short, state.told_at = True, now
        state.save(update_fields=["is_short", "told_at"])
    wallet = Wallet.objects.select_related("company").get(pk=short.wallet_id)
    facts = {"wallet": wallet, "short": short, "missing": short.needed - wallet.available}
    names = wallet.accounts.order_by("name").values_list("name", flat=True)
    letter = mail.write("numbers_shortfall", {**facts, "names": ", ".join(names[:5])})
    to = mail.members_to_tell(wallet.company, Permission.MANAGE_MONEY)
    mail.owe(letter, key=f"numbers_shortfall:{wallet.pk}:{now.isoformat()}", to=to)
    return True
