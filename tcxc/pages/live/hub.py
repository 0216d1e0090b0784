"""One process's viewers: who looks at which company, and what each of them is still to be told.

Each company that is looked at has one task. A notice wakes it, at most once a second; it reads once for all who look,
ends those who no longer may, and hands the others what has changed. What a slow reader was not told yet is overwritten
by what is true now, so nothing piles up. Notices may be lost: each company is read again before long anyway.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress
from typing import Any

import redis.asyncio
import structlog
from django.conf import settings
from django.db import connection
from prometheus_client import Gauge
from redis.exceptions import RedisError

from tcxc import live
from tcxc.pages.live.figures import Snapshot, snapshot
from tcxc.pages.live.sitting import Sitting, still_sitting
from tcxc.pages.seats import Side

LEAST_PAUSE = 1.0  # seconds between two reads for one company
LONGEST_PAUSE = 15.0
PAUSE_WITHOUT_NOTICES = 3.0  # Redis is away
SIGNED_OUT = "signed_out"

VIEWERS = Gauge("tcxc_live_viewers", "Open streams of live pages.", multiprocess_mode="livesum")
log = structlog.get_logger(__name__)
Place = tuple[Side, int]


class Viewer:
    """One open stream, and what it has not been told yet."""

    def __init__(self, sitting: Sitting, known: str = "") -> None:
        self.sitting = sitting
        self.known = known  # the digest of what the browser has been told
        self.figures: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        self.end = ""  # why the stream has to end
        self.wake = asyncio.Event()

    def tell(self, changed: Snapshot, digest: str) -> None:
        """Note what has changed; it replaces what was noted before and not sent yet. `digest` is that of the whole."""
        if digest != self.known and (changed.figures or changed.marks):
            self.figures |= changed.figures
            self.marks |= changed.marks
            self.wake.set()
        self.known = digest

    def stop(self, why: str) -> None:
        """Have the stream end."""
        self.end = why
        self.wake.set()

    def take(self) -> Snapshot:
        """What is to be sent now."""
        self.wake.clear()
        taken = Snapshot(self.figures, self.marks)
        self.figures, self.marks = {}, {}
        return taken


class Watch:
    """A company that is looked at."""

    def __init__(self, hub: "Hub", place: Place) -> None:
        self.viewers: set[Viewer] = set()
        self.dirty = asyncio.Event()
        self._hub, self._place = hub, place
        self._last = Snapshot()
        self.task = asyncio.create_task(self._run())

    def join(self, viewer: Viewer) -> None:
        """Let somebody look: they are told all that is known, and the newest soon."""
        self.viewers.add(viewer)
        if self._last.figures:
            viewer.tell(self._last, self._last.digest)
        self.dirty.set()

    async def _run(self) -> None:
        while True:
            self.dirty.clear()
            viewers = list(self.viewers)
            try:
                seated, found = await asyncio.to_thread(_look, self._place, [v.sitting for v in viewers])
                self._hand_out(viewers, seated, found)
            except Exception as problem:  # the database is away, or a fault of ours: the next read may do better
                log.exception("live_read_failed", place=self._place, problem=type(problem).__name__)
            await asyncio.sleep(LEAST_PAUSE)
            pause = LONGEST_PAUSE if self._hub.hears else PAUSE_WITHOUT_NOTICES
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self.dirty.wait()

    def _hand_out(self, viewers: list[Viewer], seated: set[Sitting], found: Snapshot) -> None:
        changed, digest = found.since(self._last), found.digest
        self._last = found
        for viewer in viewers:
            if viewer.sitting in seated:
                viewer.tell(changed, digest)
            else:
                viewer.stop(SIGNED_OUT)


def _look(place: Place, sittings: list[Sitting]) -> tuple[set[Sitting], Snapshot]:
    try:
        return still_sitting(sittings, place[1]), snapshot(*place)
    finally:
        connection.close()  # back to the pool: no request of Django's ends here


class Hub:
    """All viewers of one event loop."""

    def __init__(self) -> None:
        self.hears = False  # whether notices arrive
        self._watches: dict[Place, Watch] = {}
        self._places: defaultdict[int, set[Place]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None

    def join(self, place: Place, viewer: Viewer) -> None:
        """Let somebody look at a company."""
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        if place not in self._watches:
            self._watches[place] = Watch(self, place)
            self._places[place[1]].add(place)
        self._watches[place].join(viewer)
        VIEWERS.inc()

    def leave(self, place: Place, viewer: Viewer) -> None:
        """They look no more; the last one ends the reading."""
        watch = self._watches[place]
        watch.viewers.discard(viewer)
        VIEWERS.dec()
        if not watch.viewers:
            watch.task.cancel()
            del self._watches[place]
            self._places[place[1]].discard(place)
            if not self._places[place[1]]:
                del self._places[place[1]]
        if not self._watches and self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self) -> None:
        """Take notices, for as long as anybody looks; when Redis is away, try again every few seconds."""
        while True:
            try:
                await self._take_notices()
            except (RedisError, OSError) as problem:
                log.warning("live_notices_away", problem=type(problem).__name__)
            finally:
                self.hears = False
            await asyncio.sleep(PAUSE_WITHOUT_NOTICES)

    async def _take_notices(self) -> None:
        client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, health_check_interval=10)
        async with client, client.pubsub(ignore_subscribe_messages=True) as subscription:
            await subscription.subscribe(live.channel())
            self.hears = True
            self._wake(set(self._places))  # whatever was missed meanwhile
            while True:
                message = await subscription.get_message(timeout=10)
                if message is not None:
                    self._wake(_companies(message))

    def _wake(self, companies: set[int]) -> None:
        for company in companies & self._places.keys():
            for place in self._places[company]:
                self._watches[place].dirty.set()


def _companies(message: dict[str, Any]) -> set[int]:
    return {company for _what, company in live.decode(message["data"])}
