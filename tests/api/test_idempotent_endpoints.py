"""Every writing endpoint: five in a row and fifty at once with one key have one effect and the same reply."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from tcxc.models import AuditEvent, Holder, IdempotentReply
from tests.api.endpoints import WRITING, Endpoint
from tests.api.exchange import make_exchange, stored

KEY = {"Idempotency-Key": "5f0c1f6e-once"}


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", WRITING, ids=str)
def test_five_in_a_row(endpoint: Endpoint):
    exchange = make_exchange()
    client = exchange.client(endpoint.owner)
    first = endpoint.send(client, exchange.ids, headers=KEY)
    assert first.status_code == endpoint.status
    after_one = stored()
    for _ in range(4):
        again = endpoint.send(client, exchange.ids, headers=KEY)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again["Idempotent-Replayed"] == "true"
    assert stored() == after_one


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("endpoint", WRITING, ids=str)
def test_fifty_at_once(endpoint: Endpoint):
    exchange = make_exchange()
    client, ids = exchange.client(endpoint.owner), exchange.ids
    audited = AuditEvent.objects.count()
    barrier = threading.Barrier(50)

    def send(_: int) -> tuple[int, bytes]:
        barrier.wait()
        try:
            reply = endpoint.send(client, ids, headers=KEY)
            return reply.status_code, reply.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        replies = set(pool.map(send, range(50)))
    assert len(replies) == 1
    assert next(iter(replies))[0] == endpoint.status
    assert AuditEvent.objects.count() - audited == endpoint.audited
    assert IdempotentReply.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("endpoint", WRITING, ids=str)
def test_another_request_with_the_key_is_refused(endpoint: Endpoint):
    exchange = make_exchange()
    client = exchange.client(endpoint.owner)
    endpoint.send(client, exchange.ids, headers=KEY)
    before = stored()
    other = Endpoint(**{**vars(endpoint), "path": endpoint.path + "?other=1"})
    reply = other.send(client, exchange.ids, headers=KEY)
    assert (reply.status_code, reply.json()["type"]) == (422, "/api/v1/problems/idempotency_key_reused")
    assert stored() == before


@pytest.mark.django_db(transaction=True)
def test_the_aaa_api_keeps_replies_too():
    exchange = make_exchange()
    client = exchange.client(Holder.PLATFORM)
    call = {"session_id": "CA1", "account_sid": exchange.ids["sid"], "service": "voice", "to": "447700900123"}
    replies = [client.post("/api/v1/aaa/authorize", call, headers=KEY) for _ in range(3)]
    assert [reply.json()["decision"] for reply in replies] == ["allow"] * 3
    assert {reply.content for reply in replies} == {replies[0].content}
    assert replies[2]["Idempotent-Replayed"] == "true"
    assert client.post("/api/v1/aaa/authorize", call | {"to": "447700900124"}, headers=KEY).status_code == 422
