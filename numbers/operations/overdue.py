"""What follows when a month is not paid, or not wanted: suspension, release, and the end of quarantines."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from numbers import events, locks
from numbers.models import Number, NumberEvent, Subscription
from numbers.notices.states import tell
from numbers.operations.subscriptions import release
from tcxc.actors import Actor

AT_ONCE = 500
RELEASED_AT_ONCE = 100
NOT_PAID = "not paid"
NOT_RENEWED = "renewal was off"
State, Kind = Subscription.State, NumberEvent.Kind


def walk_overdue(*, now: datetime, at_most: int = 100_000) -> int:
    """Take each number that is over a time limit one step on. Returns how many; collect what can be paid before it.

    Grace becomes suspension, suspension release, a period without renewal release, a quarantine ends on the market.
    """
    not_wanted = Q(auto_renew=False, period_end__lte=now) & ~Q(state=State.RELEASED)
    not_paid = Q(state=State.SUSPENDED, suspended_until__lte=now)
    steps: list[Callable[[], int]] = [
        partial(_release, not_wanted, NOT_RENEWED, now),
        partial(_release, not_paid, NOT_PAID, now),
        partial(_suspend, now),
        partial(_end_quarantines, now),
    ]
    walked = 0
    for step in steps:
        while walked < at_most and (count := step()):
            walked += count
    return walked


@transaction.atomic
def _suspend(now: datetime) -> int:
    """Refuse the traffic of numbers whose grace is over, and tell their buyers."""
    claimed = locks.claim_subscriptions(Q(state=State.GRACE, grace_until__lte=now), order=("id",), limit=AT_ONCE)
    until = now + timedelta(days=settings.NUMBER_SUSPENSION_DAYS)
    Subscription.objects.filter(pk__in=[one.pk for one in claimed]).update(
        state=State.SUSPENDED, state_since=now, suspended_until=until
    )
    events.write(events.of_subscription(one, Kind.SUSPENDED, by=Actor.system(), now=now) for one in claimed)
    tell("suspended", claimed, now=now, until=until)
    return len(claimed)


@transaction.atomic
def _release(which: Q, reason: str, now: datetime) -> int:
    """Release numbers: as in every release, the locks of the numbers come first."""
    found = Subscription.objects.filter(which).order_by("id").values_list("number_id", flat=True)[:RELEASED_AT_ONCE]
    numbers = locks.lock_numbers_by_id(found)
    claimed = locks.claim_subscriptions(which & Q(number__in=numbers), order=("id",), limit=RELEASED_AT_ONCE)
    for subscription in claimed:  # rare enough to go one by one, each with its audit row
        release(subscription=subscription, by=Actor.system(), reason=reason, now=now)
    tell("released", claimed, now=now, reason=reason)
    return len(claimed)


@transaction.atomic
def _end_quarantines(now: datetime) -> int:
    """Put numbers whose quarantine is over back on the market, unless they are blocked."""
    over = Number.objects.filter(state=Number.State.QUARANTINED, quarantined_until__lte=now).order_by("pk")
    claimed = list(over.select_for_update(skip_locked=True, of=("self",), no_key=True)[:AT_ONCE])
    for state, kind, is_blocked in (
        (Number.State.FOR_SALE, Kind.FOR_SALE, False),
        (Number.State.BLOCKED, Kind.BLOCKED, True),
    ):
        these = [number for number in claimed if number.is_blocked == is_blocked]
        Number.objects.filter(pk__in=[number.pk for number in these]).update(
            state=state, state_since=now, quarantined_until=None
        )
        events.write(events.of_number(number, kind, by=Actor.system(), now=now) for number in these)
    return len(claimed)
