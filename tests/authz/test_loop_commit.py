"""Engines on the thread of an event loop: the loop goes on whatever they wait for, and nobody waits for ever."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import psycopg
import pytest
import uvloop

from authz.engine import fibres
from authz.engine.group_commit import Bounds, LoopCommit, Unavailable
from authz.engine.state import Answer, Ask
from authz.operations import open_engine
from tests.authz.test_overload import an_ask, session_of
from tests.world import body, make_world


class Resting:
    """An engine that steps aside for a while in each batch, and remembers the batches."""

    is_broken = False

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.batches: list[list[str]] = []

    def decide(self, asks: list[Ask]) -> list[Answer]:
        self.batches.append([session_of(ask) for ask in asks])
        fibres.pause(self.seconds)
        if "CA13" in self.batches[-1]:
            raise RuntimeError("unlucky")
        return [Answer(200, session_of(ask)) for ask in asks]


def on_a_loop(bounds: Bounds, opened: Callable[[], Any], run: Callable[[LoopCommit], Coroutine[Any, Any, Any]]) -> Any:
    async def main() -> Any:
        return await run(LoopCommit(opened, bounds))

    return uvloop.run(main())  # the loop of the doors


async def longest_gap(until: "Awaitable[Any]") -> float:
    """The longest time for which the loop did not come round before something had happened."""
    waiting, longest, last = asyncio.ensure_future(until), 0.0, time.monotonic()
    while not waiting.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    return longest


def test_what_comes_while_a_batch_is_under_way_forms_the_next_one():
    engine = Resting(0.05)

    async def run(group: LoopCommit) -> None:
        first = group.submit([an_ask(0, "AC0")])
        await asyncio.sleep(0.01)
        rest = [group.submit([an_ask(n)]) for n in range(1, 4)]
        assert [answers[0].body for answers in await asyncio.gather(first, *rest)] == ["CA0", "CA1", "CA2", "CA3"]

    on_a_loop(Bounds(), lambda: engine, run)
    assert engine.batches == [["CA0"], ["CA1", "CA2", "CA3"]]


def test_several_engines_take_turns_while_they_wait():
    engines = [Resting(0.05), Resting(0.05)]
    unused = iter(engines)

    async def run(group: LoopCommit) -> float:
        started = time.monotonic()
        first = group.submit([an_ask(1)])
        await asyncio.sleep(0.01)
        await asyncio.gather(first, group.submit([an_ask(2)]))
        return time.monotonic() - started

    assert on_a_loop(Bounds(engines=2), lambda: next(unused), run) < 0.095
    assert [engine.batches for engine in engines] == [[["CA1"]], [["CA2"]]]


def test_nobody_waits_longer_than_patience_for_a_batch_that_does_not_end():
    async def run(group: LoopCommit) -> float:
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await group.submit([an_ask(1)])
        return time.monotonic() - started

    assert 0.3 < on_a_loop(Bounds(patience=0.1), lambda: Resting(5), run) < 0.8


def test_an_engine_that_fails_costs_only_its_own_batch():
    async def run(group: LoopCommit) -> None:
        with pytest.raises(Unavailable):
            await group.submit([an_ask(13)])
        assert await group.submit([an_ask(14)])

    on_a_loop(Bounds(), Resting, run)


def test_the_loop_goes_on_while_there_is_no_database_and_after():
    tries: list[float] = []

    def opened() -> Any:
        tries.append(time.monotonic())
        time.sleep(0.2)  # as a server does that does not answer
        if len(tries) < 3:
            raise psycopg.OperationalError("away")
        return Resting()

    async def run(group: LoopCommit) -> float:
        return await longest_gap(group.submit([an_ask(1)]))

    assert on_a_loop(Bounds(), opened, run) < 0.15
    assert len(tries) == 3


def test_the_loop_goes_on_while_a_wallet_is_held_and_others_are_decided(world):
    other = make_world()

    async def run(group: LoopCommit) -> None:
        assert body((await group.submit([world.call("CA-before")]))[0])["decision"] == "allow"
        holder = open_engine()._connection
        with holder.transaction():
            lock = "SELECT FROM billing_wallet WHERE ledger_account_id = %s FOR NO KEY UPDATE"
            holder.execute(lock, [world.account.wallet_id])
            asked = asyncio.gather(group.submit([world.call("CA-held")]), group.submit([other.call("CA-free")]))
            assert await longest_gap(asked) < 0.2
        holder.close()
        (refused,), (allowed,) = await asked
        assert (refused.status, body(allowed)["decision"]) == (503, "allow")

    on_a_loop(Bounds(patience=5), open_engine, run)
