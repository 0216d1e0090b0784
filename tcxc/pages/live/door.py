"""The streams of live pages: an ASGI application for `/buyer/events/` and `/seller/events/`.

A stream costs no thread and no database connection while nothing happens, so hundreds of pages may be open. It ends
when the session does, or the seat; and after some minutes by itself, for the browser to open it again. Where no such
door stands (a server without ASGI), the views of the same addresses answer with what is true now.
"""

import asyncio
import json
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from tcxc.pages.live.figures import Snapshot
from tcxc.pages.live.hub import SIGNED_OUT, Hub, Place, Viewer
from tcxc.pages.live.sitting import Sitting, sit
from tcxc.pages.seats import Side

PATHS = {f"{side.home}events/": side for side in Side}
HEARTBEAT = 15.0  # seconds; less than proxies wait
LIFE = 600.0
RETRY = 2_000, 5_000  # milliseconds; spread, so that not all come back at once after a restart
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
App = Callable[[Any, Any, Any], Any]


def message(event: str, data: Mapping[str, str] | str, *, number: str = "") -> bytes:
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {event}\ndata: {text}\n\n".encode()


def messages(found: Snapshot, digest: str) -> bytes:
    """What has changed as events: the figures, and the marks of lists. `digest` is that of all that is true."""
    parts = [("figures", found.figures), ("marks", found.marks)]
    return b"".join(message(event, data, number=digest) for event, data in parts if data)


def retry() -> bytes:
    """How long the browser waits before it comes again."""
    return f"retry: {random.randint(*RETRY)}\n\n".encode()  # noqa: S311 (no secret)


class LivePages:
    """Streams to those who look; every other request goes to `otherwise`."""

    def __init__(self, otherwise: App) -> None:
        self._otherwise = otherwise
        self._hub: Hub | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        side = PATHS.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        if side is None:
            await self._otherwise(scope, receive, send)
            return
        company = _company(scope)
        try:
            sitting = await asyncio.to_thread(_sit, _session_key(scope), side, company)
        except (DatabaseError, psycopg.Error):
            await _answer(send, 503, [(b"retry-after", b"5")])
            return
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if sitting is None:
            await _send(send, message("ended", SIGNED_OUT), more=False)
            return
        await self._stream((side, company), Viewer(sitting, _header(scope, b"last-event-id")), receive, send)

    async def _stream(self, place: Place, viewer: Viewer, receive: Any, send: Any) -> None:
        self._hub = self._hub or Hub()
        self._hub.join(place, viewer)
        gone = asyncio.create_task(_until_gone(receive))
        try:
            await _send(send, retry())
            async with asyncio.timeout(LIFE * random.uniform(0.8, 1.2)):  # noqa: S311 (no secret)
                while not gone.done() and not viewer.end:
                    await _send(send, await _next(viewer, gone))
        except TimeoutError:
            pass  # it has been open for long; the browser opens another one
        finally:
            gone.cancel()
            self._hub.leave(place, viewer)
        if not gone.done():
            await _send(send, message("ended", viewer.end) if viewer.end else b"", more=False)


async def _next(viewer: Viewer, gone: "asyncio.Task[None]") -> bytes:
    """What to send next: news, or a sign of life when there is none."""
    woken = asyncio.create_task(viewer.wake.wait())
    try:
        await asyncio.wait([woken, gone], timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
    finally:
        woken.cancel()
    return messages(viewer.take(), viewer.known) or b": still here\n\n"


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Any, body: bytes, *, more: bool = True) -> None:
    with suppress(OSError, RuntimeError):  # the browser has gone
        await send({"type": "http.response.body", "body": body, "more_body": more})


async def _answer(send: Any, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _sit(session_key: str, side: Side, company: int) -> Sitting | None:
    try:
        return sit(session_key, side, company) if session_key else None
    finally:
        connection.close()  # back to the pool: no request of Django's ends here


def _session_key(scope: Any) -> str:
    try:
        morsel = SimpleCookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel is not None else ""


def _company(scope: Any) -> int:
    wanted = parse_qs(scope["query_string"].decode("latin-1")).get("company", [""])[0]
    return int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0


def _header(scope: Any, wanted: bytes) -> str:
    """A header's value; HTTP/2 may send cookies in several."""
    return b"; ".join(value for name, value in scope["headers"] if name == wanted).decode("latin-1")
