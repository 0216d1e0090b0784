"""One key, one effect, one reply."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone

from tcxc.api import idempotency
from tcxc.models import Company, IdempotentReply
from tcxc.operations.replies import forget_replies

pytestmark = pytest.mark.urls("tests.api.probe")
PROBE = "/api/v1/probe/"
COMMITTING = "/api/v1/committing-probe/"


def post(client, body, key="k1", path=PROBE, **options):
    return client.post(path, body, headers={"Idempotency-Key": key}, **options)


def made(name="x"):
    return Company.objects.filter(name=name).count()


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PROBE, COMMITTING])
def test_a_repeat_gets_the_first_reply(key_client, path):
    client = key_client()
    first = post(client, {"name": "x"}, path=path)
    again = [post(client, {"name": "x"}, path=path) for _ in range(4)]
    assert {(reply.status_code, reply.content, reply["Content-Type"]) for reply in again} == {
        (201, first.content, first["Content-Type"])
    }
    assert again[0]["Idempotent-Replayed"] == "true"
    assert made() == 1


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused(key_client):
    client = key_client()
    post(client, {"name": "x"})
    for reply in (post(client, {"name": "y"}), post(client, {"name": "x"}, path=COMMITTING)):
        assert (reply.status_code, reply.json()["type"]) == (422, "/api/v1/problems/idempotency_key_reused")
    assert made("y") == 0


@pytest.mark.django_db
def test_keys_belong_to_the_caller_and_all_keys_of_one_are_one_caller(key_client):
    other = Company.objects.create(name="other")
    post(key_client(), {"name": "x"})
    post(key_client(), {"name": "x"})
    assert made() == 1
    post(key_client(company=other), {"name": "x"})
    assert made() == 2


@pytest.mark.django_db
def test_a_refusal_is_kept_and_a_fault_is_not(key_client):
    client = key_client()
    for _ in range(2):
        assert post(client, {"name": "poor"}, key="refused").status_code == 402
        assert post(client, {"name": "crash"}, key="failed").status_code == 500
        assert post(client, {"name": ""}, key="invalid").status_code == 400
    assert post(client, {"name": "x"}, key="invalid").status_code == 201
    assert post(client, {"name": "x"}, key="failed").status_code == 201
    assert set(IdempotentReply.objects.values_list("key", flat=True)) == {"refused", "invalid", "failed"}


@pytest.mark.django_db
def test_a_kept_reply_can_not_be_read_in_the_table(key_client):
    post(key_client(), {"name": "secretive"})
    assert b"secretive" not in bytes(IdempotentReply.objects.get().body)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "x" * 256, "tab\there", "ä"])
def test_a_key_that_is_no_key_is_refused(key_client, key):
    assert post(key_client(), {"name": "x"}, key=key).status_code == 400
    assert made() == 0


@pytest.mark.django_db
def test_a_form_is_known_again_whatever_its_boundary(key_client):
    client = key_client()

    def send(content):
        file = SimpleUploadedFile("a.csv", content, content_type="text/csv")
        return post(client, {"name": "x", "file": file}, format="multipart").status_code

    assert [send(b"1"), send(b"1"), send(b"2")] == [201, 201, 422]
    assert made() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [PROBE, COMMITTING])
def test_fifty_at_once_have_one_effect_and_one_reply(key_client, path):
    client = key_client()
    barrier = threading.Barrier(50)

    def send(_):
        barrier.wait()
        try:
            reply = post(client, {"name": "x"}, path=path)
            return reply.status_code, reply.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(50) as pool:
        replies = set(pool.map(send, range(50)))
    assert made() == 1
    assert len(replies) == 1
    assert next(iter(replies))[0] == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [PROBE, COMMITTING])
def test_one_still_under_way_is_a_conflict_until_its_connection_dies(key_client, settings, path):
    settings.API_IDEMPOTENCY_WAIT = timedelta(milliseconds=50).total_seconds()
    client = key_client()
    number = idempotency._lock_number(f"buyer:{Company.objects.get().pk}", "k1")
    first = connection.copy()
    with first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [number])
    reply = post(client, {"name": "x"}, path=path)
    assert (reply.status_code, reply["Retry-After"]) == (409, "1")
    assert reply.json()["type"] == "/api/v1/problems/idempotency_key_in_flight"
    first.close()
    assert post(client, {"name": "x"}, path=path).status_code == 201
    assert made() == 1


@pytest.mark.django_db
def test_replies_are_forgotten_after_ninety_days(key_client):
    client = key_client()
    for number in range(5):
        post(client, {"name": "x"}, key=f"k{number}")
    old = IdempotentReply.objects.filter(key__lt="k3")
    old.update(created_at=timezone.now() - timedelta(days=91))
    assert forget_replies(timezone.now(), at_once=2) == 3
    assert set(IdempotentReply.objects.values_list("key", flat=True)) == {"k3", "k4"}
