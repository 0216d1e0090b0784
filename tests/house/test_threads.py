"""Requests are answered in a few threads, which nobody takes from the others for long."""

import asyncio
import json
import threading
from collections.abc import Iterator
from io import BytesIO

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tcxc import health, outage
from tcxc.models import Holder
from tcxc.threads import ThreadedHandler
from tests.api.exchange import Exchange as House
from tests.api.exchange import make_exchange
from tests.asgi import Exchange

gate = threading.Event()
stream_threads: list[str] = []


def wait(_request: HttpRequest) -> HttpResponse:
    """Answers when the gate is opened."""
    gate.wait(10)
    return HttpResponse(threading.current_thread().name)


def ask(_request: HttpRequest) -> HttpResponse:
    """Asks the database, and says in which thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse(threading.current_thread().name)


def stream(_request: HttpRequest) -> StreamingHttpResponse:
    """A file without end."""

    def pieces() -> Iterator[bytes]:
        try:
            while True:
                stream_threads.append(threading.current_thread().name)
                yield b"piece"
        finally:
            stream_threads.append("closed in " + threading.current_thread().name)

    return StreamingHttpResponse(pieces())


def send_file(_request: HttpRequest) -> FileResponse:
    """Bytes as a static file is sent."""
    return FileResponse(BytesIO(b"x" * 100_000))


@csrf_exempt
def read(request: HttpRequest) -> HttpResponse:
    """Reads what was sent."""
    return HttpResponse(request.body)


urlpatterns = [
    path("wait/", wait),
    path("ask/", ask),
    path("stream/", stream),
    path("file/", send_file),
    path("read/", read),
]


@pytest.fixture
def handler(settings):
    """Django with one thread, and the views above."""
    settings.WEB_THREADS = 1
    settings.ROOT_URLCONF = __name__
    gate.clear()
    stream_threads.clear()
    yield ThreadedHandler()
    gate.set()


def test_probes_answer_while_all_threads_work(handler, async_run):
    async def talk() -> None:
        busy = Exchange(handler, "/wait/")
        status, _, _ = await asyncio.wait_for(Exchange(handler, "/healthz").reply(), 5)
        assert (status, busy.ended.done()) == (200, False)
        gate.set()
        assert (await busy.reply())[0] == 200

    async_run(talk)


def test_a_process_says_that_it_lives_though_it_is_asked_again_and_again_whether_it_is_ready(
    handler, async_run, monkeypatch
):
    def look() -> HttpResponse:
        gate.wait(10)
        return HttpResponse()

    monkeypatch.setattr(health, "readiness", look)

    async def talk() -> None:
        asked = [Exchange(handler, "/readyz") for _ in range(5)]
        status, _, _ = await asyncio.wait_for(Exchange(handler, "/healthz").reply(), 5)
        assert (status, any(one.ended.done() for one in asked)) == (200, False)
        gate.set()
        for one in asked:
            await one.reply()

    async_run(talk)


def test_who_waits_too_long_for_a_thread_is_told_to_come_again_though_none_becomes_free(
    handler, async_run, monkeypatch
):
    monkeypatch.setattr(outage, "PATIENCE", 0.05)

    async def talk() -> None:
        busy, late = Exchange(handler, "/wait/"), Exchange(handler, "/api/v1/", body=b"{}")
        status, headers, _ = await asyncio.wait_for(late.reply(), 5)
        assert (status, headers["retry-after"], headers["content-type"]) == (503, "2", "application/problem+json")
        assert not busy.ended.done()
        gate.set()
        assert (await busy.reply())[0] == 200
        assert (await Exchange(handler, "/wait/").reply())[2] == [b"request_0"]

    async_run(talk)


@pytest.mark.django_db(transaction=True)
def test_a_thread_stays_and_gives_its_connection_back(handler, async_run):
    def open_in_thread() -> bool:
        return handler._threads.submit(lambda: connection.connection is not None).result()

    async def talk() -> None:
        names = [(await Exchange(handler, "/ask/").reply())[2] for _ in range(3)]
        assert names == [[b"request_0"]] * 3
        assert not open_in_thread()

    async_run(talk)


def test_a_file_is_made_in_one_thread_of_its_own_until_its_reader_goes_away(handler, async_run):
    async def talk() -> None:
        reading = Exchange(handler, "/stream/")
        assert (await reading.start())[0] == 200
        assert [await reading.piece() for _ in range(3)] == [(b"piece", True)] * 3
        gate.set()
        assert (await Exchange(handler, "/wait/").reply())[2] == [b"request_0"], "a reader keeps nobody waiting"
        reading.hang_up()
        await reading.ended

    async_run(talk)
    for _ in range(100):
        if stream_threads[-1].startswith("closed"):
            break
        threading.Event().wait(0.02)
    assert set(stream_threads[:-1]) == {"stream_0"}
    assert stream_threads[-1] == "closed in stream_0"


def test_a_file_goes_out_in_large_pieces(handler, async_run):
    async def talk() -> None:
        assert [len(piece) for piece in (await Exchange(handler, "/file/").reply())[2]] == [65_536, 34_464]

    async_run(talk)


def test_of_a_body_without_end_no_more_is_taken_than_any_view_reads(handler, async_run, settings):
    settings.PRICE_LIST_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20

    async def talk() -> None:
        fitting, endless = (Exchange(handler, "/read/", body=b"x" * size) for size in (20, 200))
        assert (await fitting.reply())[::2] == (200, [b"x" * 20])
        assert (await endless.reply())[0] == 400
        assert endless.told.qsize() == 15, "pieces of ten bytes"

    async_run(talk)


def asking() -> tuple[House, dict[str, str]]:
    """A house with a buyer, and the buyer's key."""
    house = make_exchange()
    return house, {"Authorization": house.client(Holder.BUYER).defaults["HTTP_AUTHORIZATION"]}


@pytest.mark.django_db(transaction=True)
def test_the_api_takes_bodies_and_sends_files_in_pieces(async_run):
    async def talk() -> None:
        _, key = await sync_to_async(asking)()
        handler = ThreadedHandler()
        status, _, pieces = await Exchange(handler, "/api/v1/cdrs?format=csv", headers=key).reply()
        assert (status, len(pieces)) == (200, 2)
        assert pieces[0].startswith(b"id,session_id,")
        sent = {**key, "Content-Type": "application/json"}
        made = await Exchange(handler, "/api/v1/accounts", body=b'{"name": "Somebody new"}', headers=sent).reply()
        assert (made[0], json.loads(made[2][0])["name"]) == (201, "Somebody new")
        unknown = await Exchange(handler, "/api/v1/nothing", body=b"{}", headers=sent).reply()
        assert json.loads(unknown[2][0])["type"] == "/api/v1/problems/not_found"

    async_run(talk)
