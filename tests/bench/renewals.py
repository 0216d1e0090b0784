"""Months of phone numbers, collected from wallets: how many a second, and in how much memory."""

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from tests.bench.figures import figure
from tests.bench.settings import Settings
from tests.bench.world import ACCOUNTS, SPREAD, copy, sid

NUMBERS = 100_000
FIRST = 442_000_000_000


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """One run over 100,000 subscriptions that are due; what was collected has to be right."""
    settings.house.fresh()
    due = _subscribe()
    from numbers.operations import collect_due

    rates, peaks, done = [], [], 0
    for _ in range(2):  # halves: what the second takes more of memory, it would take for ever
        started = time.perf_counter()
        collected = collect_due(now=due, at_most=NUMBERS // 2)
        rates.append(collected / (time.perf_counter() - started))
        peaks.append(_peak_mb())
        done += collected
    _check(done)
    yield figure("renewals, 100,000 in one run", rates, "months/s", at_least=1_000)
    beside = ("half of them", peaks[:1])
    yield figure("renewals, memory of 100,000", peaks[1:], "MB", against=beside, at_most=1.05)


def _subscribe() -> datetime:
    """Numbers of 10,000 accounts, all of which are due at the moment that is returned."""
    from buyers.models import Account
    from tests.numbers.months_of import a_seller, bought

    account = Account.objects.get(links__account_sid=sid(SPREAD, 0))
    first = bought(a_seller("Bench host"), account, datetime.now(UTC) - timedelta(days=40))
    more = NUMBERS - 1
    copy("numbers_number", "id", first.number_id, more, number=f"({FIRST} + n)::text")
    whose = {"number_id": f"{first.number_id} + n", "account_id": f"{account.pk} + mod(n, {ACCOUNTS})"}
    copy("numbers_subscription", "id", first.pk, more, **whose)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) numbers_number, numbers_subscription")
    return first.period_end + timedelta(seconds=1)


def _check(collected: int) -> None:
    """Raise unless each month was collected, once, and all of it is in the ledger."""
    from billing.models import Transfer
    from numbers.models import Collection

    months = Collection.objects.filter(kind="month", period_start__gt=datetime.now(UTC) - timedelta(days=20))
    paid = Transfer.objects.filter(number_collection__in=months)
    if (collected, months.count(), paid.count()) != (NUMBERS, NUMBERS, NUMBERS):
        raise RuntimeError(f"{collected} months were collected instead of {NUMBERS}")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
