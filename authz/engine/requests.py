"""The requests of the AAA API: their fields, their limits, and one sentence for each way to get them wrong.

Seconds and parts are whole numbers; seconds are totals since the answer. Numbers are E.164 digits (ITU-T E.164),
a leading `+` is taken off.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from tcxc.errors import Invalid

END = r"$(?!\n)"  # Python's `$` alone would let a line feed through at the end
Name = Annotated[str, Meta(min_length=1, max_length=128, pattern=f"^[!-~]+{END}")]
Sid = Annotated[str, Meta(min_length=1, max_length=34, pattern=f"^[!-~]+{END}")]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Number = Annotated[str, Meta(pattern=rf"^\+?[1-9][0-9]{{0,14}}{END}")]
Caller = Annotated[str, Meta(min_length=1, max_length=32, pattern=rf"^[^\x00-\x1f\x7f]+{END}")]
Network = Annotated[str, Meta(pattern=f"^[1-9][0-9]{{2}}([0-9]{{2,3}})?{END}")]
Seconds = Annotated[int, Meta(ge=0, le=10_000_000)]
Parts = Annotated[int, Meta(ge=0, le=255)]
Service = Literal["voice", "sms"]
Way = Literal["outbound", "inbound"]
Moment = Annotated[datetime, Meta(tz=True)]


class Authorize(Struct, forbid_unknown_fields=True, tag_field="op", tag="authorize", kw_only=True):
    """May this call or message go, and how much of it."""

    session_id: Name
    service: Service
    to: Number
    account_sid: Sid | None = None
    account: RowId | None = None
    direction: Way = "outbound"
    caller: Caller = field(name="from", default="")
    mccmnc: Network = ""
    requested_seconds: Annotated[int, Meta(ge=1, le=86_400)] | None = None
    text: Annotated[str, Meta(max_length=40_000)] | None = None
    parts: Annotated[int, Meta(ge=1, le=255)] | None = None


class Update(Struct, forbid_unknown_fields=True, tag_field="op", tag="update", kw_only=True):
    """How long the call has lasted, and how long it would like to last."""

    session_id: Name
    seq: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    used_seconds: Seconds
    requested_seconds: Seconds | None = None
    connection: RowId | None = None


class Terminate(Struct, forbid_unknown_fields=True, tag_field="op", tag="terminate", kw_only=True):
    """How long the call lasted, or how many parts went; with the facts of a session that was never authorized."""

    session_id: Name
    used_seconds: Seconds | None = None
    used_parts: Parts | None = None
    cause: Annotated[int, Meta(ge=0, le=127)] | None = None
    connect_time: Moment | None = None
    disconnect_time: Moment | None = None
    connection: RowId | None = None
    account_sid: Sid | None = None
    account: RowId | None = None
    service: Service | None = None
    direction: Way = "outbound"
    caller: Caller = field(name="from", default="")
    to: Number | None = None
    mccmnc: Network = ""

    @property
    def used(self) -> int:
        """The units used: seconds of a call, parts of a message."""
        return self.used_parts if self.used_seconds is None else self.used_seconds or 0  # type: ignore[return-value]

    @property
    def has_facts(self) -> bool:
        """Whether it tells enough to be charged on its own."""
        return bool((self.account_sid or self.account or self.direction == "inbound") and self.service and self.to)


class Event(Struct, forbid_unknown_fields=True, tag_field="op", tag="event", kw_only=True):
    """One charge, refund or enquiry that needs no session."""

    event_id: Name
    type: Literal["debit", "refund", "price", "balance"]
    service: Service = "sms"
    account_sid: Sid | None = None
    account: RowId | None = None
    direction: Way = "outbound"
    caller: Caller = field(name="from", default="")
    to: Number | None = None
    mccmnc: Network = ""
    text: Annotated[str, Meta(max_length=40_000)] | None = None
    parts: Annotated[int, Meta(ge=1, le=255)] | None = None
    used_seconds: Annotated[int, Meta(ge=1, le=10_000_000)] | None = None
    refund_of: Name | None = None


Request = Authorize | Update | Terminate | Event
OPERATIONS: dict[str, type[Request]] = {
    "authorize": Authorize,
    "update": Update,
    "terminate": Terminate,
    "event": Event,
}
BATCH_LIMIT = 1_000

_HINTS = {
    "session_id": "1 to 128 printable ASCII characters without spaces",
    "event_id": "1 to 128 printable ASCII characters without spaces",
    "refund_of": "the id of the event or session to refund, up to 128 printable characters",
    "account_sid": "a sub-account SID of up to 34 characters",
    "account": "the number of an account",
    "connection": "the number of one of the offered connections",
    "service": "`voice` or `sms`",
    "direction": "`outbound` or `inbound`",
    "type": "`debit`, `refund`, `price` or `balance`",
    "op": "`authorize`, `update`, `terminate` or `event`",
    "to": "E.164 digits, up to 15, not beginning with 0",
    "from": "up to 32 characters; E.164 digits for a call",
    "mccmnc": "an MCC and MNC of 5 or 6 digits, or an MCC of 3",
    "requested_seconds": "whole seconds, 1 to 86400",
    "used_seconds": "whole seconds, 0 to 10000000",
    "used_parts": "a whole number, 0 to 255",
    "parts": "a whole number, 1 to 255",
    "text": "the text of the message, up to 40000 characters",
    "seq": "1, 2, 3 and so on",
    "cause": "a Q.850 cause, 0 to 127",
    "connect_time": "an RFC 3339 time with its zone, from 2000 to 2099",
    "disconnect_time": "an RFC 3339 time with its zone, from 2000 to 2099",
}
_AT_FIELD = re.compile(r" - at `\$\.?([a-z_]*)")
_NAMED_FIELD = re.compile(r"(?:unknown field|missing required field) `([a-z_A-Z0-9]{1,40})`")
# PostgreSQL keeps times that Python can't read again; a clock that is this wrong says nothing anyway.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_CALLING_NUMBER = re.compile(r"\+?[0-9]{1,31}")


def decode(operation: str, body: bytes) -> Request:
    """The request in a JSON body. Raises `Invalid`, which names the field at fault and how to mend it."""
    try:
        return _checked(_DECODERS[operation].decode(body))
    except msgspec.ValidationError as error:
        raise _invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not a JSON object: {error}", type_="malformed") from None


def convert(operation: str, value: Any) -> Request:
    """The request in a decoded JSON value, as `decode` would give it."""
    try:
        return _checked(msgspec.convert(value, OPERATIONS[operation]))
    except msgspec.ValidationError as error:
        raise _invalid(error) from None


def number_called(request: Request) -> str | None:
    """The number that the request's traffic comes in to, if it says so; None for what goes out."""
    return getattr(request, "to", None) if getattr(request, "direction", "") == "inbound" else None


