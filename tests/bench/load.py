"""Sends load over HTTP: wrk where it is installed (Debian's package wrk), else a slower client in Python."""

import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.bench.settings import CONNECTIONS
from tests.bench.world import PLATFORM_KEY, SPREAD

SCRIPT = Path(__file__).with_name("requests.lua")


@dataclass(frozen=True)
class Load:
    """What came back: answers a second, latencies in milliseconds."""

    requests: int
    seconds: float
    refused: int
    lost: int
    p50_ms: float
    p99_ms: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return (self.requests - self.refused) / self.seconds


def send(
    port: int,
    what: str,
    seconds: float,
    *,
    kind: str = SPREAD,
    pause_ms: float = 0,
    connections: int = CONNECTIONS,
    may_be_refused: bool = False,
) -> Load:
    """Send `what` (authorize, call, batch, empty) for some seconds; raises RuntimeError when one in 100 goes wrong.

    `pause_ms` is how long each connection pauses between two requests, on average.
    """
    arguments = [kind, what, f"{time.time():.3f}", f"{pause_ms:g}", PLATFORM_KEY]
    command = _client(port, seconds, connections)
    said = subprocess.run([*command, *arguments], check=True, capture_output=True, text=True).stdout
    load = Load(**json.loads(said.partition("SUMMARY ")[2]))
    if not may_be_refused and load.refused + load.lost > load.requests / 100:
        raise RuntimeError(f"{what}: {load}")
    return load


def _client(port: int, seconds: float, connections: int) -> list[str]:
    url = f"http://127.0.0.1:{port}"
    wrk = _wrk()
    if wrk is None:
        return [sys.executable, "-m", "tests.bench.client", url, str(seconds), str(connections)]
    return [wrk, "-t", "2", "-c", str(connections), "-d", f"{round(seconds)}s", "-s", str(SCRIPT), url, "--"]


@cache
def _wrk() -> str | None:
    found = shutil.which("wrk")
    if found is None:
        sys.stderr.write("wrk is not installed: a client in Python stands in, and takes more of the processor.\n")
    return found
