"""Notices that something has changed, for pages that are open: after the commit, coalesced, and free to be lost.

A notice says what to look at again, never what is to be seen there: whoever shows it reads the database, by what the
viewer may see. So a notice that is lost (Redis may be away) makes a page late by seconds, and nothing else.
"""

import os
import threading
import time
from collections.abc import Iterable
from enum import StrEnum
from functools import cache

import redis
import structlog
from django.conf import settings
from django.db import transaction

PAUSE = 0.25  # seconds between two publications of one process
log = structlog.get_logger(__name__)


class What(StrEnum):
    """What there is to look at again."""

    TRAFFIC = "traffic"  # money, live calls
    JOBS = "jobs"  # exports and imports


Topic = tuple[What, int]  # of one company, by its id


class Announcer:
    """Gathers topics from any thread, and publishes them together from one of its own."""

    def __init__(self) -> None:
        self._topics: set[Topic] = set()
        self._wake = threading.Condition()
        self._thread: threading.Thread | None = None

    def tell(self, topics: Iterable[Topic]) -> None:
        """Have these published within a quarter of a second. It costs the caller next to nothing."""
        with self._wake:
            self._topics.update(topics)
            if not self._topics:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="live-notices", daemon=True)
                self._thread.start()
            self._wake.notify()

    def _run(self) -> None:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5)
        while True:
            with self._wake:
                while not self._topics:
                    self._wake.wait()
                topics, self._topics = self._topics, set()
            try:
                client.publish(channel(), encode(topics))
            except redis.RedisError as problem:
                log.debug("live_notice_lost", topics=len(topics), problem=type(problem).__name__)
            time.sleep(PAUSE)


_announcer: tuple[int, Announcer] | None = None
_lock = threading.Lock()


def announcer() -> Announcer:
    """This process's announcer (anew in a forked child, which has no threads)."""
    global _announcer  # noqa: PLW0603 (one a process is the point)
    if _announcer is None or _announcer[0] != os.getpid():
        with _lock:
            if _announcer is None or _announcer[0] != os.getpid():
                _announcer = (os.getpid(), Announcer())
    return _announcer[1]


def tell(*topics: Topic) -> None:
    """Say now that something has changed: it is committed already."""
    announcer().tell(topics)


def tell_on_commit(*topics: Topic) -> None:
    """Say so once this transaction is committed, if it is."""
    transaction.on_commit(lambda: tell(*topics), robust=True)


@cache
def channel() -> str:
    """The channel of this installation's notices; publications know no numbered databases, so its number is in it."""
    database = redis.ConnectionPool.from_url(settings.REDIS_URL).connection_kwargs.get("db", 0)
    return f"tcxc:live:{database}"


def encode(topics: Iterable[Topic]) -> str:
    """Topics as one message."""
    return " ".join(f"{what}:{company}" for what, company in topics)


def decode(message: bytes) -> set[Topic]:
    """The topics of a message; what is not one of ours is passed over."""
    found: set[Topic] = set()
    for word in message.decode("ascii", "replace").split():
        what, _, company = word.partition(":")
        if what in What.__members__.values() and company.isascii() and company.isdigit():
            found.add((What(what), int(company)))
    return found
