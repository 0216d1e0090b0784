"""One engine deciding as fast as it can: `python -m tests.bench.deciding KIND WHAT SIZE WARM_UP SECONDS`.

Prints how much it decided, in what time, and with how much of this process's processor.
"""

import gc
import json
import random
import sys
import time
from collections.abc import Callable

import django

django.setup()

from authz.engine.requests import decode  # noqa: E402
from authz.engine.state import Answer, Ask  # noqa: E402
from authz.operations import open_engine  # noqa: E402
from tests.bench.world import sid  # noqa: E402

RUN = f"{time.time():.6f}"
FACTS = '"service":"voice","from":"12025550100"'


class Traffic:
    """Batches of one size, over all accounts of a kind; `only` is the number of one account to take it all."""

    def __init__(self, kind: str, size: int, only: int | None = None) -> None:
        self._engine = open_engine()
        self._kind, self._size, self._only = kind, size, only
        self._sent = 0

    def authorize(self) -> int:
        """One batch of authorizes. Returns how many were decided."""
        return self._authorized()[1]

    def call(self) -> int:
        """A batch of whole calls: authorize, update, terminate."""
        sessions, count = self._authorized()
        self._decide("update", [f'{{"session_id":"{s}","seq":1,"used_seconds":60}}' for s in sessions], "allow")
        self._decide("terminate", [f'{{"session_id":"{s}","used_seconds":95}}' for s in sessions], "closed")
        return count

    def _authorized(self) -> tuple[list[str], int]:
        sessions = [f"{RUN}-{self._sent + n}" for n in range(self._size)]
        self._sent += self._size
        self._decide("authorize", [self._body(session) for session in sessions], "allow")
        return sessions, self._size

    def _body(self, session: str) -> str:
        account = random.randrange(10_000) if self._only is None else self._only
        to = random.randrange(10**11, 9 * 10**11)
        return f'{{"session_id":"{session}","account_sid":"{sid(self._kind, account)}",{FACTS},"to":"{to}"}}'

    def _decide(self, operation: str, bodies: list[str], expected: str) -> None:
        answers = self._engine.decide([Ask(1, 1, decode(operation, body.encode())) for body in bodies])
        wrong = next((answer for answer in answers if not _is(answer, expected)), None)
        if wrong is not None:
            raise RuntimeError(f"{operation}: {wrong.body}")


def _is(answer: Answer, expected: str) -> bool:
    return answer.body.startswith(f'{{"decision":"{expected}"')


def repeat(decide: Callable[[], int], seconds: float) -> tuple[int, float]:
    """Decide for some seconds. Returns how many were decided and the time it took."""
    started = time.perf_counter()
    count = 0
    while time.perf_counter() < started + seconds:
        count += decide()
    return count, time.perf_counter() - started


def main(kind: str, what: str, size: str, warm_up: str, seconds: str) -> None:
    """Warm up, measure, tell."""
    gc.collect()
    gc.freeze()  # as tcxc/asgi.py does
    traffic = Traffic(kind[0], int(size), only=7 if kind.endswith("one") else None)
    decide = traffic.call if what == "call" else traffic.authorize
    repeat(decide, float(warm_up))
    processor = time.process_time()
    count, elapsed = repeat(decide, float(seconds))
    told = {"count": count, "seconds": elapsed, "processor": time.process_time() - processor}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
