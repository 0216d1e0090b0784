"""What the OpenAPI document says of the AAA paths. The schemas of requests come from the engine's own structs."""

from collections.abc import Sequence
from typing import Any

import msgspec
from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from authz.engine.reasons import Reason
from authz.engine.requests import BATCH_LIMIT, OPERATIONS

MONEY = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{6}$", "examples": ["0.120000"]}
PRICE = {"type": "string", "pattern": r"^[0-9]+\.[0-9]{6,8}$", "examples": ["0.060000"]}


def request_schema(operation: str, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """The body of an operation as JSON Schema, without its tag and these fields."""
    left_out, struct = {"op", *without}, OPERATIONS[operation]
    _, components = msgspec.json.schema_components([struct], ref_template="#/{name}")
    schema: dict[str, Any] = dict(components[struct.__name__])
    schema["properties"] = {name: kind for name, kind in schema["properties"].items() if name not in left_out}
    schema["required"] = [name for name in schema.get("required", []) if name not in left_out]
    schema.pop("title", None)
    return schema


def _object(required: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


RATE = _object(
    "price_list price_1 price_n interval_1 interval_n",
    price_list={
        "type": ["integer", "null"],
        "description": "The published price list that the price is from; null for the inbound price of a number.",
    },
    prefix={"type": "string", "description": "The prefix that matched; inbound, the number itself."},
    mccmnc={"type": "string"},
    price_1=PRICE,
    price_n=PRICE,
    interval_1={"type": "integer"},
    interval_n={"type": "integer"},
)
ROUTE = _object(
    "connection seller sip smpp tech_prefix price_1",
    connection={"type": ["integer", "null"], "description": "Null for what comes in."},
    seller={"type": "string", "description": "Inbound: who hosts the number."},
    sip={"type": "string", "description": "Inbound: the number's SIP contact, to deliver to."},
    smpp={"type": "string", "description": "Inbound: the number's SMPP contact."},
    tech_prefix={"type": "string"},
    price_1=PRICE,
)
ALLOW = _object(
    "decision session_id account valid_seconds final_unit held available currency rate routes on_failure",
    decision={"const": "allow"},
    session_id={"type": "string"},
    account={"type": "integer"},
    granted_seconds={"type": "integer", "description": "Voice: a total since the answer."},
    parts={"type": "integer", "description": "SMS."},
    valid_seconds={"type": "integer", "description": "Within which the next message about the session is due."},
    final_unit={"type": "boolean", "description": "No more will come: hang up at granted_seconds."},
    held=MONEY,
    available=MONEY,
    currency={"type": "string"},
    rate=RATE,
    routes={"type": "array", "items": ROUTE, "maxItems": 3},
    on_failure={"type": "string", "description": "What to do when an update can't be answered."},
)
DENY = _object(
    "decision reason message sip_status q850_cause smpp_status",
    decision={"const": "deny"},
    session_id={"type": "string"},
    event_id={"type": "string"},
    reason={"type": "string", "enum": [reason.value for reason in Reason]},
    message={"type": "string"},
    sip_status={"type": "integer"},
    q850_cause={"type": "integer"},
    smpp_status={"type": "integer"},
)
CLOSED = _object(
    "decision session_id charged cdr available",
    decision={"const": "closed"},
    session_id={"type": "string"},
    charged=MONEY,
    billed_seconds={"type": "integer"},
    parts={"type": "integer"},
    cdr={"type": ["integer", "null"]},
    available={"type": ["string", "null"]},
)
CHARGED = _object(
    "decision event_id charged available",
    decision={"const": "allow"},
    event_id={"type": "string"},
    account={"type": ["integer", "null"]},
    charged=MONEY,
    parts={"type": "integer"},
    billed_seconds={"type": "integer"},
    available=MONEY,
    currency={"type": "string"},
    rate=RATE,
)

_CALL = {
    "session_id": "CA0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "account_sid": "AC0123456789abcdef0123456789abcdef",
    "service": "voice",
    "from": "12025550100",
    "to": "447700900123",
}
ALLOWED = {
    "decision": "allow",
    "session_id": _CALL["session_id"],
    "account": 1,
    "granted_seconds": 120,
    "valid_seconds": 120,
    "final_unit": False,
    "held": "0.120000",
    "available": "99.880000",
    "currency": "USD",
    "rate": {
        "price_list": 3,
        "prefix": "447",
        "price_1": "0.060000",
        "price_n": "0.060000",
        "interval_1": 60,
        "interval_n": 1,
    },
    "routes": [
        {
            "connection": 1,
            "seller": "Northern Voice",
            "sip": "sip:447700900123@sip.example.net:5060",
            "smpp": "",
            "tech_prefix": "33270#",
            "price_1": "0.060000",
        }
    ],
    "on_failure": "terminate",
}


def _document(operation: str, replies: list[dict[str, Any]], examples: list[OpenApiExample]) -> dict[str, Any]:
    return {
        "operation_id": f"aaa_{operation}",
        "request": {"application/json": request_schema(operation)},
        "responses": {200: OpenApiResponse({"oneOf": replies}, description="The decision.")},
        "examples": examples,
    }


def _asked(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _answered(name: str, value: dict[str, Any]) -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=["200"])


AUTHORIZE = _document(
    "authorize",
    [ALLOW, DENY],
    [
        _asked("A call", _CALL),
        _asked("A message", {**_CALL, "session_id": "SM01", "service": "sms", "from": "ACME", "text": "Hello"}),
        _asked(
            "A call that comes in",
            {
                "session_id": "CA02",
                "service": "voice",
                "direction": "inbound",
                "from": "12025550100",
                "to": "442071838750",
            },
        ),
        _answered("Allowed", ALLOWED),
        _answered(
            "Denied",
            {
                "decision": "deny",
                "session_id": _CALL["session_id"],
                "reason": "insufficient_balance",
                "message": "The money available does not cover it.",
                "sip_status": 402,
                "q850_cause": 21,
                "smpp_status": 1025,
            },
        ),
    ],
)
UPDATE = _document(
    "update",
    [ALLOW, DENY],
    [
        _asked("After a minute", {"session_id": _CALL["session_id"], "seq": 1, "used_seconds": 60}),
        _answered("Allowed", {**ALLOWED, "granted_seconds": 180}),
    ],
)
TERMINATE = _document(
    "terminate",
    [CLOSED],
    [
        _asked("The call is over", {"session_id": _CALL["session_id"], "used_seconds": 125, "cause": 16}),
        _answered(
            "Closed",
            {
                "decision": "closed",
                "session_id": _CALL["session_id"],
                "charged": "0.125000",
                "billed_seconds": 125,
                "cdr": 7,
                "available": "99.875000",
            },
        ),
    ],
)
EVENT = _document(
    "event",
    [CHARGED, DENY],
    [
        _asked(
            "One message",
            {
                "event_id": "EV1",
                "type": "debit",
                "service": "sms",
                "account_sid": _CALL["account_sid"],
                "to": "447700900123",
                "text": "Hello",
            },
        ),
        _answered(
            "Charged",
            {
                "decision": "allow",
                "event_id": "EV1",
                "account": 1,
                "charged": "0.010000",
                "parts": 1,
                "available": "99.990000",
                "currency": "USD",
            },
        ),
    ],
)


def _batch_item(operation: str) -> dict[str, Any]:
    schema = request_schema(operation)
    schema["properties"] = {"op": {"const": operation}, **schema["properties"]}
    schema["required"] = ["op", *schema["required"]]
    return schema


BATCH: dict[str, Any] = {
    "operation_id": "aaa_batch",
    "request": {
        "application/json": _object(
            "requests",
            requests={
                "type": "array",
                "maxItems": BATCH_LIMIT,
                "items": {"oneOf": [_batch_item(operation) for operation in OPERATIONS]},
            },
        )
    },
    "responses": {
        200: OpenApiResponse(
            _object("results", results={"type": "array", "items": {"type": "object"}}),
            description="One result for each request, in order; a problem document where its own call would be one.",
        )
    },
    "examples": [
        _asked("Two at once", {"requests": [{"op": "authorize", **_CALL}]}),
        _answered("Both results", {"results": [ALLOWED]}),
    ],
}
