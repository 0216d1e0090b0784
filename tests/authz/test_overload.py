"""More is asked than can be decided: what is refused is refused at once, and nobody starves the others."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from authz.engine.group_commit import Bounds, GroupCommit, Unavailable
from authz.engine.requests import convert
from authz.engine.state import Answer, Ask


class SlowEngine:
    """Answers everything, a set time a batch, and remembers the batches."""

    is_broken = False

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.batches: list[list[Ask]] = []
        self.gate = threading.Event()
        self.gate.set()

    def decide(self, asks: list[Ask]) -> list[Answer]:
        """Wait, then allow all."""
        self.gate.wait(10)
        time.sleep(self.seconds)
        self.batches.append(asks)
        return [Answer(200, session_of(ask)) for ask in asks]


def session_of(ask: Ask) -> str:
    return str(getattr(ask.request, "session_id", ""))


def an_ask(number: int, sid: str = "AC1") -> Ask:
    facts = {"session_id": f"CA{number}", "account_sid": sid, "service": "voice", "to": "447700900123"}
    return Ask(1, None, convert("authorize", facts))


def submitted(group: GroupCommit, *asks: Ask) -> "Future[list[Answer]]":
    future: Future[list[Answer]] = Future()
    group.submit(asks, future)
    return future


@contextmanager
def held_up(engine: SlowEngine, group: GroupCommit) -> Iterator[None]:
    """The engine is busy with one batch while more comes in."""
    engine.gate.clear()
    submitted(group, an_ask(0, "AC0"))
    time.sleep(0.05)
    yield
    engine.gate.set()


def test_what_waits_while_a_batch_commits_forms_the_next_one() -> None:
    engine = SlowEngine()
    group = GroupCommit(lambda: engine, Bounds())  # type: ignore[arg-type,return-value]
    with held_up(engine, group):
        futures = [submitted(group, an_ask(n)) for n in range(1, 21)]
    assert [future.result(1)[0].body for future in futures] == [f"CA{n}" for n in range(1, 21)]
    assert [len(batch) for batch in engine.batches] == [1, 20]


def test_a_full_queue_refuses_at_once() -> None:
    engine = SlowEngine()
    group = GroupCommit(lambda: engine, Bounds(capacity=3))  # type: ignore[arg-type,return-value]
    with held_up(engine, group):
        taken = [submitted(group, an_ask(n, f"AC{n}")) for n in range(1, 4)]
        with pytest.raises(Unavailable):
            submitted(group, an_ask(9))
    assert all(future.result(1) for future in taken)
    assert submitted(group, an_ask(10)).result(1)


def test_one_account_can_not_fill_the_queue_for_the_others() -> None:
    engine = SlowEngine()
    group = GroupCommit(lambda: engine, Bounds(of_one_payer=2))  # type: ignore[arg-type,return-value]
    with held_up(engine, group):
        for number in (1, 2):
            submitted(group, an_ask(number, "AC-greedy"))
        with pytest.raises(Unavailable):
            submitted(group, an_ask(3, "AC-greedy"))
        other = submitted(group, an_ask(4, "AC-modest"))
    assert other.result(1)
    assert submitted(group, an_ask(5, "AC-greedy")).result(1)


def test_one_account_keeps_the_others_waiting_for_a_quarter_of_their_patience_at_most() -> None:
    engine = SlowEngine(seconds=0.02)
    group = GroupCommit(lambda: engine, Bounds(patience=0.8, in_one_batch=1))  # type: ignore[arg-type,return-value]
    for number in range(20):
        submitted(group, an_ask(number)).result(1)
    taken = 0
    for number in range(100, 140):
        with suppress(Unavailable):
            submitted(group, an_ask(number, "AC-greedy"))
            taken += 1
    started = time.monotonic()
    assert submitted(group, an_ask(999, "AC-modest")).result(1)
    assert time.monotonic() - started < 0.5
    assert 5 <= taken <= 12  # 0.2 s of the engine's time


def test_nothing_is_decided_late() -> None:
    engine = SlowEngine()
    group = GroupCommit(lambda: engine, Bounds(patience=0.1))  # type: ignore[arg-type,return-value]
    with held_up(engine, group):
        late = submitted(group, an_ask(1))
        time.sleep(0.2)
    with pytest.raises(Unavailable):
        late.result(1)
    assert [session_of(ask) for batch in engine.batches for ask in batch] == ["CA0"]


def test_it_refuses_by_its_own_measure_when_the_line_is_longer_than_patience() -> None:
    engine = SlowEngine(seconds=0.05)
    group = GroupCommit(lambda: engine, Bounds(patience=0.2, in_one_batch=1))  # type: ignore[arg-type,return-value]
    for number in range(20):
        submitted(group, an_ask(number)).result(1)
    refused = 0
    for number in range(100, 200):
        try:
            submitted(group, an_ask(number))
        except Unavailable:
            refused += 1
    assert refused > 80
    time.sleep(0.6)
    assert submitted(group, an_ask(999)).result(1)


def test_an_engine_that_fails_costs_only_its_own_batch() -> None:
    class Failing(SlowEngine):
        def decide(self, asks: list[Ask]) -> list[Answer]:
            if any(session_of(ask) == "CA13" for ask in asks):
                raise RuntimeError("unlucky")
            return super().decide(asks)

    engine: Any = Failing()
    group = GroupCommit(lambda: engine, Bounds())
    with pytest.raises(Unavailable):
        submitted(group, an_ask(13)).result(1)
    assert submitted(group, an_ask(14)).result(1)
