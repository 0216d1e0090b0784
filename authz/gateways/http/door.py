"""The door itself: an ASGI application for the POST paths of the AAA API."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from time import monotonic
from typing import Any

import msgspec
import psycopg
import structlog
from django.db import Error as DatabaseError
from prometheus_client import Counter, Histogram

from authz import doors, operations, stages
from authz.engine.group_commit import LoopCommit, Unavailable
from authz.engine.requests import OPERATIONS
from authz.engine.state import Answer
from authz.keys import memory
from tcxc.actors import Actor
from tcxc.api.access import allow
from tcxc.api.caller import Caller
from tcxc.api.problems import MEDIA_TYPE, TYPE_ROOT, title_of
from tcxc.errors import Refused
from tcxc.models import ApiKey, Holder
from tcxc.network import Address, client_behind
from tcxc.scopes import Scope
from tcxc.tally import CounterTally, HistogramTally

log = structlog.get_logger(__name__)

Scope_ = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Any, Receive, Any], Awaitable[None]]
Headers = dict[bytes, bytes]

ROOT = "/api/v1/aaa/"
ACCESS = allow(Holder.PLATFORM, scope=Scope.AAA)
PATHS = {f"{ROOT}{name}{slash}": name for name in (*OPERATIONS, doors.BATCH) for slash in ("", "/")}

ANSWERED = Counter("aaa_http", "Answers of the slim AAA door", ["operation", "status"])
SECONDS = Histogram(
    "aaa_http_seconds",
    "Seconds from a request at the slim AAA door to its reply",
    ["operation"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2),
)
HAND_OVER_SECONDS = 1.0  # how old what `/metrics` says of a busy door may be

_JSON, _PROBLEM = b"application/json", MEDIA_TYPE.encode()


class HttpRefusal(Refused):
    """A refusal of the door's own, with the status and headers of HTTP."""

    def __init__(self, type_: str, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail, type_=type_)
        self.status, self.headers = status, headers


class Door:
    """Answers the AAA paths by itself and gives every other request to `otherwise`.

    So does a request with an Idempotency-Key, whose reply Django keeps: the AAA API has its own ids for that.
    """

    def __init__(self, otherwise: App) -> None:
        self._otherwise = otherwise
        self._gatherer: LoopCommit | None = None
        self._answered = CounterTally(ANSWERED)
        self._seconds = {operation: HistogramTally(SECONDS.labels(operation)) for operation in set(PATHS.values())}
        self._counting = False

    async def __call__(self, scope: Scope_, receive: Receive, send: Send) -> None:
        """Serve one request."""
        operation = PATHS.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        headers: Headers = dict(scope["headers"]) if operation is not None else {}
        if operation is None or b"idempotency-key" in headers:
            await self._otherwise(scope, receive, send)
            return
        started = monotonic()
        try:
            answer = await self._answer(operation, scope, headers, receive, started)
            more = doors.headers_of(answer)
        except Refused as refusal:
            answer, more = _problem(refusal, scope["path"]), _headers_of(refusal)
        answered = monotonic()
        await _send(send, answer, more)
        self._count(operation, answer.status, started, answered)

    async def _answer(
        self, operation: str, scope: Scope_, headers: Headers, receive: Receive, started: float
    ) -> Answer:
        key = await _key_of(scope, headers)
        kind = headers.get(b"content-type", b"")
        if kind != _JSON and not doors.is_json(kind.decode("latin-1")):
            raise HttpRefusal(
                "unsupported_media_type", 415, f'Unsupported media type "{kind.decode("latin-1")}" in request.'
            )
        call = doors.Call(operation, await _body(receive), key)
        answer = call.reply(await self._decide(call, started) if call.asks else [])
        if answer.status == 401:
            memory.forget(key)
        return answer

    def _decide(self, call: doors.Call, started: float) -> "asyncio.Future[list[Answer]]":
        if self._gatherer is None:
            self._gatherer = LoopCommit(operations.open_engine, operations.bounds())
        stages.RECEIVE.observe(monotonic() - started)
        return self._gatherer.submit(call.asks)

    def _count(self, operation: str, status: int, started: float, answered: float) -> None:
        now = monotonic()
        self._answered.count(operation, status)
        self._seconds[operation].observe(now - started)
        stages.SEND.observe(now - answered)
        if not self._counting:
            self._counting = True
            asyncio.get_running_loop().call_later(HAND_OVER_SECONDS, self._hand_over)

    def _hand_over(self) -> None:
        self._counting = False
        self._answered.hand_over()
        for tally in (stages.RECEIVE, stages.SEND, *self._seconds.values()):
            tally.hand_over()


async def _key_of(scope: Scope_, headers: Headers) -> ApiKey:
    """The platform key that a request came with. Raises a refusal with 401, 403, or 503 without a database."""
    scheme, _, secret = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer":
        secret = secret.strip()

        def address() -> Address | None:
            client = scope.get("client")
            return client_behind(client[0] if client else "", headers.get(b"x-forwarded-for", b"").decode("latin-1"))

        key = memory.recall(secret, address)
        if key is not None:
            return key
        key = await asyncio.to_thread(_look_up, secret, address())
        if key is not None:
            ACCESS.check(Caller(api_key=key, actor=Actor(api_key=key)))
            return key
    detail = "Give a valid key: Authorization: Bearer <key>."
    raise HttpRefusal("unauthorized", 401, detail, **{"www-authenticate": 'Bearer realm="tcxc"'})


def _look_up(secret: str, address: Address | None) -> ApiKey | None:
    from django.db import connection

    try:
        return memory.look_up(secret, address)
    except (DatabaseError, psycopg.Error):
        raise Unavailable("The database does not answer, so nothing was changed.") from None
    finally:
        connection.close()  # back to the pool: no request of Django's ends here


async def _body(receive: Receive) -> bytes:
    """The whole body. Raises a refusal with 413 for one that is too large."""
    chunks, size = [], 0
    while True:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > doors.MOST_BYTES:
            raise HttpRefusal("too_large", 413, "The body is larger than this address takes.")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _problem(refusal: Refused, path: str) -> Answer:
    path = path if path.endswith("/") else path + "/"
    document = {
        "type": f"{TYPE_ROOT}{refusal.type}",
        "title": title_of(refusal.type),
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": path,
    }
    return Answer(refusal.status, msgspec.json.encode(document).decode())


def _headers_of(refusal: Refused) -> dict[str, str]:
    wait = getattr(refusal, "retry_after", None)
    return getattr(refusal, "headers", {}) | ({"retry-after": str(wait)} if wait is not None else {})


async def _send(send: Send, answer: Answer, more: Mapping[str, str]) -> None:
    body = answer.body.encode()
    media_type = _JSON if answer.status < 400 else _PROBLEM
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    if more:
        headers += [(name.lower().encode(), value.encode()) for name, value in more.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
