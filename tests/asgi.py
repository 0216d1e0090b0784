"""A client of ASGI applications that sees what is sent when it is sent."""

import asyncio
from collections.abc import Mapping
from typing import Any


class Exchange:
    """One request, and what comes back piece by piece."""

    def __init__(self, application: Any, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None):
        path, _, query = path.partition("?")
        self.scope = {
            "type": "http",
            "method": "POST" if body else "GET",
            "path": path,
            "query_string": query.encode(),
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 80),
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in {"Host": "localhost", "Content-Length": str(len(body)), **(headers or {})}.items()
            ],
        }
        self.told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for place in range(0, max(1, len(body)), 10):  # a body comes in pieces
            more = place + 10 < len(body)
            self.told.put_nowait({"type": "http.request", "body": body[place : place + 10], "more_body": more})
        self.ended = asyncio.create_task(application(self.scope, self.told.get, self.heard.put))

    async def start(self) -> tuple[int, dict[str, str]]:
        """The status and the headers."""
        message = await self.heard.get()
        return message["status"], {name.decode().lower(): value.decode() for name, value in message["headers"]}

    async def piece(self) -> tuple[bytes, bool]:
        """The next piece of the body, and whether more is to come."""
        message = await self.heard.get()
        return message.get("body", b""), message.get("more_body", False)

    async def reply(self) -> tuple[int, dict[str, str], list[bytes]]:
        """Status, headers and the pieces of the body."""
        (status, headers), pieces, more = await self.start(), [], True
        while more:
            piece, more = await self.piece()
            pieces += [piece] if piece else []
        await self.ended
        return status, headers, pieces

    def hang_up(self) -> None:
        """Go away."""
        self.told.put_nowait({"type": "http.disconnect"})
