"""Group commit: whatever waits while one batch is being committed forms the next one.

A durable commit costs the same for one decision as for hundreds, so single requests are gathered: by threads that own
an engine each (`GroupCommit`), or by fibres on the thread of an event loop (`LoopCommit`).
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import psycopg
import structlog
from prometheus_client import Histogram

from authz import stages
from authz.engine import fibres
from authz.engine.engine import Engine
from authz.engine.line import AnswersFuture, Bounds, Line, Unavailable, Waiting, refused, settle_all
from authz.engine.state import Answer, Ask
from tcxc.tally import HistogramTally

__all__ = ["Bounds", "GroupCommit", "LoopCommit", "Unavailable"]

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

GRACE = 0.3  # seconds beyond its patience that a caller waits for a batch which is under way
LOOK_EVERY = 0.1  # seconds between two looks for callers who have waited too long
_NO_ANSWER = "The database does not answer. Ask again with the same id."


class GroupCommit:
    """Gathers requests of threads into batches, which worker threads decide."""

    def __init__(self, open_engine: Callable[[], Engine], bounds: Bounds) -> None:
        self._open_engine, self._bounds = open_engine, bounds
        self._line = Line(bounds)
        self._wake = threading.Condition()
        self._threads: list[threading.Thread] = []

    def decide(self, asks: Sequence[Ask]) -> list[Answer]:
        """Queue requests and wait for their answers. Raises `Unavailable`. Not from an event loop."""
        future: Future[list[Answer]] = Future()
        self.submit(asks, future)
        try:
            return future.result(timeout=self._bounds.patience + GRACE)
        except TimeoutError:
            raise Unavailable(_NO_ANSWER) from None

    def submit(self, asks: Sequence[Ask], future: AnswersFuture) -> None:
        """Queue requests of one caller; the future gets their answers in order, or `Unavailable`.

        Raises `Unavailable` at once when too much waits already.
        """
        with self._wake:
            self._line.join(asks, future)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            if len(self._threads) < self._bounds.engines:
                self._threads.append(threading.Thread(target=self._run, name="aaa-engine", daemon=True))
                self._threads[-1].start()
            self._wake.notify()

    def _run(self) -> None:
        worker = _Worker(self._open_engine, self._bounds)
        while True:
            with self._wake:
                while not self._line:
                    self._wake.wait()
                batch, late = self._line.next_batch()
            settle_all(late)
            if batch:
                seconds = worker.decide(batch)
                settle_all(batch)
                with self._wake:
                    self._line.note_time(seconds, sum(len(waiting.asks) for waiting in batch))


class LoopCommit:
    """Gathers the requests of an event loop into batches, which fibres on its own thread decide.

    All of it belongs to the thread of the loop that runs when it is made.
    """

    def __init__(self, open_engine: Callable[[], Engine], bounds: Bounds) -> None:
        self._loop = asyncio.get_running_loop()
        self._open_engine, self._bounds = open_engine, bounds
        self._line = Line(bounds)
        self._resting: list[fibres.Fibre] = []
        self._fibres: list[fibres.Fibre] = []
        self._expected: deque[Waiting] = deque()
        self._watched = False

    def submit(self, asks: Sequence[Ask]) -> "asyncio.Future[list[Answer]]":
        """Queue requests of one caller; the future gets their answers in order, or `Unavailable`.

        Raises `Unavailable` at once when too much waits already.
        """
        future: asyncio.Future[list[Answer]] = self._loop.create_future()
        self._expected.append(self._line.join(asks, future))
        if not self._watched:
            self._watched = True
            self._loop.call_later(LOOK_EVERY, self._watch)
        self._wake_one()
        return future

    def _wake_one(self) -> None:
        if self._resting:
            self._resting.pop().wake_soon()
            return
        self._fibres = [fibre for fibre in self._fibres if not fibre.dead]
        if len(self._fibres) < self._bounds.engines:
            self._fibres.append(fibres.Fibre(self._loop, self._run))
            self._fibres[-1].wake_soon()

    def _run(self) -> None:
        worker, fibre = _Worker(self._open_engine, self._bounds), fibres.current()
        assert fibre is not None, "only fibres run this"
        while True:
            while not self._line:
                self._resting.append(fibre)
                fibre.rest()
            batch, late = self._line.next_batch()
            settle_all(late)
            if batch:
                seconds = worker.decide(batch)
                settle_all(batch)
                self._line.note_time(seconds, sum(len(waiting.asks) for waiting in batch))

    def _watch(self) -> None:
        """Refuse those whose batch takes too long; whatever it decides in the end is found by its id."""
        latest = time.monotonic() - GRACE
        while self._expected and (self._expected[0].future.done() or self._expected[0].deadline < latest):
            overdue = self._expected.popleft()
            if not overdue.future.done():
                overdue.future.set_exception(Unavailable(_NO_ANSWER))
        self._watched = bool(self._expected)
        if self._watched:
            self._loop.call_later(LOOK_EVERY, self._watch)


class _Worker:
    """An engine, and another one when its connection breaks."""

    def __init__(self, open_engine: Callable[[], Engine], bounds: Bounds) -> None:
        self._open_engine, self._patience = open_engine, bounds.patience
        self._engine: Engine | None = None
        self._queued = HistogramTally(stages.QUEUE)

    def decide(self, batch: Sequence[Waiting]) -> float:
        """Note the answers of a batch, or its refusal. Returns the seconds that it took."""
        asks = [ask for waiting in batch for ask in waiting.asks]
        started = time.monotonic()
        BATCH_SIZE.observe(len(asks))
        WAIT_SECONDS.observe(max(0.0, started - batch[0].deadline + self._patience))
        for waiting in batch:
            self._queued.observe(max(0.0, started - waiting.deadline + self._patience))
        self._queued.hand_over()
        try:
            answers = iter(self._decide(asks, batch[0].deadline))
        except Exception as error:
            if not isinstance(error, psycopg.Error):
                log.exception("aaa_batch_failed")
            for waiting in batch:
                waiting.refusal = refused("database", "Nothing can be written now")
        else:
            for waiting in batch:
                waiting.answers = [next(answers) for _ in waiting.asks]
        seconds = time.monotonic() - started
        BATCH_SECONDS.observe(seconds)
        return seconds

    def _decide(self, asks: list[Ask], deadline: float) -> list[Answer]:
        """Decide, over a fresh connection when one breaks: what was committed already is then found by its id."""
        while True:
            try:
                if self._engine is None or self._engine.is_broken:
                    self._engine = fibres.beside(self._open_engine)
                return self._engine.decide(asks)
            except psycopg.OperationalError:
                log.warning("aaa_database_lost", exc_info=True)
                if self._engine is not None:
                    self._engine.close()
                self._engine = None
                if time.monotonic() + 0.1 > deadline:
                    raise
                fibres.pause(0.1)
