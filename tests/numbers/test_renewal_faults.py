"""Whatever happens to workers, beats and the broker: each month is collected once, and none is skipped."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection

from numbers.models import Collection, Subscription
from numbers.operations import collect_due
from numbers.tasks import renew_numbers
from tcxc.clock import utc_now
from tcxc.embedded import CHECKOUT
from tests.at_once import at_once
from tests.books import faults
from tests.numbers.conftest import balance
from tests.numbers.months_of import a_seller, an_account, bought
from tests.processes import environment

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2028, 1, 31, 12, tzinfo=UTC)
LATER = datetime(2028, 5, 31, tzinfo=UTC)  # four months are due
NUMBERS, MONTHS = 120, 4
WORK = f"""
import django; django.setup()
from datetime import datetime
from numbers.operations import renewing
renewing.AT_ONCE = 2
renewing.collect_due(now=datetime.fromisoformat('{LATER.isoformat()}'))
"""


def a_worker(tmp_path) -> "subprocess.Popen[bytes]":
    """A process of its own that collects what is due from the tests' database, a few at a time."""
    names = connection.settings_dict
    url = f"postgres://{names['USER']}@{quote(names['HOST'], safe='')}/{names['NAME']}"
    env = environment(tmp_path, DATABASE_URL=url, TESTING_DATABASE="1", LOG_LEVEL="ERROR")
    return subprocess.Popen([sys.executable, "-c", WORK], cwd=CHECKOUT, env=env)


def renewals() -> int:
    return Collection.objects.count() - NUMBERS


def kill_after(count: int, worker: "subprocess.Popen[bytes]") -> None:
    """Kill it with SIGKILL as soon as so many months are collected, wherever it is just then."""
    deadline = time.monotonic() + 60
    while renewals() < count and time.monotonic() < deadline:
        time.sleep(0.002)
    worker.kill()
    worker.wait()


def test_workers_that_are_killed_leave_nothing_half_done(tmp_path):
    seller, accounts = a_seller(), [an_account("1000") for _ in range(3)]
    for n in range(NUMBERS):
        bought(seller, accounts[n % 3], NOON)
    first, second = a_worker(tmp_path), a_worker(tmp_path)
    kill_after(20, first)
    kill_after(60, second)
    done = renewals()
    assert 60 <= done < NUMBERS * MONTHS

    assert collect_due(now=LATER) == NUMBERS * MONTHS - done
    assert renewals() == NUMBERS * MONTHS
    assert {one.period for one in Subscription.objects.all()} == {1 + MONTHS}
    assert [balance(account) for account in accounts] == [1000 - Decimal(2) * 40 * (1 + MONTHS)] * 3
    assert faults() == []


def test_two_beats_and_an_emptied_broker_collect_once():
    account, now = an_account("10"), utc_now()
    one = bought(a_seller(), account, now - timedelta(days=32))
    cache.clear()  # the broker's server too: nothing in it is needed to know what is due
    assert sorted(at_once([renew_numbers] * 2)) == [0, 1]
    assert Subscription.objects.get(pk=one.pk).period == 2
    assert balance(account) == Decimal(6)
