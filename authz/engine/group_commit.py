"""Group commit: whatever waits while one batch is being committed forms the next one.

A durable commit costs the same for one decision as for hundreds, so single requests are gathered by worker threads that
own an engine each. What can't be decided in time is refused at once, so that nothing is ever decided late, and one
payer can't fill the queue for all others.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol

import psycopg
import structlog
from prometheus_client import Counter, Histogram

from authz.engine.engine import Engine
from authz.engine.state import Answer, Ask
from tcxc.errors import Refused

log = structlog.get_logger(__name__)

BATCH_SIZE = Histogram("aaa_batch_size", "Requests decided by one commit", buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500))
BATCH_SECONDS = Histogram(
    "aaa_batch_seconds",
    "Seconds from reading a batch to its commit",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
)
WAIT_SECONDS = Histogram(
    "aaa_wait_seconds",
    "Seconds that the oldest request of a batch waited for it",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
)
REFUSED = Counter("aaa_refused", "Requests that could not be decided in time", ["why"])

OF_THE_NEWEST = 0.2  # the weight of the newest batch in the average time of an ask


class Unavailable(Refused):
    """Nothing durable can be written now, or not in time. Nothing was granted; ask again."""

    type = "unavailable"
    status = 503
    retry_after = 1


class AnswersFuture(Protocol):
    """What a caller waits on: a future of threads or of an event loop."""

    def done(self) -> bool:
        """Whether nobody waits any more."""

    def set_result(self, result: list[Answer], /) -> None:
        """Give the answers."""

    def set_exception(self, exception: Any, /) -> None:
        """Give the refusal."""


@dataclass(slots=True)
class Waiting:
    """The asks of one caller, and where their answers go."""

    asks: Sequence[Ask]
    deadline: float
    future: AnswersFuture
    answers: list[Answer] = field(default_factory=list)
    refusal: Exception | None = None

    def settle(self) -> None:
        """Give the caller what was decided."""
        if self.future.done():
            return
        if self.refusal is not None:
            self.future.set_exception(self.refusal)
        else:
            self.future.set_result(self.answers)


def settle_all(settled: Iterable[Waiting]) -> None:
    """Give each caller what was decided; the way to do it from the worker thread to other threads."""
    for waiting in settled:
        waiting.settle()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait: `patience` in seconds, then the number of asks in all, of one payer, and in one batch.

    With several `engines` one prepares its batch while another waits for the database.
    """

    patience: float = 1.5
    capacity: int = 5_000
    of_one_payer: int = 1_000
    in_one_batch: int = 256
    engines: int = 1


