"""The slim ASGI door and the REST door give the same reply to the same request."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from authz.engine.requests import OPERATIONS
from authz.gateways.http.door import Door
from authz.keys import memory
from numbers.models import Subscription
from tcxc.actors import Actor
from tcxc.models import Holder
from tcxc.operations.api_keys import make_key, revoke_key
from tests.world import give_number

Reply = tuple[int, str, Any]


class Slim:
    """Speaks ASGI to the slim door, in one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.door = Door(self._other)
        self.gave_away = False

    async def _other(self, scope: Any, receive: Any, send: Any) -> None:
        self.gave_away = True

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """The status, media type and decoded body."""
        sent: list[dict[str, Any]] = []
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path, "client": ("127.0.0.1", 1)}
        scope["headers"] = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        more_to_come = iter([True, False])

        async def receive() -> dict[str, Any]:
            more = next(more_to_come)
            return {"type": "http.request", "body": body[:10] if more else body[10:], "more_body": more}

        self.loop.run_until_complete(self.door(scope, receive, send))
        media_type = dict(sent[0]["headers"])[b"content-type"].decode()
        return sent[0]["status"], media_type, json.loads(sent[1]["body"])


class Doors:
    """Both doors, asked with the same key."""

    def __init__(self, secret: str) -> None:
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        self.slim = Slim()

    def rest(self, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        """The REST door's reply."""
        kind = headers.get("Content-Type", "")
        rest = APIClient(headers={name: value for name, value in headers.items() if name != "Content-Type"})
        reply = rest.generic("POST", path, body, content_type=kind)  # type: ignore[arg-type]
        return reply.status_code, reply["Content-Type"], json.loads(reply.content)

    def agreed(self, operation: str, body: Any, **headers: str) -> Reply:
        """What both say; fails when they differ."""
        path = f"/api/v1/aaa/{operation}"
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        wanted = {name: value for name, value in (self.headers | headers).items() if value}
        first, second = self.rest(path, raw, wanted), self.slim.post(path, raw, wanted)
        assert first == second
        return first


@pytest.fixture
def secret(world) -> str:
    return make_key(holder=Holder.PLATFORM, platform=world.platform, name="test", by=Actor.system()).secret


@pytest.fixture
def doors(secret) -> Iterator[Doors]:
    both = Doors(secret)
    yield both
    both.slim.loop.close()


def test_a_whole_call_is_the_same_through_both(world, doors):
    call = {"session_id": "CA1", "account_sid": world.sid, "service": "voice", "to": "+447700900123"}
    assert doors.agreed("authorize", call)[2]["decision"] == "allow"
    assert doors.agreed("authorize/", call)[0] == 200
    assert doors.agreed("update", {"session_id": "CA1", "seq": 1, "used_seconds": 61})[2]["granted_seconds"] == 181
    assert doors.agreed("terminate", {"session_id": "CA1", "used_seconds": 70})[2]["charged"] == "0.070000"
    assert doors.agreed("authorize", {**call, "to": "12025550100"})[0] == 409


def test_what_comes_in_is_the_same_through_both(world, doors):
    subscription = give_number(world, "442071838750", documents_state="missing")
    call = {"service": "voice", "direction": "inbound", "to": "+442071838750", "from": "12025550100"}
    message = {"event_id": "EV1", "type": "debit", "direction": "inbound", "to": "442071838750", "text": "x" * 161}
    assert doors.agreed("authorize", {**call, "session_id": "CA1"})[2]["reason"] == "documents_pending"
    Subscription.objects.filter(pk=subscription.pk).update(documents_state="approved")
    assert doors.agreed("authorize", {**call, "session_id": "CA2"})[2]["routes"][0]["connection"] is None
    assert doors.agreed("terminate", {"session_id": "CA2", "used_seconds": 61})[2]["charged"] == "0.033000"
    assert doors.agreed("event", message)[2]["charged"] == "0.008000"
    assert doors.agreed("event", {**message, "event_id": "EV2", "type": "balance"})[0] == 400


def test_a_batch_is_the_same_through_both(world, doors):
    call = {"op": "authorize", "session_id": "CA1", "account_sid": world.sid, "service": "voice", "to": "447700900123"}
    status, _, body = doors.agreed("batch", {"requests": [call, {"op": "dance"}, {"op": "update", "seq": 0}, 7]})
    assert status == 200
    assert [result.get("decision", result.get("status")) for result in body["results"]] == ["allow", 400, 400, 400]
    assert doors.agreed("batch", {"requests": [call] * 1_001})[0] == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Authorization": ""}, 401), ({"Authorization": "Bearer nobody"}, 401), ({"Content-Type": "text/plain"}, 415)],
)
def test_strangers_and_strange_media_are_refused_alike(doors, headers, status):
    assert doors.agreed("authorize", b"{}", **headers)[0] == status


def test_another_side_is_refused_alike(world, doors):
    key = make_key(holder=Holder.BUYER, company=world.buyer.company, name="test", by=Actor.system()).secret
    assert doors.agreed("authorize", b"{}", Authorization=f"Bearer {key}")[0] == 403


def test_a_revoked_key_stops_at_once_though_remembered(world, doors):
    call = {"session_id": "CA1", "account_sid": world.sid, "service": "voice", "to": "447700900123"}
    assert doors.agreed("authorize", call)[0] == 200
    key = memory.recall(doors.headers["Authorization"].split()[1], lambda: None)
    assert key is not None
    revoke_key(key=key, by=Actor.system())
    again = {**call, "session_id": "CA2"}
    assert doors.slim.post("/api/v1/aaa/authorize", json.dumps(again).encode(), doors.headers)[0] == 401
    assert memory.recall(doors.headers["Authorization"].split()[1], lambda: None) is None


def test_a_request_with_an_idempotency_key_goes_to_django(doors):
    with pytest.raises(IndexError):  # nothing was sent: the other application was called
        doors.slim.post("/api/v1/aaa/authorize", b"{}", doors.headers | {"Idempotency-Key": "1"})
    assert doors.slim.gave_away


WORDS = st.sampled_from(["voice", "sms", "inbound", "outbound", "debit", "price", "balance", "447700900123", "+1", ""])
VALUES = st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS
NAMES = st.sampled_from(
    [name for kind in OPERATIONS.values() for name in kind.__struct_encode_fields__] + ["op", "strange", "requests"]
)
BODIES = st.binary(max_size=20) | st.dictionaries(NAMES, VALUES, max_size=8)


def test_any_body_at_all_gets_the_same_reply(doors: Doors) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(operation=st.sampled_from(["authorize", "update", "terminate", "event", "batch"]), body=BODIES)
    def agree(operation: str, body: Any) -> None:
        assert doors.agreed(operation, body)[0] < 500

    check: Callable[[], None] = agree
    check()
