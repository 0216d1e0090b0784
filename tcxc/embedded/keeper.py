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
ATTEMPTS = 3  # ends in a row before it was ever ready
PATIENCE = 60.0  # seconds a server gets to end


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

        Raises EmbeddedError when it can't be prepared or doesn't start.
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
        pause, failures = FIRST_PAUSE, 0
        while True:
            self.server.prepare()
            started = time.monotonic()
            was_ready = self._run_until_it_ends()
            if self._is_over():
                return
            failures = 0 if was_ready else failures + 1
            if failures == ATTEMPTS:
                raise EmbeddedError(f"{self.server.name} ended {ATTEMPTS} times before it was ready; see above")
            pause = FIRST_PAUSE if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
            self._say(f"ended with {self._child and self._child.returncode}; starting it again in {pause:.1f} s")
            time.sleep(pause)

    def _run_until_it_ends(self) -> bool:
        """Start the server and wait until it ends or nobody needs it; whether it was ready in between.

        How long that takes is its own affair: after a crash there may be much to recover.
        """
        child = self._child = self._start()
        was_ready = False
        while child.poll() is None and not self._is_over():
            was_ready = was_ready or self.server.is_ready()
            time.sleep(PULSE)
        return was_ready

    def _is_over(self) -> bool:
        return self._stopping or locks.try_exclusive(self._users)

    def _start(self) -> "subprocess.Popen[bytes]":
        place = self.server.place
        return lifeline.spawn(
            self.server.command(),
            death_signal=self.server.stop_signal,
            cwd=place.home,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
            identity=place.identity,
        )

    def _stop(self) -> None:
        if self._child is not None:
            lifeline.stop(self._child, self.server.stop_signal, patience=PATIENCE)

    def _say(self, text: str) -> None:
        sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} keeper of {self.server.name}: {text}\n")
        sys.stderr.flush()
