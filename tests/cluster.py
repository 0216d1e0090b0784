"""A PostgreSQL of one test's own, with fsync and synchronous_commit on, that can be crashed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tcxc.embedded import CHECKOUT, Place, Postgres, lifeline


class DurablePostgres:
    """A cluster in a temporary folder that the database's user can reach."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="tcxc-durable-", dir="/tmp"))
        self.server = Postgres(Place(folder, durable=True))
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The value for DATABASE_URL."""
        return self.server.url

    @property
    def conninfo(self) -> str:
        """For psycopg."""
        return f"host={self.server.place.sockets} user=tcxc dbname=tcxc"

    @property
    def environment(self) -> dict[str, str]:
        """For subprocesses of the product (manage.py, a web server) that should use this database."""
        return os.environ | {
            "DATABASE_URL": self.url,
            "TESTING_DATABASE": "0",
            "DJANGO_SETTINGS_MODULE": "tcxc.settings",
        }

    def connect(self, **options: object) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of psycopg's."""
        return psycopg.connect(self.conninfo, **options)  # type: ignore[arg-type]

    def start(self) -> None:
        """Start it, after a crash too, and wait until it takes connections."""
        place = self.server.place
        place.settle()
        self.server.prepare()
        with place.open_log("postgres") as log:
            self.process = lifeline.spawn(
                self.server.command(), death_signal=signal.SIGQUIT, output=log, cwd=place.home, identity=place.identity
            )
        self._wait_until_ready()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while not self.server.is_ready():
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.02)

    def migrate(self) -> None:
        """Apply every migration."""
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, check=True, cwd=CHECKOUT, env=self.environment)

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does: every process ends at once, nothing is flushed."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """`kill -9` of the postmaster; its other processes notice and end."""
        self._end(signal.SIGKILL)

    def _end(self, number: int) -> None:
        assert self.process is not None, "start() comes first"
        self.process.send_signal(number)
        self.process.wait(30)

    def remove(self) -> None:
        """End it and delete its files."""
        if self.process is not None and self.process.poll() is None:
            self.crash()
        shutil.rmtree(self.server.place.root)
