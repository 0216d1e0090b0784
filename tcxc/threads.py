"""Django behind an ASGI server: each request is answered whole by one of a few threads that stay.

Django's own handler makes a thread for each request, and goes back and forth between it and the event loop for each
signal and each middleware that is at home on the other side. See decision 60.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from io import BytesIO
from math import inf
from time import monotonic
from typing import IO, Any, cast

from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted, RequestDataTooBig
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.db import close_old_connections
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from tcxc import outage

PROBES = {"/healthz", "/readyz", "/metrics"}


class ThreadedHandler(ASGIHandler):
    """Answers in threads as a WSGI server does, so that middleware and views are plain functions throughout.

    A request waits for a free thread; how many seconds it did is its `waited`, and `tcxc.outage` refuses what waited
    too long. When none becomes free in time one more thread has it refused, whatever the others are busy with.
    Each probe has threads of its own, since a busy process lives, and says so however often it is asked whether it is
    ready; so has a file that is sent while it is made, since a slow reader may keep nobody else waiting.
    """

    def __init__(self) -> None:
        super().__init__()
        self._free = asyncio.Semaphore(settings.WEB_THREADS)
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="request")
        self._refusals = ThreadPoolExecutor(1, thread_name_prefix="refusal")
        self._probes = {path: ThreadPoolExecutor(2, thread_name_prefix="probe") for path in PROBES}

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain of middleware for threads, though Django's handler asks for one on the loop."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is served here, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self._answer_in_time(scope, body)
        if isinstance(response, StreamingHttpResponse):
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    async def read_body(self, receive: Any) -> IO[bytes]:
        """The body: what comes in one piece stays in memory, the rest is taken as Django's handler does.

        Of one that is larger than any view takes no more is read; whoever reads it then raises RequestDataTooBig.
        """
        first = await receive()
        if first["type"] == "http.request" and not first.get("more_body", False):
            return BytesIO(first.get("body", b""))
        seen, size = iter([first]), 0
        most = settings.PRICE_LIST_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # the largest file, with its form

        async def receive_all() -> Any:
            nonlocal size
            message = next(seen, None) or await receive()
            size += len(message.get("body", b""))
            if size > most:
                raise RequestDataTooBig
            return message

        try:
            body: IO[bytes] = await super().read_body(receive_all)
        except RequestDataTooBig:
            return _TooLarge()
        return body

    async def _answer_in_time(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """The reply of a thread, once one is free; a refusal when that takes too long."""
        run, arrived = asyncio.get_running_loop().run_in_executor, monotonic()
        if scope["path"] in PROBES:
            return await run(self._probes[scope["path"]], self._answer, scope, body, arrived)
        try:
            async with asyncio.timeout(outage.PATIENCE):
                await self._free.acquire()
        except TimeoutError:
            return await run(self._refusals, self._answer, scope, body, -inf)  # too long by any clock
        try:
            return await run(self._threads, self._answer, scope, body, arrived)
        finally:
            self._free.release()

    def _answer(self, scope: Any, body: IO[bytes], arrived: float) -> HttpResponseBase:
        """The reply. Whatever the request held is given back by then, unless its content is still to be made."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, unread = self.create_request(scope, body)
        response = cast("HttpResponseBase", unread)  # one of the two is None
        if request is not None:
            request.waited = monotonic() - arrived  # type: ignore[attr-defined]
            response = self.get_response(request)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size  # not 4 KB, each fetched from the thread that reads it
        if response.streaming:
            close_old_connections()  # the thread that makes the content has its own
        else:
            response.close()
            body.close()
        return response

    async def _stream(self, response: StreamingHttpResponse, receive: Any, send: Any) -> None:
        """Send content as it is made, all of it in one thread, until the reader has it or goes away."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="stream")
        if not response.is_async:
            pieces = cast("Iterator[bytes]", response.streaming_content)
            response.streaming_content = _made_in(thread, pieces)
        ends = [asyncio.create_task(self.send_response(response, send)), asyncio.create_task(_until_gone(receive))]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()
            thread.submit(response.close)
            thread.shutdown(wait=False)
        await asyncio.gather(*ends, return_exceptions=True)


class _TooLarge(BytesIO):
    """A body that was not taken in."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise RequestDataTooBig("The body is larger than any address takes.")


async def _made_in(thread: Executor, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, each made in that thread, where the database connection of the earlier ones is."""
    take = partial(asyncio.get_running_loop().run_in_executor, thread, next, pieces, None)
    while (piece := await take()) is not None:
        yield piece


async def _until_gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
