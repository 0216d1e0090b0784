"""A gateway that is never heard of again: what its calls hold is given back in time, once, whoever else is at it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from authz import operations, tasks
from authz.models import Cdr, Session
from billing.models import Hold
from tests.books import faults
from tests.world import World, an_engine, body, make_world

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TWICE_A_SLICE = timedelta(seconds=240)
CALLS = 300


@pytest.fixture
def world(transactional_db) -> World:
    return make_world(money="1000")


def begin(world: World) -> None:
    """Calls of which every other one was updated once, after a minute; all of them are valid for two minutes."""
    with an_engine() as engine:
        engine.decide([world.call(f"CA{n}") for n in range(CALLS)], NOON)
        updates = [world.ask("update", session_id=f"CA{n}", seq=1, used_seconds=60) for n in range(0, CALLS, 2)]
        engine.decide(updates, NOON)


def test_slots_and_money_come_back_to_the_second(world):
    begin(world)
    account = world.account
    account.concurrent_call_limit = CALLS
    account.save(update_fields=["concurrent_call_limit"])
    moment = timedelta(microseconds=1)
    assert operations.expire_silent_sessions(NOON + TWICE_A_SLICE - moment) == 0
    with an_engine() as engine:
        assert body(engine.decide([world.call("CA-full")])[0])["reason"] == "concurrent_call_limit"
        assert operations.expire_silent_sessions(NOON + TWICE_A_SLICE) == CALLS
        assert body(engine.decide([world.call("CA-free")])[0])["decision"] == "allow"
    assert world.wallet().balance == 1000 - CALLS // 2 * Decimal("0.06")
    assert world.wallet().held == Decimal("0.12")
    assert faults() == []


def test_two_sweepers_at_once_settle_each_call_once(world):
    begin(world)
    with ThreadPoolExecutor(2) as pool:
        settled = list(pool.map(operations.expire_silent_sessions, [NOON + TWICE_A_SLICE] * 2))
    assert sum(settled) == CALLS
    assert Counter(Cdr.objects.values_list("result", flat=True)) == {"answered": CALLS // 2, "unanswered": CALLS // 2}
    assert not Hold.objects.filter(state="pending").exists()
    assert faults() == []


def test_a_sweep_and_the_true_ends_at_the_same_moment_agree(world):
    """Half of the calls are ended while two sweepers are at them: before or after, the truth is charged once."""
    begin(world)
    ends = [world.ask("terminate", session_id=f"CA{n}", used_seconds=90) for n in range(0, CALLS, 2)]

    def end(place: int) -> None:
        with an_engine() as engine:
            for ask in ends[place::3]:
                assert body(engine.decide([ask])[0])["charged"] == "0.090000"

    with ThreadPoolExecutor(5) as pool:
        sweeps = [pool.submit(operations.expire_silent_sessions, NOON + TWICE_A_SLICE) for _ in range(2)]
        for running in [pool.submit(end, place) for place in range(3)] + sweeps:
            running.result(60)
    assert world.wallet().balance == 1000 - CALLS // 2 * Decimal("0.09")
    assert (world.wallet().held, Session.objects.filter(state="live").count()) == (0, 0)
    assert Cdr.objects.count() == CALLS
    assert faults() == []


def test_the_sweep_is_woken_by_a_task(world):
    begin(world)  # long ago by the clock of the wall, or to come: silent only once it has passed
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Session.objects.update(sweep_at=long_ago, heard_at=long_ago)
    assert tasks.expire_silent_sessions() == CALLS
    assert tasks.expire_silent_sessions() == 0
