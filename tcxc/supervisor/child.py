"""One supervised program: starts it, and starts it again when it ends."""

import subprocess
import time

from tcxc.embedded import lifeline
from tcxc.supervisor.programs import STOP_SIGNAL, Program

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0  # seconds before a restart
SETTLED = 30.0  # seconds after which an end is a new mishap, not the last one again


class Child:
    """A program that should run until we stop it."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._due_at = 0.0
        self._pause = FIRST_PAUSE

    def start(self) -> None:
        """Start the program now."""
        self._process = self.program.start()
        self._started_at = time.monotonic()

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        """The running process, if there is one."""
        return self._process

    def has_ended(self) -> bool:
        """Whether it runs no more; `reap` gives its exit code."""
        return self._process is None or lifeline.has_ended(self._process)

    def reap(self) -> int:
        """The exit code of a program that has ended, or of one that is killed for it."""
        code = 0 if self._process is None else lifeline.reap(self._process)
        self._process = None
        return code

    def look_after(self) -> str | None:
        """Notice an end and start again after a pause that doubles; returns what there is to say about it."""
        now = time.monotonic()
        if self._process is None:
            if now >= self._due_at:
                self.start()
            return None
        if not self.has_ended():
            return None
        code = self.reap()
        self._pause = FIRST_PAUSE if now - self._started_at > SETTLED else min(self._pause * 2, LONGEST_PAUSE)
        self._due_at = now + self._pause
        return f"{self.program.name} ended with {code}; starting it again in {self._pause:.1f} s"

    def ask_to_end(self) -> None:
        """Send the stop signal; `end` waits."""
        if self._process is not None and not self.has_ended():
            self._process.send_signal(STOP_SIGNAL)

    def end(self, deadline: float) -> None:
        """Wait for the end until the deadline (monotonic seconds), then kill whatever is left of its group."""
        while time.monotonic() < deadline and not self.has_ended():
            time.sleep(0.02)
        self.reap()
