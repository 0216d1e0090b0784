"""Mail about numbers that changed their state: one letter a buyer, however many numbers there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from numbers.models import Subscription
from numbers.queries.renewals import next_fees
from tcxc import mail
from tcxc.roles import Permission

SHOWN = 50


def tell(what: str, subscriptions: Iterable[Subscription], *, now: datetime, **facts: Any) -> int:
    """Owe each buyer one letter about these of its numbers, in the transaction that changed them.

    `what` is one of renewals, grace, restored, suspended, released; `now` keeps the letters of two runs apart.
    However many buyers there are, as many statements are sent. Returns how many letters are owed.
    """
    told = list(subscriptions)
    prefetch_related_objects(told, "account", "buyer__company")
    by_buyer: dict[int, list[Subscription]] = defaultdict(list)
    for subscription in told:
        by_buyer[subscription.buyer_id].append(subscription)
    next_of = next_fees(one.pk for one in told)
    people = mail.members_of_each(by_buyer, Permission.MANAGE_MONEY)
    letters = []
    for buyer_id, its in by_buyer.items():
        sums = {"fees": _fees(its, next_of), **_listed(its, next_of)}
        context = {"what": what, "company": its[0].buyer.company, **sums, **facts}
        first = min(one.pk for one in its)  # of two batches of one run
        key = f"numbers:{what}:{buyer_id}:{first}:{now.isoformat()}"
        letters.append((mail.write("numbers", context), key, people[buyer_id]))
    mail.owe_all(letters)
    return len(by_buyer)


def _listed(its: list[Subscription], next_of: Mapping[int, Decimal]) -> dict[str, Any]:
    shown = sorted(its, key=lambda one: (one.period_end, one.number.number))[:SHOWN]
    return {"shown": [(one, next_of[one.pk]) for one in shown], "count": len(its), "more": len(its) - len(shown)}


def _fees(its: list[Subscription], next_of: Mapping[int, Decimal]) -> list[tuple[str, Decimal]]:
    """What the next month of these costs in all, by currency; those that won't be renewed cost nothing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for subscription in its:
        if subscription.auto_renew:
            sums[subscription.currency] += next_of[subscription.pk]
    return sorted(sums.items())
