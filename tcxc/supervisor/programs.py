"""What `make run` runs."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

from tcxc import embedded
from tcxc.embedded import lifeline, use
from tcxc.embedded.keeper import Server
from tcxc.supervisor import address


@dataclass(frozen=True)
class Program:
    """A name for the log, how to start it, and how long (seconds) it may take to end."""

    name: str
    start: Callable[[], "subprocess.Popen[bytes]"]
    patience: float = 10.0


def environment(role: str, data: Path) -> dict[str, str]:
    """The environment of a supervised program; settings choose timeouts and pools by TCXC_ROLE."""
    mine = {
        "DJANGO_SETTINGS_MODULE": "tcxc.settings",
        "PYTHONUNBUFFERED": "1",
        "TCXC_ROLE": role,
        "TCXC_SUPERVISED": "1",
    }
    if role != "command":
        mine["PROMETHEUS_MULTIPROC_DIR"] = str(data / "metrics")  # the house empties it before it starts them
    return {**os.environ, **mine}


def _python(role: str, *arguments: str) -> Callable[[], "subprocess.Popen[bytes]"]:
    def start() -> "subprocess.Popen[bytes]":
        return lifeline.spawn(
            [sys.executable, *arguments],
            death_signal=SIGKILL,
            env=environment(role, embedded.data_folder()),
            cwd=embedded.CHECKOUT,
        )

    return start


def keeper(server: Server) -> Program:
    """The keeper of an embedded server; it needs time to let the server end well."""
    return Program(server.name, lambda: use.start_keeper(server), patience=30.0)


def preparation() -> Program:
    """Migrations, demo data, static files: runs once and ends."""
    return Program("prepare", _python("command", "manage.py", "prepare"))


def lasting() -> list[Program]:
    """The programs that run until the end."""
    programs = [
        Program(
            "web", _python("web", *_server(address.listening(), _processes("WEB_WORKERS", least=2, of_ten_cores=3)))
        ),
        Program("worker", _python("worker", *_worker())),
        Program("beat", _python("worker", *_beat())),
    ]
    door = address.aaa_listening()
    if door is not None:
        programs.insert(
            0, Program("aaa", _python("web", *_server(door, _processes("AAA_WORKERS", least=1, of_ten_cores=4))))
        )
    return programs


def _processes(variable: str, *, least: int, of_ten_cores: int) -> str:
    """As many as the environment says, else a share of the cores: of 8 2 for pages and 3 for calls, of 32 9 and 12."""
    return os.environ.get(variable) or str(max(least, (os.cpu_count() or 1) * of_ten_cores // 10))


# Bytes of a request's headers: more than any client of ours sends. What reads them may take time by their square, as
# the cookies of Python before 3.11.10 do.
MOST_HEADERS = "32768"


def _server(listening: tuple[str, int], workers: str) -> list[str]:
    host, port = listening
    listen = ["--host", host, "--port", str(port)]
    return ["-m", "granian", "--interface", "asginl", "tcxc.asgi:application", *listen, "--loop", "uvloop",
            "--workers", workers,
            "--http1-buffer-size", MOST_HEADERS, "--http2-max-headers-size", MOST_HEADERS,
            "--respawn-failed-workers", "--workers-kill-timeout", "8", "--log-level", "warning"]  # fmt: skip


def _worker() -> list[str]:
    concurrency = os.environ.get("WORKER_CONCURRENCY") or "2"
    return ["-m", "celery", "--quiet", "-A", "tcxc", "worker", "--concurrency", concurrency, "--loglevel", "WARNING",
            "--without-gossip", "--without-mingle"]  # fmt: skip


def _beat() -> list[str]:
    schedule = str(embedded.data_folder() / "beat-schedule")
    return [
        "-m",
        "celery",
        "--quiet",
        "-A",
        "tcxc",
        "beat",
        "--schedule",
        schedule,
        "--pidfile=",
        "--loglevel",
        "WARNING",
    ]


STOP_SIGNAL = SIGTERM
