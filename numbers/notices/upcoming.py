"""Notices before a number renews, or ends: some days ahead, once for each of these days and each period."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from numbers import locks
from numbers.models import Subscription
from numbers.notices.states import tell

AT_ONCE = 2_000


def notify_upcoming(*, now: datetime, at_most: int = 100_000) -> int:
    """Tell buyers of every renewal that comes up. Returns of how many numbers; two of these at once tell once."""
    told = 0
    for days in sorted(settings.NUMBER_NOTICE_DAYS):  # who hears of it late hears only the nearest notice
        while told < at_most and (count := _notify(days, now)):
            told += count
    return told


@transaction.atomic
def _notify(days: int, now: datetime) -> int:
    untold = Q(told_days__isnull=True) | Q(told_days__gt=days)
    due = Q(state=Subscription.State.ACTIVE, period_end__gt=now, period_end__lte=now + timedelta(days=days))
    subscriptions = locks.claim_subscriptions(due & untold, order=("buyer_id", "id"), limit=AT_ONCE)
    Subscription.objects.filter(pk__in=[one.pk for one in subscriptions]).update(told_days=days)
    span = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    tell("renewals", subscriptions, now=now, span=span)
    return len(subscriptions)
