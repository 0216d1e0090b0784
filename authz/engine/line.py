"""The line before an engine: who waits, who is refused, and who goes next.

What can't be decided in time is refused at once, so that nothing is ever decided late, and one payer can't fill the
line for all others. Not for two threads at once.
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from prometheus_client import Counter

from authz.engine.state import Answer, Ask
from tcxc.errors import Refused

REFUSED = Counter("aaa_refused", "Requests that could not be decided in time", ["why"])

SHARE_OF_ONE_PAYER = 0.25  # of the patience of all: so long may the asks of one payer keep others waiting
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


@dataclass(slots=True, eq=False)
class Waiting:
    """The asks of one caller, and where their answers go."""

    asks: Sequence[Ask]
    deadline: float
    future: AnswersFuture
    payers: Mapping[object, int]
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


class Line:
    """Those who wait, in the order in which they came."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._queue: deque[Waiting] = deque()
        self._waiting_asks = 0
        self._of_payer: dict[object, int] = {}
        self._seconds_an_ask = 0.0

    def __bool__(self) -> bool:
        """Whether somebody waits."""
        return bool(self._queue)

    def join(self, asks: Sequence[Ask], future: AnswersFuture) -> Waiting:
        """Let a caller wait. Raises `Unavailable` at once when too much waits already."""
        payers = _payers(asks)
        self._admit(len(asks), payers)
        waiting = Waiting(asks, time.monotonic() + self._bounds.patience, future, payers)
        self._queue.append(waiting)
        return waiting

    def _admit(self, count: int, payers: Mapping[object, int]) -> None:
        in_line = self._waiting_asks
        if in_line + count > max(self._bounds.capacity, count):
            raise refused("full", "More is asked than can be decided in time")
        if in_line * self._seconds_an_ask > self._bounds.patience * self._bounds.engines:
            raise refused("late", "More is asked than can be decided in time")
        most = self._most_of_one_payer()
        for payer, asked in payers.items():
            if self._of_payer.get(payer, 0) + asked > max(most, asked):
                raise refused("payer", "This account asks more than its share")
        for payer, asked in payers.items():
            self._of_payer[payer] = self._of_payer.get(payer, 0) + asked
        self._waiting_asks += count

    def _most_of_one_payer(self) -> float:
        """So many asks of one payer may wait that those behind them still come in time."""
        if not self._seconds_an_ask:
            return self._bounds.of_one_payer
        share = SHARE_OF_ONE_PAYER * self._bounds.patience * self._bounds.engines / self._seconds_an_ask
        return min(self._bounds.of_one_payer, max(share, self._bounds.in_one_batch))

    def next_batch(self) -> tuple[list[Waiting], list[Waiting]]:
        """Those to be decided next, and those who have waited too long."""
        batch: list[Waiting] = []
        late: list[Waiting] = []
        size, now = 0, time.monotonic()
        while self._queue and (not batch or size + len(self._queue[0].asks) <= self._bounds.in_one_batch):
            waiting = self._queue.popleft()
            self._forget(waiting)
            if waiting.deadline < now:
                waiting.refusal = refused("late", "It could not be decided in time")
                late.append(waiting)
            else:
                batch.append(waiting)
                size += len(waiting.asks)
        return batch, late

    def _forget(self, waiting: Waiting) -> None:
        self._waiting_asks -= len(waiting.asks)
        for payer, count in waiting.payers.items():
            left = self._of_payer[payer] - count
            if left:
                self._of_payer[payer] = left
            else:
                del self._of_payer[payer]

    def note_time(self, seconds: float, count: int) -> None:
        """Learn what an ask takes; a small batch, most of whose time is its commit, says little of a full one."""
        weight = OF_THE_NEWEST * min(1.0, count / self._bounds.in_one_batch)
        self._seconds_an_ask += weight * (seconds / count - self._seconds_an_ask)


def _payers(asks: Sequence[Ask]) -> dict[object, int]:
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


def refused(why: str, what: str) -> Unavailable:
    """A refusal, counted by reason."""
    REFUSED.labels(why).inc()
    return Unavailable(f"{what}; nothing was granted. Ask again.")
