"""Runs the product's programs as a person would, and finds what they leave behind."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tcxc.embedded import CHECKOUT
from tcxc.embedded.places import NOBODY, reachable


@contextmanager
def own_data(owner: int | None = None) -> Iterator[Path]:
    """A data folder for embedded servers, in a place that every user can reach, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tcxc-house-", dir="/tmp"))
    folder.chmod(0o755)
    if owner is not None:
        os.chown(folder, owner, owner)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder)


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a program on that data folder, with nothing of the tests' own settings."""
    ours = {
        "DATABASE_URL",
        "REDIS_URL",
        "TESTING_DATABASE",
        "PROMETHEUS_MULTIPROC_DIR",
        "LOG_LEVEL",
        "PORT",
        "BASE_URL",
    }
    clean = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST")}
    return {**clean, "DJANGO_SETTINGS_MODULE": "tcxc.settings", "TCXC_DATA": str(data), **more}


def run(*arguments: str, data: Path, prefix: tuple[str, ...] = (), **more: str) -> "subprocess.CompletedProcess[str]":
    """Run Python with these arguments in the checkout and wait for its end."""
    command = [*prefix, sys.executable, *arguments]
    env = environment(data, **more)
    return subprocess.run(command, check=False, cwd=CHECKOUT, env=env, capture_output=True, text=True, timeout=120)


def start(*arguments: str, data: Path, **more: str) -> "subprocess.Popen[str]":
    """Start Python with these arguments in the checkout."""
    command = [sys.executable, *arguments]
    env = environment(data, **more)
    return subprocess.Popen(
        command, cwd=CHECKOUT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def left_over(data: Path) -> list[str]:
    """The command lines of all living processes that have to do with that data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            surroundings = (process / "environ").read_bytes()
        except OSError:  # it has just ended, or is somebody else's
            continue
        if command and (os.fsencode(data) in command or b"TCXC_DATA=" + os.fsencode(data) in surroundings):
            found.append(f"{process.name} {command.replace(bytes(1), b' ').decode()}")
    return found


def postmaster(data: Path) -> int:
    """The process id of a running PostgreSQL."""
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def wait_until(true: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Wait until the function says yes; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def as_ordinary_user() -> tuple[str, ...]:
    """What to put before a command so that root runs it as nobody.

    When root's Python lies where nobody can't go, nobody is given leave to read there, and nothing else.
    """
    prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    if reachable(Path(sys.executable).resolve().parent, NOBODY):
        return prefix
    return (*prefix, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
