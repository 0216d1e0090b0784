"""Keeps one embedded server alive for as long as somebody uses it.

Users of a server hold its `users` lock together; the keeper holds its `keeper` lock alone. When the users' lock can
be had alone, nobody is left and the server is stopped. The kernel drops the locks of a killed process, so neither a
user nor a keeper that is killed with -9 leaves anything behind. A second keeper waits for the first and takes over.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Protocol

from tcxc.embedded import lifeline, locks
from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.places import Place

PULSE = 0.1  # seconds between two looks
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds before a restart
PATIENCE = 60.0  # seconds a server gets to become ready, or to end


class Server(Protocol):
    """What a keeper needs to know of a server."""

    name: str
    stop_signal: signal.Signals
    place: Place

    def prepare(self) -> None: ...  # noqa: D102
    def command(self) -> list[str]: ...  # noqa: D102
    def is_ready(self) -> bool: ...  # noqa: D102


class Keeper:
    """Starts one server, starts it again when it dies, stops it when nobody uses it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def run(self) -> None:
        """Keep the server until its last user is gone or somebody tells us to stop.

        Raises EmbeddedError when it can't be prepared or never becomes ready.
        """
        place, name = self.server.place, self.server.name
        keeper_lock = locks.open_lock(place.lock(f"{name}.keeper"))
        self._users = locks.open_lock(place.lock(f"{name}.users"))
        locks.take_exclusive(keeper_lock)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._keep()
        finally:
            self._stop()
            os.close(keeper_lock)  # before the users' lock: who waits for that one will want this one

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep(self) -> None:
        if self._is_over():
            return
        self.server.place.settle()
        self.server.prepare()
        self._start()
        pause, ready_at = FIRST_PAUSE, self._wait_until_ready()
        while not self._is_over():
            if self._child is not None and self._child.poll() is None:
                time.sleep(PULSE)
                continue
            pause = FIRST_PAUSE if time.monotonic() - ready_at > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self._say(f"ended with {self._child and self._child.returncode}; starting it again in {pause:.1f} s")
            time.sleep(pause)
            self.server.prepare()
            self._start()
            ready_at = time.monotonic()

    def _is_over(self) -> bool:
        return self._stopping or locks.try_exclusive(self._users)

    def _start(self) -> None:
        place = self.server.place
        self._child = lifeline.spawn(
            self.server.command(),
            death_signal=self.server.stop_signal,
            cwd=place.home,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            identity=place.identity,
        )

    def _wait_until_ready(self) -> float:
        deadline = time.monotonic() + PATIENCE
        while not self.server.is_ready():
            if self._child is None or self._child.poll() is not None:
                raise EmbeddedError(f"{self.server.name} ended before it was ready; see {self._log}")
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{self.server.name} was not ready after {PATIENCE:.0f} s; see {self._log}")
            time.sleep(0.02)
        return time.monotonic()

    def _stop(self) -> None:
        if self._child is not None:
            lifeline.stop(self._child, self.server.stop_signal, patience=PATIENCE)

    @property
    def _log(self) -> str:
        return str(self.server.place.log(self.server.name))

    def _say(self, text: str) -> None:
        sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} keeper of {self.server.name}: {text}\n")
        sys.stderr.flush()
