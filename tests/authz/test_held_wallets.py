"""Somebody holds a wallet's lock for seconds: its own traffic is refused in time, and nobody else's waits for it."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from threading import Thread

import pytest
from django.db import transaction
from django.utils import timezone

from authz.engine.group_commit import GroupCommit, Unavailable
from authz.engine.state import Answer, Ask
from authz.operations import bounds, open_engine
from billing.models import Wallet
from tests.world import World, body, make_world

serial = count(1)


@contextmanager
def held(world: World) -> Iterator[None]:
    """The wallet is locked by another transaction, which does not end."""
    with transaction.atomic():
        Wallet.objects.select_for_update(no_key=True).get(pk=world.account.wallet_id)
        yield


def test_others_are_decided_in_time_and_the_held_one_is_told_to_come_back(world):
    group, others = GroupCommit(open_engine, bounds()), [make_world() for _ in range(5)]
    futures: list[tuple[World, Future[list[Answer]]]] = []

    def submit(place: World) -> None:
        future: Future[list[Answer]] = Future()
        group.submit([place.call(f"CA{next(serial)}")], future)
        futures.append((place, future))

    for place in (world, *others):
        submit(place)
    assert all(body(future.result(5)[0])["decision"] == "allow" for _, future in futures)
    futures.clear()
    with held(world):
        for _ in range(30):
            for place in (world, *others):
                submit(place)
            time.sleep(0.05)
        for place, future in futures:
            if place is world:
                with pytest.raises(Unavailable):
                    raise_or_return(future)
            else:
                assert body(future.result(5)[0])["decision"] == "allow"
    assert body(group.decide([world.call("CA-after")])[0])["decision"] == "allow"


def raise_or_return(future: "Future[list[Answer]]") -> list[Answer]:
    answers = future.result(5)
    if answers[0].status == 503:
        raise Unavailable(answers[0].body)
    return answers


def test_what_belongs_together_is_held_up_together(world, engine):
    """Nobody could end a call that waits to begin: its end waits with it, and both are refused or neither."""
    other = make_world()
    asks = [world.call("CA1"), other.call("CA2"), world.ask("terminate", session_id="CA1", used_seconds=1)]
    with held(world):
        assert [answer.status for answer in engine.decide(asks)] == [503, 200, 503]
    assert [answer.status for answer in engine.decide(asks)] == [200, 200, 200]


def test_a_wallet_that_stays_held_is_waited_for_once(world, engine):
    other = make_world()
    with held(world):
        assert [a.status for a in engine.decide([world.call("CA0"), other.call("CB0")])] == [503, 200]
        started = time.monotonic()
        for number in range(1, 6):
            answers = engine.decide([world.call(f"CA{number}"), other.call(f"CB{number}")])
            assert [answer.status for answer in answers] == [503, 200]
        assert time.monotonic() - started < 2  # waiting anew for each would take four seconds
    assert engine.decide([world.call("CA0")])[0].status == 200


def test_the_sweep_goes_round_a_held_wallet(world, engine):
    other = make_world()
    engine.decide([world.call("CA1"), other.call("CA2")])
    hour_later = timezone.now() + timedelta(hours=1)
    with held(world):
        assert engine.expire(hour_later) == 1
        assert other.wallet().held == 0
    assert engine.expire(hour_later) == 1


def test_a_request_waits_out_a_short_lock(world, engine):
    asks: list[Ask] = [world.call("CA1")]
    engine.decide([world.call("CA0")])
    with held(world):
        answers: list[Answer] = []
        thread = Thread(target=lambda: answers.extend(engine.decide(asks)))
        thread.start()
        time.sleep(0.3)
    thread.join()
    assert body(answers[0])["decision"] == "allow"