class GroupCommit:
    """Gathers requests into batches and gives each its answers, through `deliver`, from its worker thread."""

    def __init__(
        self,
        open_engine: Callable[[], Engine],
        bounds: Bounds,
        deliver: Callable[[list[Waiting]], Any] = settle_all,
    ) -> None:
        self._open_engine, self._bounds, self._deliver = open_engine, bounds, deliver
        self._queue: deque[Waiting] = deque()
        self._waiting_asks = 0
        self._of_payer: dict[object, int] = {}
        self._seconds_an_ask = 0.0
        self._wake = threading.Condition()
        self._threads: list[threading.Thread] = []

    def decide(self, asks: Sequence[Ask]) -> list[Answer]:
        """Queue requests and wait for their answers. Raises `Unavailable`. Not from an event loop."""
        future: Future[list[Answer]] = Future()
        self.submit(asks, future)
        try:
            return future.result(timeout=self._bounds.patience + 0.3)
        except TimeoutError:
            raise Unavailable("The database does not answer. Ask again with the same id.") from None

    def submit(self, asks: Sequence[Ask], future: AnswersFuture) -> None:
        """Queue requests of one caller; the future gets their answers in order, or `Unavailable`.

        Raises `Unavailable` at once when too much waits already.
        """
        waiting = Waiting(asks, time.monotonic() + self._bounds.patience, future)
        with self._wake:
            self._admit(asks)
            self._queue.append(waiting)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            if len(self._threads) < self._bounds.engines:
                self._threads.append(threading.Thread(target=self._run, name="aaa-engine", daemon=True))
                self._threads[-1].start()
            self._wake.notify()

    def _admit(self, asks: Sequence[Ask]) -> None:
        in_line = self._waiting_asks
        if in_line + len(asks) > max(self._bounds.capacity, len(asks)):
            raise _refused("full", "More is asked than can be decided in time")
        if in_line * self._seconds_an_ask > self._bounds.patience * self._bounds.engines:
            raise _refused("late", "More is asked than can be decided in time")
        for payer, count in _payers(asks).items():
            if self._of_payer.get(payer, 0) + count > max(self._bounds.of_one_payer, count):
                raise _refused("payer", "This account asks more than its share")
        for payer, count in _payers(asks).items():
            self._of_payer[payer] = self._of_payer.get(payer, 0) + count
        self._waiting_asks += len(asks)

    def _run(self) -> None:
        worker = _Worker(self._open_engine)
        while True:
            batch, late = self._next_batch()
            if late:
                self._deliver(late)
            if batch:
                self._decide(batch, worker)
                self._deliver(batch)

    def _next_batch(self) -> tuple[list[Waiting], list[Waiting]]:
        """Those to be decided next, and those who have waited too long."""
        batch: list[Waiting] = []
        late: list[Waiting] = []
        size = 0
        with self._wake:
            while not self._queue:
                self._wake.wait()
            now = time.monotonic()
            while self._queue and (not batch or size + len(self._queue[0].asks) <= self._bounds.in_one_batch):
                waiting = self._queue.popleft()
                self._forget(waiting)
                if waiting.deadline < now:
                    waiting.refusal = _refused("late", "It could not be decided in time")
                    late.append(waiting)
                else:
                    batch.append(waiting)
                    size += len(waiting.asks)
        return batch, late

    def _forget(self, waiting: Waiting) -> None:
        self._waiting_asks -= len(waiting.asks)
        for payer, count in _payers(waiting.asks).items():
            left = self._of_payer[payer] - count
            if left:
                self._of_payer[payer] = left
            else:
                del self._of_payer[payer]

    def _decide(self, batch: list[Waiting], worker: "_Worker") -> None:
        asks = [ask for waiting in batch for ask in waiting.asks]
        started = time.monotonic()
        BATCH_SIZE.observe(len(asks))
        WAIT_SECONDS.observe(max(0.0, started - batch[0].deadline + self._bounds.patience))
        try:
            answers = worker.decide(asks, batch[0].deadline)
        except Exception as error:
            if not isinstance(error, psycopg.Error):
                log.exception("aaa_batch_failed")
            for waiting in batch:
                waiting.refusal = _refused("database", "Nothing can be written now")
            return
        start = 0
        for waiting in batch:
            waiting.answers = answers[start : start + len(waiting.asks)]
            start += len(waiting.asks)
        self._note_time(time.monotonic() - started, len(asks))

    def _note_time(self, seconds: float, count: int) -> None:
        """Learn what an ask takes; a small batch, most of whose time is its commit, says little of a full one."""
        BATCH_SECONDS.observe(seconds)
        weight = OF_THE_NEWEST * min(1.0, count / self._bounds.in_one_batch)
        with self._wake:
            self._seconds_an_ask += weight * (seconds / count - self._seconds_an_ask)


class _Worker:
    """An engine, and another one when its connection breaks."""

    def __init__(self, open_engine: Callable[[], Engine]) -> None:
        self._open_engine = open_engine
        self._engine: Engine | None = None

    def decide(self, asks: list[Ask], deadline: float) -> list[Answer]:
        """Decide, over a fresh connection when one breaks: what was committed already is then found by its id."""
        while True:
            try:
                if self._engine is None or self._engine.is_broken:
                    self._engine = self._open_engine()
                return self._engine.decide(asks)
            except psycopg.OperationalError:
                log.warning("aaa_database_lost", exc_info=True)
                if self._engine is not None:
                    self._engine.close()
                self._engine = None
                if time.monotonic() + 0.1 > deadline:
                    raise
                time.sleep(0.1)


def _payers(asks: Iterable[Ask]) -> dict[object, int]:
    """How many of the asks each payer has."""
    counts: dict[object, int] = {}
    for ask in asks:
        payer = payer_of(ask)
        if payer is not None:
            counts[payer] = counts.get(payer, 0) + 1
    return counts


def payer_of(ask: Ask) -> object:
    """Who would pay, as far as the request itself tells: its account; None when only a session is named."""
    request = ask.request
    named = getattr(request, "account_sid", None) or getattr(request, "account", None)
    return None if named is None else (ask.platform_id, named)


def _refused(why: str, what: str) -> Unavailable:
    REFUSED.labels(why).inc()
    return Unavailable(f"{what}; nothing was granted. Ask again.")
