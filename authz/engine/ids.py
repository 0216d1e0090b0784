"""Fresh ids for what a batch writes."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from authz.engine.requests import Authorize, Event, Request, Terminate, Update

_KINDS = ("transfer", "hold", "session", "cdr", "message")  # in the order of `statements.IDS`
IN_STORE = 256  # so many more are fetched of a kind that runs out, so that few batches have to fetch any
# The most that one request may need of each kind. A terminate may be of a session that was never authorized.
_NEEDED: dict[type[Request], tuple[int, ...]] = {
    Authorize: (0, 1, 1, 1, 1),
    Update: (1, 1, 0, 0, 0),
    Terminate: (1, 0, 1, 1, 1),
    Event: (1, 0, 0, 1, 1),
}


class Ids:
    """The fresh ids of one engine. What a batch leaves over serves the next one; none is ever used twice."""

    __slots__ = ("_pools", "cdr", "hold", "message", "session", "transfer")

    def __init__(self) -> None:
        self._pools: list[deque[int]] = [deque() for _ in _KINDS]
        self.transfer, self.hold, self.session, self.cdr, self.message = map(_taken_from, self._pools)

    def missing(self, requests: Iterable[Request]) -> list[int]:
        """How many of each kind to fetch, so that these requests find all that they may need."""
        needed = map(sum, zip(*(_NEEDED[type(request)] for request in requests), strict=True))
        return [count + IN_STORE if count > len(pool) else 0 for count, pool in zip(needed, self._pools, strict=True)]

    def add(self, fresh: Sequence[Sequence[int]]) -> None:
        """Take what `statements.IDS` gave, if it was asked."""
        for pool, ids in zip(self._pools, fresh, strict=False):
            pool.extend(ids)


def _taken_from(pool: deque[int]) -> Iterator[int]:
    while True:
        yield pool.popleft()
