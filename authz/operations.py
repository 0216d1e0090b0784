"""The engine as the doors use it: one group commit a process, and the sweep of silent sessions."""

import os
import threading
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from django.conf import settings
from django.db import connection as django_connection

from authz.engine import fibres, statements
from authz.engine.engine import Engine
from authz.engine.group_commit import Bounds, GroupCommit
from authz.engine.state import Answer, Ask
from tcxc.clock import utc_now

_lock = threading.Lock()
_gatherer: tuple[int, GroupCommit] | None = None


def open_engine() -> Engine:
    """An engine over a new connection to the database of the settings. Raises `psycopg.OperationalError`."""
    parameters = django_connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if parameters.get(name)}
    # The driver prepares nothing by itself: after a rollback it would drop the engine's own statements with its own.
    connection = fibres.Connection.connect(**wanted, autocommit=True, connect_timeout=2, prepare_threshold=None)
    for statement in filter(None, map(str.strip, statements.SESSION_SETTINGS.split(";"))):
        connection.execute(statement)
    return Engine(connection)


def bounds() -> Bounds:
    """How much may wait before the engines of one process, by the settings."""
    return Bounds(
        patience=settings.AAA_PATIENCE_SECONDS,
        capacity=settings.AAA_QUEUE_LIMIT,
        of_one_payer=settings.AAA_QUEUE_LIMIT_OF_ONE_ACCOUNT,
        in_one_batch=settings.AAA_BATCH_LIMIT,
        engines=settings.AAA_ENGINES,
    )


def gatherer() -> GroupCommit:
    """This process's group commit for threads, started when it is first asked for (and anew in a forked child)."""
    global _gatherer  # noqa: PLW0603 (one a process is the point)
    if _gatherer is None or _gatherer[0] != os.getpid():
        with _lock:
            if _gatherer is None or _gatherer[0] != os.getpid():
                _gatherer = (os.getpid(), GroupCommit(open_engine, bounds()))
    return _gatherer[1]


def decide(asks: Sequence[Ask]) -> list[Answer]:
    """Answer requests durably, in order. Raises `authz.engine.group_commit.Unavailable`."""
    return gatherer().decide(asks)


def expire_silent_sessions(now: datetime | None = None) -> int:
    """Settle every session that fell silent before `now`. Returns how many."""
    with closing(open_engine()) as engine:
        return engine.expire(now or utc_now())
