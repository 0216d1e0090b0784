"""Using the embedded servers: finds them running, or has them started for as long as this process lives."""

import atexit
import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tcxc.embedded import CHECKOUT, Place, Postgres, Redis, locks, place
from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.keeper import Server

PATIENCE = 300.0  # seconds; a large database has much to recover after a crash

_held: dict[Path, int] = {}  # users' locks of this process, kept until it ends


def needed(where: Place) -> list[Server]:
    """The servers that no DATABASE_URL or REDIS_URL stands in for."""
    wanted: list[Server] = []
    if not os.environ.get("DATABASE_URL"):
        wanted.append(Postgres(where))
    if not os.environ.get("REDIS_URL"):
        wanted.append(Redis(where))
    return wanted


def servers(where: Place | None = None) -> None:
    """Have the embedded servers running until this process ends; returns when they are ready.

    Those that were not running are stopped afterwards, unless somebody else uses them by then.
    Raises EmbeddedError with the reason when one can't be started.
    """
    started = [(server, hold(server)) for server in needed(where or place())]
    for server, keeper in started:
        wait_until_ready(server, keeper)
        if keeper is not None:
            atexit.register(_let_go, server, keeper)


def hold(server: Server) -> "subprocess.Popen[bytes] | None":
    """Become a user of a server; when it is not ready, start a keeper for it and return that."""
    join(server)
    return None if server.is_ready() else start_keeper(server)


def join(server: Server) -> None:
    """Become a user of a server, running or not, until this process ends."""
    path = server.place.lock(f"{server.name}.users")
    if path not in _held:
        descriptor = locks.open_lock(path)
        locks.take_shared(descriptor)  # waits while a keeper stops the server
        _held[path] = descriptor


def start_keeper(server: Server) -> "subprocess.Popen[bytes]":
    """Start a keeper process. It outlives us for as long as others use its server, and not longer."""
    with server.place.open_log(server.name) as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tcxc.embedded", server.name],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, "TCXC_DATA": str(server.place.root), "PYTHONPATH": str(CHECKOUT)},
        )


def wait_until_ready(server: Server, keeper: "subprocess.Popen[bytes] | None") -> None:
    """Wait for a server; raises EmbeddedError with the end of its log when its keeper gives up."""
    deadline = time.monotonic() + PATIENCE
    while not server.is_ready():
        if keeper is not None and keeper.poll() is not None:
            raise EmbeddedError(_last_words(server))
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{server.name} was not ready in time.\n{_last_words(server)}")
        time.sleep(0.02)


def remove(where: Place) -> None:
    """Delete a place with all its data; raises EmbeddedError while somebody uses a server of it."""
    for server in (Postgres(where), Redis(where)):
        if not locks.try_exclusive(locks.open_lock(where.lock(f"{server.name}.users"))):
            raise EmbeddedError(f"{server.name} is in use: stop what uses it first.")
    shutil.rmtree(where.home)
    shutil.rmtree(where.root, ignore_errors=True)


def _last_words(server: Server) -> str:
    log = server.place.log(server.name)
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([*lines[-15:], f"(log: {log})"])


def _let_go(server: Server, keeper: "subprocess.Popen[bytes]") -> None:
    """At the end of this process: leave, and when nobody else uses the server, wait until it has stopped."""
    descriptor = _held.pop(server.place.lock(f"{server.name}.users"), None)
    if descriptor is None:
        return
    we_are_the_last = locks.try_exclusive(descriptor)
    os.close(descriptor)
    if we_are_the_last:
        with suppress(subprocess.TimeoutExpired):
            keeper.wait(PATIENCE)
