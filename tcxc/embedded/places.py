"""Where the embedded servers keep their files, and as whom they run."""

import hashlib
import os
import pwd
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.lifeline import OURSELVES, Identity
from tcxc.embedded.locks import exclusive

NOBODY = 65534
LOG_LIMIT = 20 * 2**20  # bytes
# sun_path holds 108 bytes with its closing zero; the longest socket name is PostgreSQL's.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432")
OUTSIDE = Path("/var/lib/tcxc")  # for tests /tmp


@dataclass(frozen=True)
class Place:
    """One set of embedded servers: `root` is its data folder; `durable` is off for tests only."""

    root: Path
    durable: bool = True

    @property
    def home(self) -> Path:
        """Where the servers' files are: `root`, or the folder its link `home` names (see `settle`)."""
        link = self.root / "home"
        return link.readlink() if link.is_symlink() else self.root

    @property
    def sockets(self) -> Path:
        """The folder of the servers' sockets; a short one in /tmp when the path would be too long for a socket."""
        folder = self.home / "run"
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
        return Path("/tmp") / f"tcxc-{digest}"  # noqa: S108  (`private_folder` refuses one that is not ours)

    def log(self, name: str) -> Path:
        """The log file of one server."""
        return self.root / "log" / f"{name}.log"

    def open_log(self, name: str) -> IO[bytes]:
        """Open a server's log to append to; a large one is put aside first and replaces the one before."""
        path = self.log(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.old"))
        return path.open("ab")

    def lock(self, name: str) -> Path:
        """A lock file of this place."""
        return self.root / "lock" / name

    def settle(self) -> None:
        """Make the folders. As root, choose a home that the servers' user can reach.

        PostgreSQL refuses to run as root, and in a checkout under /root its user could not open a file, so the
        servers' files then move to /var/lib/tcxc and a link in `root` names them.
        """
        with exclusive(self.lock("place")):
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
            if self.home == self.root and os.geteuid() == 0 and not reachable(self.root, NOBODY):
                self._settle_outside()
            self.home.mkdir(parents=True, exist_ok=True)
            private_folder(self.sockets, self.user)

    def _settle_outside(self) -> None:
        folder = OUTSIDE if self.durable else Path("/tmp")  # noqa: S108  (the name below can't be guessed)
        home = folder / f"tcxc-{secrets.token_hex(8)}"
        home.mkdir(parents=True)
        for made in {folder, home} - {Path("/tmp")}:  # noqa: S108
            made.chmod(0o755)
        (home / "checkout").write_text(f"{self.root}\n")
        (self.root / "home").symlink_to(home)

    @property
    def user(self) -> int:
        """The user the servers run as: this one; for root the owner of existing data, else nobody."""
        if os.geteuid() != 0:
            return os.geteuid()
        data = self.home / "postgres"
        owner = data.stat().st_uid if data.exists() else 0
        return owner or NOBODY

    @property
    def identity(self) -> Identity:
        """How to start a server: as ourselves, or for root as the servers' user."""
        if os.geteuid() != 0:
            return OURSELVES
        return Identity(self.user, user_group(self.user), [])


def reachable(path: Path, user: int) -> bool:
    """Whether that user may open the folder, tried by doing it."""
    if user == os.geteuid():
        return os.access(path, os.X_OK)
    tried = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(path)],
        check=False, user=user, group=user, extra_groups=[], stderr=subprocess.DEVNULL, cwd="/",
    )  # fmt: skip
    return tried.returncode == 0


def private_folder(path: Path, user: int) -> None:
    """Make a folder that only `user` (and root) may open, or check that it is one.

    Raises EmbeddedError when somebody else's folder or a link is in its place.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in {user, os.geteuid()}:
        raise EmbeddedError(f"{path} belongs to somebody else. Remove it, or run as its owner.")
    if os.geteuid() == 0:
        os.chown(path, user, user_group(user))
    path.chmod(0o700)


def user_name(user: int) -> str:
    """The name of a user id; raises EmbeddedError when the system has none (PostgreSQL needs one)."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        raise EmbeddedError(f"User id {user} has no name on this system; PostgreSQL needs one. Add it.") from None


def user_group(user: int) -> int:
    """The main group of a user id."""
    try:
        return pwd.getpwuid(user).pw_gid
    except KeyError:
        return user
