"""Without its database the server says so within two seconds, grants nothing, and is itself again afterwards.

All the while there is no Redis either: nothing that is decided needs it.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.db import connection

from authz.models import Session
from tcxc.actors import Actor
from tcxc.embedded import CHECKOUT
from tcxc.models import Holder
from tcxc.operations.api_keys import make_key
from tests import world as worlds
from tests.processes import free_port, wait_until

SECONDS = 2.0


@dataclass
class Reply:
    """What came back, and how long it took."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]
    seconds: float


@dataclass
class Site:
    """A running server, a world in its database, and keys of its platform: some that it has not seen yet."""

    port: int
    world: worlds.World
    keys: list[str]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        """One request; with the first key unless the headers say otherwise."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"Authorization": f"Bearer {self.keys[0]}", "Content-Type": "application/json"} | headers
        started = time.monotonic()
        client.request(method, f"/api/v1/aaa/{path}", json.dumps(body) if body is not None else None, sent)
        reply = client.getresponse()
        content = reply.read()
        client.close()
        told = {name.lower(): value for name, value in reply.getheaders()}
        return Reply(reply.status, told, json.loads(content), time.monotonic() - started)

    def call(self, session_id: str, **headers: str) -> Reply:
        """Authorize a call."""
        facts = {"session_id": session_id, "account_sid": self.world.sid, "service": "voice", "to": "447700900123"}
        return self.ask("POST", "authorize", facts, **headers)


@pytest.fixture
def site(cluster, models_there) -> Iterator[Site]:
    """A server on the durable cluster, and on a Redis that is not there."""
    port = free_port()
    worlds._serial = count(time.time_ns() // 10**6 % 10**9)
    world = worlds.make_world()
    of_platform: dict[str, Any] = {"holder": Holder.PLATFORM, "platform": world.platform, "by": Actor.system()}
    keys = [make_key(name=f"key {n}", **of_platform).secret for n in range(3)]
    command = [sys.executable, "-m", "granian", "--interface", "asginl", "tcxc.asgi:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--log-level", "warning"]
    environment = cluster.environment | {"TCXC_ROLE": "web", "REDIS_URL": "unix:///nowhere/redis.sock"}
    server = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL, stderr=sys.stderr)
    made = Site(port, world, keys)
    try:
        wait_until(lambda: answers(made), seconds=30)
        yield made
    finally:
        server.terminate()
        server.wait(20)


def answers(site: Site) -> bool:
    try:
        return site.ask("GET", "sessions/").status == 200
    except OSError:
        return False


def test_calls_are_decided_without_redis(site):
    replies = [
        site.call("CA1"),
        site.call("CA2", **{"Idempotency-Key": "x"}),
        site.ask("GET", f"accounts/{site.world.sid}"),
    ]
    assert [reply.status for reply in replies] == [200, 200, 200]
    assert replies[2].body["live_calls"] == 2
    assert max(reply.seconds for reply in replies) < 1


def test_it_answers_503_in_time_and_comes_back_by_itself(site, cluster):
    assert site.call("CA1").body["decision"] == "allow"
    assert site.call("CA1", **{"Idempotency-Key": "first"}).status == 200

    cluster.crash()
    by_django = {"Idempotency-Key": "second"}
    unseen = {"Authorization": f"Bearer {site.keys[1]}"}
    also_unseen = {"Authorization": f"Bearer {site.keys[2]}"}
    replies = {
        "a key just used": site.call("CA2"),
        "a key never seen": site.call("CA3", **unseen),
        "through Django": site.call("CA4", **by_django),
        "through Django, a key never seen": site.call("CA5", **by_django, **also_unseen),
        "a list": site.ask("GET", "sessions/"),
    }
    for what, reply in replies.items():
        assert reply.status == 503, what
        assert reply.seconds < SECONDS, what
        assert int(reply.headers["retry-after"]) >= 1, what
        assert reply.headers["content-type"] == "application/problem+json", what

    cluster.start()
    wait_until(lambda: answers(site), seconds=5)
    assert site.call("CA2").body["decision"] == "allow"
    assert site.call("CA4", **by_django).body["decision"] == "allow"
    assert site.call("CA1").body["decision"] == "allow"
    connection.close()
    held = Session.objects.filter(platform=site.world.platform).values_list("session_id", flat=True)
    assert set(held) == {"CA1", "CA2", "CA4"}
