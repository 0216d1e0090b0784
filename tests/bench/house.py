"""The benchmark's own servers, in .data/bench: durable as in production, and nobody's data in them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import psycopg

from tcxc.embedded import CHECKOUT, Place, Postgres, Redis, use
from tests.bench import cpu

DATA = CHECKOUT / ".data" / "bench"
DATABASE = "bench"
MADE_FROM = ("*/migrations/*.py", "*/migrations/*.sql", "tests/bench/world.py")


class House:
    """A PostgreSQL with a loaded database, of which every row of the benchmark gets a fresh copy."""

    def __init__(self) -> None:
        self.place = Place(DATA)
        self._postgres = Postgres(self.place)
        for name in ("DATABASE_URL", "REDIS_URL", "TESTING_DATABASE", "PORT", "AAA_PORT"):
            os.environ.pop(name, None)  # of the person who runs this; nothing of theirs is touched
        os.environ |= {"TCXC_DATA": str(DATA), "DJANGO_SETTINGS_MODULE": "tcxc.settings"}
        os.environ["DJANGO_RUNSERVER_HIDE_WARNING"] = "1"

    def open(self) -> None:
        """Start the servers and load the world, unless an earlier run has loaded the same."""
        use.servers(self.place)
        (DATA / "metrics").mkdir(exist_ok=True)
        os.environ |= {"DATABASE_URL": self.url(DATABASE), "REDIS_URL": Redis(self.place).url}
        self.loaded = f"loaded_{_digest()}"
        with self.connect("postgres") as connection:
            known = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
            if self.loaded not in known:
                self._load(connection)

    def url(self, database: str) -> str:
        """The DATABASE_URL of one database."""
        return f"postgres://tcxc@{quote(str(self.place.sockets), safe='')}/{database}"

    def connect(self, database: str = DATABASE) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection in autocommit mode."""
        return psycopg.connect(host=str(self.place.sockets), user="tcxc", dbname=database, autocommit=True)

    def fresh(self) -> None:
        """Throw the measured database away and copy the loaded one."""
        self.turn_to(DATABASE)
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            copying = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
            connection.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {self.loaded}{copying}")
            connection.execute("CHECKPOINT")
        self._warm()

    def copy(self, name: str) -> None:
        """A second database, as the measured one is now."""
        self.turn_to(DATABASE)
        with self.connect("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [DATABASE])
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")

    def turn_to(self, name: str) -> None:
        """Let the models of this process use that database."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = name

    def drop(self, name: str) -> None:
        """Throw a second database away."""
        self.turn_to(DATABASE)
        with self.connect("postgres") as there:
            there.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _warm(self) -> None:
        """Bring the copy into PostgreSQL's own cache, where the tables of a house are that has run for a while."""
        with self.connect() as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            connection.execute(
                "SELECT sum(pg_prewarm(oid)) FROM pg_class WHERE relkind IN ('r', 'i', 't') "
                "AND relnamespace = 'public'::regnamespace"
            )

    def processor_seconds(self) -> float:
        """The processor time that PostgreSQL has used since it started."""
        return cpu.seconds(self.postmaster)

    @property
    def postmaster(self) -> int:
        """PostgreSQL's first process."""
        return int((self._postgres.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def program(self, name: str) -> Path | None:
        """A program beside the PostgreSQL that runs; None when that came without it."""
        running = Path((self._postgres.data / "postmaster.opts").read_text().split(maxsplit=1)[0])
        found = running.with_name(name)
        return found if found.exists() else None

    def _load(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        sys.stderr.write("loading the world of the benchmark\n")
        connection.execute("DROP DATABASE IF EXISTS loading WITH (FORCE)")
        connection.execute("CREATE DATABASE loading")
        command = [sys.executable, "-m", "tests.bench.world"]
        environment = {**os.environ, "DATABASE_URL": self.url("loading"), "TCXC_ROLE": "command"}
        subprocess.run(command, check=True, cwd=CHECKOUT, env=environment)
        connection.execute(f"ALTER DATABASE loading RENAME TO {self.loaded}")


def _digest() -> str:
    """Of all that the loaded database is made from."""
    digest = hashlib.sha256()
    for file in sorted(file for pattern in MADE_FROM for file in CHECKOUT.glob(pattern)):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
