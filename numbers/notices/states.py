"""Mail about numbers that changed their state: one letter a buyer, however many numbers there are."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from numbers.models import Subscription
from tcxc import mail
from tcxc.roles import Permission

SHOWN = 50


def tell(what: str, subscriptions: Iterable[Subscription], *, now: datetime, **facts: Any) -> int:
    """Owe each buyer one letter about these of its numbers, in the transaction that changed them.

    `what` is one of renewals, grace, restored, suspended, released; `now` keeps the letters of two runs apart. The
    subscriptions come with number, account and the buyer's company. Returns how many letters are owed.
    """
    by_buyer: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in subscriptions:
        by_buyer[subscription.buyer_id].append(subscription)
    for buyer_id, its in by_buyer.items():
        context = {"what": what, "company": its[0].buyer.company, "fees": _fees(its), **_listed(its), **facts}
        first = min(one.pk for one in its)  # of two batches of one run
        to = mail.members_to_tell(its[0].buyer.company, Permission.MANAGE_MONEY)
        mail.owe(mail.write("numbers", context), key=f"numbers:{what}:{buyer_id}:{first}:{now.isoformat()}", to=to)
    return len(by_buyer)


def _listed(its: list[Subscription]) -> dict[str, Any]:
    shown = sorted(its, key=lambda one: (one.period_end, one.number.number))[:SHOWN]
    return {"shown": shown, "count": len(its), "more": len(its) - len(shown)}


def _fees(its: list[Subscription]) -> list[tuple[str, Decimal]]:
    """What the next month of these costs in all, by currency; those that won't be renewed cost nothing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for subscription in its:
        if subscription.auto_renew:
            sums[subscription.currency] += subscription.monthly_fee
    return sorted(sums.items())
