"""What may be asked, and the sentence that each mistake gets."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.doors import Call
from authz.engine.requests import OPERATIONS, decode
from authz.engine.state import Ask
from tcxc.errors import Invalid
from tcxc.models import ApiKey

CALL = {"session_id": "CA1", "account_sid": "AC1", "service": "voice", "to": "447700900123"}
MESSAGE = {"session_id": "SM1", "account_sid": "AC1", "service": "sms", "to": "447700900123", "parts": 1}
END = {"session_id": "CA1", "used_seconds": 10}
DEBIT = {"event_id": "EV1", "type": "debit", "account_sid": "AC1", "to": "447700900123", "parts": 1}


def fault(operation: str, body: dict[str, Any]) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refusal:
        decode(operation, json.dumps(body).encode())
    return refusal.value.errors


@pytest.mark.parametrize(
    ("operation", "good", "bad"),
    [
        ("authorize", CALL, {"session_id": ""}),
        ("authorize", CALL, {"session_id": "x" * 129}),
        ("authorize", CALL, {"session_id": "CA 1"}),
        ("authorize", CALL, {"session_id": "CA1\n"}),
        ("authorize", CALL, {"to": "0447700900123"}),
        ("authorize", CALL, {"to": "4477009001234567"}),
        ("authorize", CALL, {"to": "447700900123\n"}),
        ("authorize", CALL, {"to": "++447700900123"}),
        ("authorize", CALL, {"to": "٤٤٧٧٠٠"}),
        ("authorize", CALL, {"to": 447700900123}),
        ("authorize", CALL, {"from": "ACME"}),
        ("authorize", CALL, {"from": "1202555\n"}),
        ("authorize", CALL, {"service": "fax"}),
        ("authorize", CALL, {"requested_seconds": 0}),
        ("authorize", CALL, {"requested_seconds": 1.5}),
        ("authorize", CALL, {"requested_seconds": "60"}),
        ("authorize", CALL, {"requested_seconds": True}),
        ("authorize", CALL, {"requested_seconds": 86_401}),
        ("authorize", CALL, {"text": "hello"}),
        ("authorize", CALL, {"account": 1}),
        ("authorize", CALL, {"direction": "sideways"}),
        ("authorize", CALL, {"mccmnc": "2341"}),
        ("authorize", CALL, {"strange": 1}),
        ("authorize", MESSAGE, {"requested_seconds": 60}),
        ("authorize", MESSAGE, {"parts": 0}),
        ("authorize", MESSAGE, {"parts": 256}),
        ("authorize", MESSAGE, {"from": "a\u0000b"}),
        ("authorize", MESSAGE, {"from": "x" * 33}),
        ("update", {"session_id": "CA1", "seq": 1, "used_seconds": 0}, {"seq": 0}),
        ("update", {"session_id": "CA1", "seq": 1, "used_seconds": 0}, {"used_seconds": -1}),
        ("update", {"session_id": "CA1", "seq": 1, "used_seconds": 0}, {"used_seconds": 10_000_001}),
        ("terminate", END, {"cause": 128}),
        ("terminate", END, {"connect_time": "yesterday"}),
        ("terminate", END, {"connect_time": "2026-11-23T12:00:00"}),
        ("terminate", END, {"disconnect_time": "0001-01-01T00:00:00+14:00"}),
        ("terminate", END, {"disconnect_time": "9999-12-31T23:59:59-14:00"}),
        ("terminate", END, {"connection": 2**63}),
        ("event", DEBIT, {"type": "gift"}),
        ("event", DEBIT, {"event_id": "\n"}),
    ],
)
def test_a_field_that_makes_no_sense_is_named(operation, good, bad):
    decode(operation, json.dumps(good).encode())
    errors = fault(operation, good | bad)
    assert list(errors) == list(bad)
    assert len(errors[next(iter(bad))]) == 1


@pytest.mark.parametrize(
    ("operation", "good", "lacking"),
    [
        *(("authorize", CALL, name) for name in CALL),
        ("authorize", MESSAGE, "parts"),
        *(
            ("update", {"session_id": "CA1", "seq": 1, "used_seconds": 0}, n)
            for n in ("session_id", "seq", "used_seconds")
        ),
        *(("terminate", END, name) for name in END),
        *(("event", DEBIT, name) for name in DEBIT),
    ],
)
def test_a_field_that_lacks_is_named(operation, good, lacking):
    assert list(fault(operation, {name: value for name, value in good.items() if name != lacking})) == [lacking]


def test_a_message_has_its_text_or_its_parts_and_an_end_seconds_or_parts():
    assert list(fault("authorize", MESSAGE | {"text": "hello"})) == ["parts"]
    assert list(fault("terminate", END | {"used_parts": 1})) == ["used_seconds"]
    assert list(fault("event", {"event_id": "E", "type": "refund"})) == ["refund_of"]


def test_a_leading_plus_is_taken_off():
    asked = decode("authorize", json.dumps(CALL | {"to": "+447700900123", "from": "+12025550100"}).encode())
    plain = decode("authorize", json.dumps(CALL | {"from": "12025550100"}).encode())
    assert asked == plain
    for sender, kept in (("+12025550100", "12025550100"), ("+ACME", "+ACME")):
        assert decode("authorize", json.dumps(MESSAGE | {"from": sender}).encode()).caller == kept  # type: ignore[union-attr]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
FIELDS = sorted({name for kind in OPERATIONS.values() for name in kind.__struct_encode_fields__} | {"op", "requests"})
ODD = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3)
NEARLY = st.builds(lambda good, odd: {**good, **odd}, st.sampled_from([CALL, MESSAGE, END, DEBIT]), ODD)
BODIES = st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda value: json.dumps(value).encode()),
    NEARLY.map(lambda value: json.dumps(value).encode()),
    st.lists(JSON | NEARLY, max_size=4).map(lambda items: json.dumps({"requests": items}).encode()),
    NEARLY.map(lambda value: json.dumps(value).encode()[:-5]),
)


@given(st.sampled_from([*OPERATIONS, "batch"]), BODIES)
def test_any_bytes_at_all_are_a_request_or_a_problem(operation, body):
    call = Call(operation, body, ApiKey(pk=1, platform_id=1))
    assert all(isinstance(ask, Ask) for ask in call.asks)
    if not call.asks:
        reply = call.reply([])
        assert reply.status in {200, 400}
        json.loads(reply.body)


@pytest.mark.parametrize("body", [b'{"requests":' * 50_000, b"[" * 100_000, b'{"a":' * 100_000 + b"1" + b"}" * 100_000])
def test_a_body_nested_without_end_is_refused(body):
    for operation in ("authorize", "batch"):
        assert Call(operation, body, ApiKey(pk=1, platform_id=1)).reply([]).status == 400
