"""Full load through the slim door: what its processes acknowledged outlives their kill -9 and the database's crash."""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tcxc.actors import Actor
from tcxc.embedded import CHECKOUT
from tcxc.models import Holder
from tcxc.operations.api_keys import make_key
from tests import world as worlds
from tests.cluster import DurablePostgres
from tests.faults.test_crashes import CLEAN, asked_again
from tests.processes import free_port, wait_until

PROCESSES, CALLERS = 2, 16


@dataclass
class Traffic:
    """Calls over HTTP on three wallets, each request repeated until it has its answer; and all that was said."""

    port: int
    key: str
    places: list[worlds.World]
    lines: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    serial: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def told(self) -> int:
        """How many requests have been answered."""
        return sum("told" in line for line in list(self.lines))

    def call(self, place: worlds.World) -> None:
        """Calls, one after the other, until it is to stop."""
        while not self.stopping.is_set():
            name = f"CA-door-{next(self.serial)}"
            facts = {"session_id": name, "account_sid": place.sid, "service": "voice", "to": "447700900123"}
            self.insist("authorize", facts)
            self.insist("update", {"session_id": name, "seq": 1, "used_seconds": 60})
            if next(self.serial) % 4:  # every fourth call is never heard of again
                self.insist("terminate", {"session_id": name, "used_seconds": 90})

    def insist(self, operation: str, fields: dict[str, Any]) -> None:
        """Ask until there is an answer, or until it is to stop."""
        name = fields["session_id"]
        self.lines.append(
            {"asked": name, "operation": operation, "platform": self.places[0].platform.pk, "fields": fields}
        )
        while not self.stopping.is_set():
            with suppress(OSError, http.client.HTTPException):
                status, body = self.post(operation, fields)
                if status != 503:
                    self.lines.append({"told": name, "operation": operation, "status": status, "body": body})
                    return
            time.sleep(0.02)

    def post(self, operation: str, fields: dict[str, Any]) -> tuple[int, str]:
        """One request over a connection of its own."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        try:
            client.request("POST", f"/api/v1/aaa/{operation}", json.dumps(fields), headers)
            reply = client.getresponse()
            return reply.status, reply.read().decode()
        finally:
            client.close()


@contextmanager
def door(cluster: DurablePostgres, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The door in two processes, as the supervisor starts them."""
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "tcxc.asgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(PROCESSES), "--respawn-failed-workers"]
    command += ["--workers-kill-timeout", "8", "--loop", "uvloop"]
    environment = cluster.environment | {"TCXC_ROLE": "web", "REDIS_URL": "unix:///nowhere/redis.sock"}
    server = subprocess.Popen(
        [*command, "--log-level", "critical"], cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        yield server
    finally:
        end(server)


def end(server: "subprocess.Popen[bytes]") -> None:
    """Stop the server; one that was hurt so that it can't end by itself is killed with its workers."""
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        subprocess.run(["kill", "-9", *map(str, processes_of(server)), str(server.pid)], check=True)
        server.wait(5)


@contextmanager
def calling(traffic: Traffic) -> Iterator[None]:
    """Callers at work."""
    callers = [threading.Thread(target=traffic.call, args=[traffic.places[n % 3]]) for n in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        yield
    finally:
        traffic.stopping.set()
        for caller in callers:
            caller.join(20)


def processes_of(server: "subprocess.Popen[bytes]") -> list[int]:
    """The server's workers."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(child) for child in children]


def more_is_told(traffic: Traffic, number: int, seconds: float = 20) -> None:
    before = traffic.told
    wait_until(lambda: traffic.told > before + number, seconds=seconds)


@pytest.fixture
def traffic(cluster, models_there) -> Traffic:
    worlds._serial = count(time.time_ns() // 10**6 % 10**9)
    first, *others = (worlds.make_world("100000") for _ in range(3))
    for other in others:  # all of them by one platform, whose key the door knows
        other.account.links.update(platform=first.platform)
    key = make_key(holder=Holder.PLATFORM, name="crash", platform=first.platform, by=Actor.system())
    return Traffic(free_port(), key.secret, [first, *others])


def test_killed_doors_and_a_crashed_database_lose_nothing_and_come_back_by_themselves(cluster, traffic, tmp_path):
    with door(cluster, traffic.port) as server, calling(traffic):
        more_is_told(traffic, 100, seconds=30)
        for victim in processes_of(server):
            subprocess.run(["kill", "-9", str(victim)], check=True)
            more_is_told(traffic, 100)
            wait_until(lambda: len(processes_of(server)) == PROCESSES, seconds=20)
        cluster.crash()
        time.sleep(0.3)
        cluster.start()
        more_is_told(traffic, 200)
    output = tmp_path / "lines"
    output.write_text("".join(json.dumps(line) + "\n" for line in traffic.lines))
    found = asked_again(cluster, output)
    assert found.pop("told") > 400
    assert found.pop("unknown") >= 0
    assert found == CLEAN
