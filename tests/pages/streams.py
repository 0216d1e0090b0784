"""A browser's stand-in at the door of live pages: opens a stream, and reads what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.conf import settings

from tcxc.pages.live.door import LivePages
from tests.pages.cast import signed_in


@dataclass
class Stream:
    """What came through an open stream so far."""

    figures: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    ended: str = ""
    status: int = 0
    last_id: str = ""
    raw: bytes = b""

    def take(self, body: bytes) -> None:
        self.raw += body
        for event in body.decode().split("\n\n"):
            lines = dict(line.split(": ", 1) for line in event.splitlines() if ": " in line)
            self.last_id = lines.get("id", self.last_id)
            if lines.get("event") == "figures":
                self.figures |= msgspec.json.decode(lines["data"])
            elif lines.get("event") == "marks":
                self.marks |= msgspec.json.decode(lines["data"])
            elif lines.get("event") == "ended":
                self.ended = lines["data"]

    async def until(self, holds: Callable[["Stream"], Any], seconds: float = 8) -> None:
        """Wait until something holds of what came."""
        async with asyncio.timeout(seconds):
            while not holds(self):
                await asyncio.sleep(0.02)


@asynccontextmanager
async def a_stream(
    door: LivePages, session: str, side: str, company: int, *, last_id: str = ""
) -> AsyncIterator[Stream]:
    """A stream of a session, closed by the browser at the end."""
    stream, leaving = Stream(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await leaving.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        stream.status = message.get("status", stream.status)
        stream.take(message.get("body", b""))

    headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())]
    headers += [(b"last-event-id", last_id.encode())] if last_id else []
    scope = {"type": "http", "method": "GET", "path": f"/{side}/events/", "headers": headers}
    task = asyncio.create_task(door(scope | {"query_string": f"company={company}".encode()}, receive, send))
    try:
        yield stream
    finally:
        leaving.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(task, 5)


def session_of(user: Any) -> str:
    """A fresh session of somebody who has signed in."""
    return signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
