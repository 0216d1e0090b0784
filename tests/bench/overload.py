"""Five times the rated load: refused in time, nobody starved, and normal again within seconds."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.bench import servers
from tests.bench.figures import figure
from tests.bench.load import Load, send
from tests.bench.servers import serve
from tests.bench.settings import CONNECTIONS, Settings
from tests.bench.world import PLATFORM_KEY, SPREAD, sid

TIMES = 5
A_FLOOD = 100  # authorizes in one request of a flood
MODEST = 8  # connections of those who ask little
GIVE_UP = 15.0  # seconds of waiting for normal times
NORMAL_MS = 50.0


@dataclass
class Flood:
    """Batches of authorizes over many connections, at a rate that is kept whatever is answered."""

    port: int
    rate: float
    of_one_account: bool
    stopping: threading.Event = field(default_factory=threading.Event)
    replies: list[tuple[int, float, str | None]] = field(default_factory=list)  # status, seconds, Retry-After

    @contextmanager
    def running(self) -> Iterator[None]:
        """Flood meanwhile."""
        threads = [threading.Thread(target=self._ask, args=[n], daemon=True) for n in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join(10)

    def _ask(self, number: int) -> None:
        pause, sent = CONNECTIONS * A_FLOOD / self.rate, 0
        due = time.monotonic() + pause * number / CONNECTIONS
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Authorization": f"Bearer {PLATFORM_KEY}", "Content-Type": "application/json"}
        while not self.stopping.wait(max(0.0, due - time.monotonic())):
            due, sent, started = due + pause, sent + 1, time.monotonic()
            client.request("POST", "/api/v1/aaa/batch", self._body(f"{id(self)}-{number}-{sent}"), headers)
            reply = client.getresponse()
            reply.read()
            self.replies.append((reply.status, time.monotonic() - started, reply.headers["Retry-After"]))
        client.close()

    def _body(self, name: str) -> str:
        base = hash(name) % 9_000
        asks = [
            {
                "op": "authorize",
                "session_id": f"{name}-{n}",
                "account_sid": sid(SPREAD, 7 if self.of_one_account else base + n),
                "service": "voice",
                "to": f"44770090{base:04d}",
            }
            for n in range(A_FLOOD)
        ]
        return json.dumps({"requests": asks})

    def facts(self) -> dict[str, Any]:
        """What became of the flood."""
        refused = [reply for reply in self.replies if reply[0] == 503]
        return {
            "flood": len(self.replies) * A_FLOOD,
            "refused": round(len(refused) / max(1, len(self.replies)), 3),
            "without_retry_after": sum(reply[2] is None for reply in refused),
            "other_statuses": sum(reply[0] not in {200, 503} for reply in self.replies),
        }

    @property
    def slowest(self) -> float:
        """Seconds of the slowest answer, whatever it was."""
        return max(seconds for _, seconds, _ in self.replies)


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """One account floods the others, then everybody at once."""
    settings.house.fresh()
    with serve(settings.house, servers.SLIM) as port:
        send(port, "authorize", settings.warm_up)
        rated = send(port, "authorize", settings.seconds).rate
        modest = _modest(port, rated)
        usual = modest(settings.seconds)
        for name, one in (("one account", True), ("all accounts", False)):
            flood = Flood(port, TIMES * rated, one)
            with flood.running():
                time.sleep(1)
                others = modest(settings.seconds)
            normal = _seconds_to_normal(modest)
            load = f"{TIMES} x {rated:.0f} authorize/s"
            title = f"overload by {name}"
            # The patience of a request (1.5 s), and what a batch that is under way may take beyond it.
            yield figure(f"{title}, slowest answer", [flood.slowest], "s", at_most=2, load=load, **flood.facts())
            if one:
                beside: dict[str, Any] = {"usually_ms": round(usual.p99_ms, 1), "refused": others.refused}
                yield figure(f"{title}, p99 of the others", [others.p99_ms], "ms", at_most=2_000, **beside)
            yield figure(f"{title}, back to normal", [normal], "s", at_most=5)


def _modest(port: int, rated: float) -> Callable[[float], Load]:
    """A tenth of the rated load, from all accounts."""
    pause_ms = 1000 * MODEST / (rated / 10)
    return lambda seconds: send(port, "authorize", seconds, pause_ms=pause_ms, connections=MODEST, may_be_refused=True)


def _seconds_to_normal(modest: Callable[[float], Load]) -> float:
    """Until a second passes in which nobody is refused and half of all answers come soon."""
    ended = time.monotonic()
    while time.monotonic() < ended + GIVE_UP:
        began = time.monotonic()
        load = modest(1)
        if not load.refused and not load.lost and load.p50_ms < NORMAL_MS:
            return began - ended
    return GIVE_UP
