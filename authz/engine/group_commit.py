"""Group commit: whatever waits while one batch is being committed forms the next one.

A durable commit costs the same for one decision as for hundreds, so single requests from many threads are gathered by
one worker thread that owns an engine. Each process starts its own, when the first request comes.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import psycopg
import structlog
from prometheus_client import Histogram

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


class Unavailable(Refused):
    """Nothing durable can be written now, or not in time. Nothing was granted; ask again."""

    type = "unavailable"
    status = 503
    retry_after = 1


@dataclass(slots=True)
class _Waiting:
    asks: Sequence[Ask]
    deadline: float
    future: "Future[list[Answer]]" = field(default_factory=Future)


class GroupCommit:
    """Gathers requests into batches and gives each its answers.

    `patience` is how many seconds a request may wait to be decided: after that it is refused, never decided late.
    `capacity` bounds how many requests may wait; `batch_limit` how many form one batch.
    """

    def __init__(
        self, open_engine: Callable[[], Engine], *, patience: float = 1.5, capacity: int = 5_000, batch_limit: int = 256
    ) -> None:
        self._open_engine = open_engine
        self._patience, self._capacity, self._batch_limit = patience, capacity, batch_limit
        self._queue: deque[_Waiting] = deque()
        self._waiting_asks = 0
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None
        self._engine: Engine | None = None

    def submit(self, asks: Sequence[Ask]) -> "Future[list[Answer]]":
        """Queue requests of one caller. The future gives their answers in order, or raises `Unavailable`."""
        waiting = _Waiting(asks, time.monotonic() + self._patience)
        with self._wake:
            if self._waiting_asks + len(asks) > self._capacity and self._queue:
                raise Unavailable("More is asked than can be decided in time; nothing was granted. Ask again.")
            self._queue.append(waiting)
            self._waiting_asks += len(asks)
            self._start()
            self._wake.notify()
        return waiting.future

    def decide(self, asks: Sequence[Ask]) -> list[Answer]:
        """Queue requests and wait for their answers. Raises `Unavailable`."""
        future = self.submit(asks)
        try:
            return future.result(timeout=self._patience + 0.3)
        except TimeoutError:
            raise Unavailable("The database does not answer. Ask again with the same id.") from None

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="aaa-engine", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if batch:
                self._decide(batch)

    def _next_batch(self) -> list[_Waiting]:
        found: list[_Waiting] = []
        size = 0
        with self._wake:
            while not self._queue:
                self._wake.wait()
            while self._queue and (not found or size + len(self._queue[0].asks) <= self._batch_limit):
                waiting = self._queue.popleft()
                self._waiting_asks -= len(waiting.asks)
                if waiting.deadline < time.monotonic():
                    waiting.future.set_exception(Unavailable("It could not be decided in time; nothing was granted."))
                    continue
                found.append(waiting)
                size += len(waiting.asks)
        return found

    def _decide(self, batch: list[_Waiting]) -> None:
        asks = [ask for waiting in batch for ask in waiting.asks]
        BATCH_SIZE.observe(len(asks))
        try:
            with BATCH_SECONDS.time():
                answers = self._decide_again(asks, min(waiting.deadline for waiting in batch))
        except Exception as error:
            refusal = error if isinstance(error, Refused) else Unavailable("Nothing can be written now. Ask again.")
            if not isinstance(error, Refused | psycopg.Error):
                log.exception("aaa_batch_failed")
            for waiting in batch:
                waiting.future.set_exception(refusal)
            return
        start = 0
        for waiting in batch:
            waiting.future.set_result(answers[start : start + len(waiting.asks)])
            start += len(waiting.asks)

    def _decide_again(self, asks: list[Ask], deadline: float) -> list[Answer]:
        """Decide, over a fresh connection when one breaks: what was committed already is then found by its id."""
        while True:
            try:
                if self._engine is None or self._engine.is_broken:
                    self._engine = self._open_engine()
                return self._engine.decide(asks)
            except psycopg.OperationalError:
                log.warning("aaa_database_lost", exc_info=True)
                self._engine = None
                if time.monotonic() + 0.1 > deadline:
                    raise
                time.sleep(0.1)
