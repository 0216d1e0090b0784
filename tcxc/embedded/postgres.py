"""The embedded PostgreSQL: how it is made, set up, started and recognised."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from tcxc.embedded.binaries import PostgresPrograms, postgres_programs, within_reach
from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.places import Place, private_folder, user_name
from tcxc.embedded.postgres_conf import CONF, HBA, ident
from tcxc.embedded.sockets import accepts

DATABASE = ROLE = "tcxc"
PATIENCE_WITH_A_DYING_SERVER = 15.0  # seconds


class Postgres:
    """One cluster in `place.home/postgres`, reached by a socket in `place.sockets` and by nothing else."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open, write a checkpoint, end

    def __init__(self, place: Place) -> None:
        self.place = place
        self._programs: PostgresPrograms | None = None

    @property
    def data(self) -> Path:
        """The cluster's folder; it may move outside of the checkout when the place is settled."""
        return self.place.home / "postgres"

    @property
    def url(self) -> str:
        """The address in the form of DATABASE_URL."""
        return f"postgres://{ROLE}@{quote(str(self.place.sockets), safe='')}/{DATABASE}"

    def prepare(self) -> None:
        """Choose the programs, make the cluster when there is none, write its configuration.

        Raises EmbeddedError when nothing here can read the data that is there.
        """
        self._programs = within_reach(self._choose(), self.place)
        if self._version() is None:
            self._create()
        self._configure()
        self._clear_stale_pid()

    def command(self) -> list[str]:
        """What to run, in the foreground."""
        return [self._found.path("postgres"), "-D", str(self.data)]

    def is_ready(self) -> bool:
        """Whether the server takes connections now: its own status line says so and its socket answers."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and accepts(self.place.sockets / ".s.PGSQL.5432")

    @property
    def _found(self) -> PostgresPrograms:
        if self._programs is None:
            raise EmbeddedError("prepare() comes first")
        return self._programs

    def _version(self) -> int | None:
        try:
            return int((self.data / "PG_VERSION").read_text())
        except FileNotFoundError:
            return None

    def _choose(self) -> PostgresPrograms:
        """The first programs here, or those of the version that wrote the data."""
        found = postgres_programs()
        if not found:
            raise EmbeddedError("No PostgreSQL found: install postgresql, or set DATABASE_URL.")
        written_by = self._version()
        for programs in found:
            if written_by in {None, programs.major}:
                return programs
        raise EmbeddedError(self._how_to_move(written_by, found[0]))

    def _how_to_move(self, old: int | None, new: PostgresPrograms) -> str:
        old_folder = f"/usr/lib/postgresql/{old}/bin"
        start = f"TCXC_POSTGRES_BIN={old_folder} .venv/bin/python -m tcxc.embedded hold"
        here = f"-h {self.place.sockets} -U {ROLE}"
        return (
            f"{self.data} was written by PostgreSQL {old}, and only PostgreSQL {new.major} is here. Nothing was"
            f" touched. To keep the data, install PostgreSQL {old} once, dump, and restore:\n"
            f"  {start} &  # in another terminal\n"
            f"  {old_folder}/pg_dump {here} -Fc -f tcxc.dump {DATABASE}\n"
            f"  kill %1; mv {self.data} {self.data}-{old}\n"
            f"  .venv/bin/python -m tcxc.embedded hold &\n"
            f"  {new.path('pg_restore')} {here} -d {DATABASE} tcxc.dump\n"
            "To give it up, remove that folder."
        )

    def _create(self) -> None:
        """Run initdb in a half-made folder and rename it at the end, so that a kill leaves nothing half-made."""
        half = self.data.with_name("postgres.half")
        shutil.rmtree(half, ignore_errors=True)
        private_folder(half, self.place.user)
        options = ["-U", ROLE, "-E", "UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--auth=peer", "--data-checksums"]
        if not self.place.durable:
            options.append("--no-sync")
        self._run([self._found.path("initdb"), "-D", str(half), *options])
        statement = f"CREATE DATABASE {DATABASE};\n"
        self._run([self._found.path("postgres"), "--single", "-D", str(half), "postgres"], statement)
        half.rename(self.data)

    def _run(self, command: list[str], text: str = "") -> None:
        as_whom = self.place.identity
        done = subprocess.run(
            command,
            check=False,
            input=text,
            capture_output=True,
            text=True,
            cwd=self.place.home,
            user=as_whom.user,
            group=as_whom.group,
            extra_groups=as_whom.extra_groups,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")

    def _configure(self) -> None:
        names = sorted({user_name(os.geteuid()), user_name(self.place.user)})
        (self.data / "postgresql.conf").write_text(CONF.render(self.place.sockets, durable=self.place.durable))
        (self.data / "pg_hba.conf").write_text(HBA)
        (self.data / "pg_ident.conf").write_text(ident(names, ROLE))

    def _clear_stale_pid(self) -> None:
        """Wait for a server that is just ending; drop the pid file of one that was killed.

        The number in such a file may belong to another process by now (after a reboot, or in a container), for
        which PostgreSQL would refuse to start. Nobody else can be starting: the keeper's lock is ours.
        """
        pid_file = self.data / "postmaster.pid"
        deadline = time.monotonic() + PATIENCE_WITH_A_DYING_SERVER
        while pid_file.exists() and self._is_postmaster(int(pid_file.read_text().split("\n", 1)[0])):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Another PostgreSQL is using {self.data}: stop it first.")
            time.sleep(0.05)
        pid_file.unlink(missing_ok=True)

    def _is_postmaster(self, pid: int) -> bool:
        try:
            program = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0", 1)[0]
            return program.endswith(b"postgres") and Path(f"/proc/{pid}/cwd").readlink() == self.data.resolve()
        except OSError:
            return False
