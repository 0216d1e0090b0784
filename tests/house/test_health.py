"""Probes: alive without a database, ready only with everything, and never slow to say so."""

import socket
import time

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connections
from django.http import HttpResponse

from tcxc import health
from tcxc.outage import Outage


@pytest.fixture
def elsewhere(tmp_path):
    """Point the database at a folder of sockets of the test's own."""
    settings = connections["default"].settings_dict
    before = settings["HOST"]
    settings["HOST"] = str(tmp_path)
    yield tmp_path
    settings["HOST"] = before


def listen(path):
    """A server that takes connections and never says a word."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    return server


def answer(_request):
    """What the rest of the house says."""
    return HttpResponse()


def ask(client, path="/readyz"):
    """Status, checks and seconds of a probe, asked by an address and not by our name."""
    started = time.monotonic()
    reply = client.get(path, headers={"host": "10.1.2.3:8000"})
    return reply.status_code, reply.json().get("checks"), time.monotonic() - started


def test_alive_needs_no_database(client):
    assert ask(client, "/healthz")[0] == 200


@pytest.mark.django_db
def test_ready_when_all_is_there(client):
    status, checks, _ = ask(client)

    assert (status, checks) == (200, dict.fromkeys(["database", "durability", "migrations", "broker"], "ok"))


@pytest.mark.django_db
def test_not_ready_before_the_last_migration(client, monkeypatch):
    known = health.known_migrations() | {("billing", "9999_to_come")}
    monkeypatch.setattr(health, "known_migrations", lambda: known)

    status, checks, _ = ask(client)

    assert (status, checks["migrations"]) == (503, "1 to apply")


@pytest.mark.django_db
def test_not_ready_on_a_database_that_may_lose_money(client, settings):
    settings.TESTING_DATABASE = False

    status, checks, _ = ask(client)

    assert (status, checks["durability"]) == (503, "fsync is off, synchronous_commit is off")


def test_not_ready_without_a_database(client, elsewhere):
    status, checks, seconds = ask(client)

    assert (status, checks["database"]) == (503, "can't be reached")
    assert seconds < 2


def test_not_ready_with_a_database_that_hangs(client, elsewhere):
    with listen(elsewhere / ".s.PGSQL.5432"):
        status, checks, seconds = ask(client)

    assert (status, checks["database"]) == (503, "does not answer in time")
    assert seconds < 2


@pytest.mark.django_db
@pytest.mark.parametrize("hangs", [True, False])
def test_not_ready_without_a_broker(client, settings, tmp_path, hangs):
    settings.REDIS_URL = f"unix://{tmp_path}/redis.sock"
    server = listen(tmp_path / "redis.sock") if hangs else None

    status, checks, seconds = ask(client)

    assert (status, checks["broker"], checks["database"]) == (503, "can't be reached", "ok")
    assert seconds < 2
    if server:
        server.close()


@pytest.mark.parametrize(
    ("path", "kind"), [("/buyer/", "text/html"), ("/api/v1/accounts/", "application/problem+json")]
)
def test_a_lost_database_is_an_outage_and_not_a_bug(rf, path, kind):
    request = rf.get(path, headers={"accept": "text/html"})

    reply = Outage(answer).process_exception(request, OperationalError("gone"))

    assert reply is not None
    assert (reply.status_code, reply["Content-Type"].split(";")[0]) == (503, kind)
    assert int(reply["Retry-After"]) > 0


@pytest.mark.parametrize(("failure", "status"), [(OperationalError("gone"), 503), (ValueError(), 500)])
def test_a_database_that_is_lost_before_a_page_begins_is_an_outage_too(client, settings, monkeypatch, failure, status):
    def lose(_session):
        raise failure

    monkeypatch.setattr(SessionStore, "load", lose)
    client.cookies[settings.SESSION_COOKIE_NAME] = "somebodys"
    client.raise_request_exception = False

    reply = client.get("/buyer/")

    assert (reply.status_code, reply.headers.get("Retry-After")) == (status, "2" if status == 503 else None)


def test_another_exception_is_nobodys_outage(rf):
    assert Outage(answer).process_exception(rf.get("/"), ValueError()) is None


def test_while_the_database_is_away_nobody_waits_long_for_a_thread_and_then_for_a_connection_too(rf):
    tried = []

    def lose(request):
        tried.append(request.waited)
        return HttpResponse(status=503)

    outage = Outage(lose)
    for waited in (1.0, 1.1, 0.1):
        request = rf.get("/api/v1/accounts/")
        request.waited = waited
        assert outage(request).status_code == 503

    assert tried == [1.0, 0.1]