def fingerprint(request: Request) -> str:
    """A hash of what was asked, to tell a repeat from another request under the same id."""
    return hashlib.blake2b(_ENCODER.encode(request), digest_size=16).hexdigest()


_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in OPERATIONS.items()}
_ENCODER = msgspec.json.Encoder()


def _checked(request: Request) -> Request:
    to = getattr(request, "to", None)
    if to is not None and to[0] == "+":
        request.to = to[1:]  # type: ignore[union-attr]
    if isinstance(request, Authorize):
        _check_authorize(request)
    elif isinstance(request, Terminate):
        _check_terminate(request)
    elif isinstance(request, Event):
        _check_event(request)
    return request


def _check_authorize(request: Authorize) -> None:
    _check_caller(request)
    if request.account is None and request.account_sid is None and request.direction == "outbound":
        raise _field_error("account_sid", "Give account_sid or account.")
    _check_one_account(request)
    if request.service == "voice":
        if request.text is not None or request.parts is not None:
            raise _field_error("text" if request.parts is None else "parts", "This is for sms only.")
        return
    if request.requested_seconds is not None:
        raise _field_error("requested_seconds", "This is for voice only.")
    _check_parts(request)


def _check_parts(request: Authorize | Event) -> None:
    if (request.text is None) == (request.parts is None):
        raise _field_error("parts", "Give either the text or the number of parts.")


def _check_terminate(request: Terminate) -> None:
    if (request.used_seconds is None) == (request.used_parts is None):
        raise _field_error("used_seconds", "Give used_seconds for a call or used_parts for a message.")
    for name in ("connect_time", "disconnect_time"):
        moment = getattr(request, name)
        if moment is not None and not _EARLIEST <= moment <= _LATEST:
            raise _field_error(name, f"Not valid: give {_HINTS[name]}.")
    _check_one_account(request)
    _check_caller(request)


def _check_event(request: Event) -> None:
    _check_one_account(request)
    _check_caller(request)
    if request.type == "refund":
        if request.refund_of is None:
            raise _field_error("refund_of", "Say which event or session is refunded.")
        return
    named_by_number = request.direction == "inbound" and request.type != "balance"
    if request.account is None and request.account_sid is None and not named_by_number:
        raise _field_error("account_sid", "Give account_sid or account.")
    if request.type == "balance":
        return
    if request.to is None:
        raise _field_error("to", "Say where it goes.")
    if request.service == "sms":
        _check_parts(request)
    elif request.used_seconds is None:
        raise _field_error("used_seconds", "Say how many seconds of a call.")


def _check_one_account(request: Authorize | Terminate | Event) -> None:
    if request.account is not None and request.account_sid is not None:
        raise _field_error("account", "Give account_sid or account, not both.")


def _check_caller(request: Authorize | Terminate | Event) -> None:
    """Take the plus off a number; only a message may come from something else."""
    if _CALLING_NUMBER.fullmatch(request.caller):
        request.caller = request.caller.removeprefix("+")
    elif request.caller and request.service == "voice":
        raise _field_error("from", f"Not valid: give {_HINTS['from']}.")


def _field_error(name: str, message: str) -> Invalid:
    return Invalid(f"{name}: {message}", errors={name: [message]}, type_="malformed")


def _invalid(error: msgspec.ValidationError) -> Invalid:
    text = str(error)
    named, at = _NAMED_FIELD.search(text), _AT_FIELD.search(text)
    if named is not None:
        unknown = "unknown" in text
        return _field_error(named[1], "There is no such field here." if unknown else "This field is required.")
    name = at[1] if at is not None else ""
    if not name:
        return Invalid(f"The body must be a JSON object: {text}.", type_="malformed")
    return _field_error(name, f"Not valid: give {_HINTS.get(name, 'another value')}.")
