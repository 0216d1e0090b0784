"""The same API under ASGI, where files are streamed from the request's own thread."""

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient

from tcxc.models import Holder
from tests.api.exchange import Exchange, make_exchange

pytestmark = [pytest.mark.django_db(transaction=True)]


def asking() -> tuple[Exchange, dict[str, str]]:
    exchange = make_exchange()
    key = exchange.client(Holder.BUYER).defaults["HTTP_AUTHORIZATION"]
    return exchange, {"Authorization": key}


def test_files_come_in_pieces_and_slashes_are_optional(async_run):
    async def talk() -> None:
        _, headers = await sync_to_async(asking)()
        client = AsyncClient()
        reply = await client.get("/api/v1/cdrs?format=csv", headers=headers)
        assert reply.is_async  # type: ignore[attr-defined]
        pieces = [piece async for piece in reply.streaming_content]  # type: ignore[attr-defined]
        assert len(pieces) == 2
        assert pieces[0].startswith(b"id,session_id,")
        made = await client.post("/api/v1/accounts", {"name": "New"}, content_type="application/json", headers=headers)
        assert made.status_code == 201
        unknown = await client.post("/api/v1/nothing", headers=headers)
        assert unknown.json()["type"] == "/api/v1/problems/not_found"

    async_run(talk)
