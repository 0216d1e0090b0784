"""The product's own server, as `make run` starts it, on the tests' database: for what needs open streams."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from django.conf import settings
from django.db import connection

from tcxc.embedded import CHECKOUT
from tests.processes import free_port


@contextmanager
def a_site() -> Iterator[str]:
    """Its address, once it answers; ended afterwards."""
    there = connection.settings_dict
    name = f"{there['USER']}@{quote(str(there['HOST']), safe='')}:{there['PORT'] or ''}".rstrip(":")
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": f"postgres://{name}/{there['NAME']}",
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "EXPORT_ROOT": str(settings.EXPORT_ROOT),
        "DJANGO_SETTINGS_MODULE": "tcxc.settings",
        "TCXC_ROLE": "web",
    }
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "tcxc.asgi:application", "--workers", "1"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--workers-kill-timeout", "1"]
    server = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    try:
        wait_until_up(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_until_up(url: str, seconds: float = 30) -> None:
    """Return when the server answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            urlopen(f"{url}/healthz", timeout=2)
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("The server did not start.")
