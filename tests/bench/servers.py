"""Web servers to measure: granian as `make run` starts it, in processes of its own."""

import os
import socket
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGKILL, SIGTERM

from tcxc.embedded import CHECKOUT, lifeline
from tcxc.supervisor import programs
from tests.bench.house import House

REST = "tests.bench.rest:application"  # Django REST framework, for the AAA paths too
SLIM = "tcxc.asgi:application"  # the product: AAA paths by the slim door
WORKERS = 2


@contextmanager
def serve(house: House, application: str, *, settings: str = "tcxc.settings", workers: int = WORKERS) -> Iterator[int]:
    """Serve an application on a free port of this machine; gives the port."""
    with serve_processes(house, application, settings=settings, workers=workers) as (port, _):
        yield port


@contextmanager
def serve_processes(
    house: House, application: str, *, settings: str = "tcxc.settings", workers: int = WORKERS
) -> Iterator[tuple[int, int]]:
    """As `serve`; gives the server's process too, which has the workers for children."""
    port = _free_port()
    listen = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--log-level", "warning"]
    listen += ["--loop", "uvloop"]
    environment = programs.environment("web", house.place.root)
    with house.place.open_log("web") as log:
        server = lifeline.spawn(
            [sys.executable, "-m", "granian", "--interface", "asginl", application, *listen],
            death_signal=SIGKILL,
            output=log,
            env={**environment, "DJANGO_SETTINGS_MODULE": settings},
            cwd=CHECKOUT,
        )
    try:
        _wait_until_it_answers(port)
        yield port, server.pid
    finally:
        lifeline.stop(server, SIGTERM, patience=10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
                return
        except urllib.error.HTTPError:  # an application without that path
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port}; see {os.environ['TCXC_DATA']}/log/web.log")
