"""Collects the months of numbers from wallets. The database says what is due; each month is collected once.

A batch is one transaction: it claims subscriptions that nobody else holds, locks their wallets, moves the money and
the periods, or moves nothing. Whoever dies in between leaves everything due as it was.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from buyers.models import Account
from numbers import events, locks, months
from numbers.models import Collection, NumberEvent, PriceChange, Subscription
from numbers.models.prices import PRICES
from numbers.notices.states import tell
from numbers.operations.charging import Fee, Till
from numbers.queries.renewals import NEXT_FEE
from tcxc.actors import Actor
from tcxc.bulk import array
from tcxc.errors import InsufficientBalance

AT_ONCE = 500
State, Kind = Subscription.State, NumberEvent.Kind
OVERDUE = (State.GRACE, State.SUSPENDED)
_WALLET = "account__wallet"
_CAN_PAY = Q(**{f"{_WALLET}__balance__gte": NEXT_FEE + F(f"{_WALLET}__held") - F(f"{_WALLET}__credit_limit")})
_RENEW = """
UPDATE numbers_subscription s SET period = t.period, period_start = t.period_start, period_end = t.period_end,
  state_since = CASE WHEN s.state = 'active' THEN s.state_since ELSE %s END,
  state = 'active', told_days = NULL, grace_until = NULL, suspended_until = NULL
FROM unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::timestamptz[]) t(id, period, period_start, period_end)
WHERE s.id = t.id
"""


def collect_due(*, now: datetime, at_most: int = 1_000_000) -> int:
    """Collect every month that is due from the wallets that can pay it, and start the grace of the numbers of the rest.

    Numbers in grace or suspended are saved as soon as their wallet has the money. Returns how many months were
    collected. Any number of these may run at once.
    """
    collected = tried = 0
    due = Q(state=State.ACTIVE, auto_renew=True, period_end__lte=now)
    while tried < at_most and (batch := _collect(due, now, ("period_end", "id"))).tried:
        tried, collected = tried + batch.tried, collected + len(batch.renewed)
    last = 0
    saved = Q(state__in=OVERDUE, auto_renew=True) & _CAN_PAY
    while tried < at_most and (batch := _collect(saved & Q(pk__gt=last), now, ("id",))).tried:
        tried, collected, last = tried + batch.tried, collected + len(batch.renewed), batch.last
    return collected


@dataclass(slots=True)
class _Batch:
    """What one transaction did: how many it tried, the last of them, and what became of each."""

    tried: int = 0
    last: int = 0
    renewed: list[Subscription] = field(default_factory=list)
    restored: list[Subscription] = field(default_factory=list)
    unpaid: list[Fee] = field(default_factory=list)
    applied: list[PriceChange] = field(default_factory=list)


@transaction.atomic
def _collect(which: Q, now: datetime, order: Sequence[str]) -> _Batch:
    claimed = locks.claim_subscriptions(which, order=order, limit=AT_ONCE)
    batch = _Batch(len(claimed), max((one.pk for one in claimed), default=0))
    if not claimed:
        return batch
    till = Till.over(_wallets(claimed).values(), claimed, now=now, by=Actor.system())
    wallets = _wallets(claimed)  # as they are under the locks
    changes = _price_changes(claimed)
    for subscription in claimed:
        wallet_id = wallets[subscription.account_id]
        if till.has(wallet_id):  # else it moved to another wallet meanwhile, and is still due
            _renew(batch, till, wallet_id, subscription, changes[subscription.pk])
    _write(batch, till, now)
    return batch


def _wallets(subscriptions: Sequence[Subscription]) -> dict[int, int]:
    """The wallet that each account of these spends."""
    accounts = Account.objects.filter(pk__in={one.account_id for one in subscriptions})
    return dict(accounts.values_list("pk", "wallet_id"))


def _renew(batch: _Batch, till: Till, wallet_id: int, subscription: Subscription, changes: list[PriceChange]) -> None:
    """Collect the month after the one that is over, at the prices that apply to it."""
    before = _facts(subscription)
    applied = [change for change in changes if change.effective_from <= subscription.period_end]
    subscription.period += 1
    subscription.period_start = subscription.period_end
    subscription.period_end = months.boundary(subscription.first_day, subscription.period, subscription.time_zone)
    if applied:
        _set(subscription, {name: getattr(applied[-1], name) for name in PRICES})
    fee = Fee(subscription, Collection.Kind.MONTH, subscription.monthly_fee)
    try:
        till.collect(wallet_id, [fee])
    except InsufficientBalance:
        _set(subscription, before)
        batch.unpaid.append(fee)
        return
    batch.renewed.append(subscription)
    batch.applied += applied
    if subscription.state in OVERDUE:
        batch.restored.append(subscription)


def _facts(subscription: Subscription) -> dict[str, object]:
    return {name: getattr(subscription, name) for name in ("period", "period_start", "period_end", *PRICES)}


def _set(subscription: Subscription, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(subscription, name, value)


def _price_changes(subscriptions: Sequence[Subscription]) -> dict[int, list[PriceChange]]:
    """The changes that were told and don't apply yet, by subscription, in the order in which they were told."""
    found: dict[int, list[PriceChange]] = defaultdict(list)
    pending = PriceChange.objects.filter(subscription__in=[one.pk for one in subscriptions], applied_at__isnull=True)
    for change in pending.order_by("id"):
        found[change.subscription_id].append(change)
    return found


def _write(batch: _Batch, till: Till, now: datetime) -> None:
    by = Actor.system()
    if batch.renewed:
        rows = [(one.pk, one.period, one.period_start, one.period_end) for one in batch.renewed]
        with connection.cursor() as cursor:
            cursor.execute(_RENEW, [now, *(array(column) for column in zip(*rows, strict=True))])
    changed = {change.subscription_id for change in batch.applied}
    if changed:
        Subscription.objects.bulk_update([one for one in batch.renewed if one.pk in changed], PRICES)
        PriceChange.objects.filter(pk__in=[change.pk for change in batch.applied]).update(applied_at=now)
    told = [(Kind.PRICE_CHANGED, one) for one in batch.renewed if one.pk in changed]
    told += [(Kind.RESTORED, one) for one in batch.restored]
    events.write(events.of_subscription(one, kind, by=by, now=now) for kind, one in told)
    till.write()
    tell("restored", batch.restored, now=now)
    _begin_grace([fee for fee in batch.unpaid if fee.subscription.state == State.ACTIVE], now)


def _begin_grace(unpaid: list[Fee], now: datetime) -> None:
    """Let numbers that could not be paid work on for a while, and tell their buyers."""
    if not unpaid:
        return
    until = now + timedelta(days=settings.NUMBER_GRACE_DAYS)
    subscriptions = [fee.subscription for fee in unpaid]
    Subscription.objects.filter(pk__in=[one.pk for one in subscriptions]).update(
        state=State.GRACE, state_since=now, grace_until=until
    )
    events.write(
        events.of_subscription(fee.subscription, Kind.COLLECTION_FAILED, by=Actor.system(), now=now, amount=fee.amount)
        for fee in unpaid
    )
    tell("grace", subscriptions, now=now, until=until)
