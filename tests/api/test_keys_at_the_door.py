"""Who gets in, and who does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tcxc.actors import Actor
from tcxc.api.throttling import RequestCounter
from tcxc.models import ApiKey, Holder, Platform, User
from tcxc.operations.api_keys import make_key, revoke_key, rotate_key
from tests.api.conftest import client_with

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
ME = "/api/v1/me/"


def test_a_key_tells_for_whom_it_speaks(key_client, company):
    reply = key_client(scopes=["accounts:write"]).get(ME)
    assert reply.status_code == 200
    assert reply.json()["company"]["id"] == company.pk
    assert reply.json()["scopes"] == ["accounts:read", "accounts:write"]
    assert reply["Cache-Control"] == "no-store"


def refusals(company):
    """One client for each way in which a key can be no good."""
    live = {"holder": Holder.BUYER, "company": company, "name": "k", "by": Actor.system()}
    expired = make_key(**live)
    ApiKey.objects.filter(pk=expired.key.pk).update(expires_at=timezone.now())
    revoked = make_key(**live)
    revoke_key(key=revoked.key, by=Actor.system())
    elsewhere = make_key(**live, networks=["10.0.0.0/8", "2001:db8::/32"])
    closed = Platform.objects.create(name="closed", is_active=False)
    of_closed = make_key(holder=Holder.PLATFORM, platform=closed, name="k", by=Actor.system())
    left = User.objects.create(email="left@example.com", is_staff=True, is_active=False)
    of_left = make_key(holder=Holder.OPERATOR, user=left, name="k", by=Actor.system())
    secrets = [made.secret for made in (expired, revoked, elsewhere, of_closed, of_left)]
    return [client_with(secret) for secret in [*secrets, "tcxc_buyer_unknown", "", "\xff"]]


def test_every_useless_key_gets_the_same_answer(company, nobody):
    nobody_is_told = nobody.get(ME)
    assert nobody_is_told.status_code == 401
    assert nobody_is_told["WWW-Authenticate"].startswith("Bearer")
    assert nobody_is_told["Content-Type"] == "application/problem+json"
    for client in refusals(company):
        reply = client.get(ME)
        assert (reply.status_code, reply.json()) == (401, nobody_is_told.json())
        assert reply["WWW-Authenticate"] == nobody_is_told["WWW-Authenticate"]


def test_a_key_works_from_its_networks(key_client):
    client = key_client(networks=["127.0.0.0/8", "2001:db8::/32"])
    assert client.get(ME).status_code == 200
    assert client.get(ME, REMOTE_ADDR="2001:db8::1").status_code == 200
    assert client.get(ME, REMOTE_ADDR="192.0.2.1").status_code == 401


def test_an_address_is_believed_only_from_a_trusted_proxy(key_client, settings):
    client = key_client(networks=["192.0.2.0/24"])
    forged = {"HTTP_X_FORWARDED_FOR": "192.0.2.1"}
    assert client.get(ME, **forged).status_code == 401
    settings.TRUSTED_PROXY_COUNT = 1
    assert client.get(ME, **forged).status_code == 200
    assert client.get(ME, HTTP_X_FORWARDED_FOR="192.0.2.1, 198.51.100.7").status_code == 401


def test_finding_a_key_is_one_query(key_client, django_assert_num_queries):
    client = key_client()
    client.get(ME)
    with django_assert_num_queries(1):
        client.get(ME)


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(key_client):
    client = key_client()
    client.get(ME)
    first = ApiKey.objects.get().last_used_at
    assert first is not None
    client.get(ME)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get(ME)
    assert ApiKey.objects.filter(last_used_at__gt=first).exists()


def test_an_old_key_lives_through_its_overlap(company):
    old = make_key(holder=Holder.BUYER, company=company, name="k", by=Actor.system(), scopes=["money:read"])
    new = rotate_key(key=old.key, overlap_hours=2, by=Actor.system())
    assert new.key.scopes == ["money:read"]
    assert client_with(old.secret).get(ME).status_code == 200
    assert client_with(new.secret).get(ME).status_code == 200
    ApiKey.objects.filter(pk=old.key.pk).update(expires_at=timezone.now())
    assert client_with(old.secret).get(ME).status_code == 401


@pytest.mark.parametrize(
    ("holder", "scopes", "get", "post"),
    [
        (Holder.BUYER, [], 200, 201),
        (Holder.BUYER, ["accounts:read"], 200, 403),
        (Holder.BUYER, ["accounts:write"], 200, 201),
        (Holder.BUYER, ["money:read"], 403, 403),
        (Holder.SELLER, [], 403, 403),
        (Holder.PLATFORM, [], 403, 403),
        (Holder.OPERATOR, [], 403, 403),
    ],
)
def test_holder_and_scope_decide(key_client, holder, scopes, get, post):
    client = key_client(holder, scopes=scopes)
    assert client.get("/api/v1/probe/").status_code == get
    assert client.post("/api/v1/probe/", {"name": "x"}).status_code == post


def test_requests_of_a_key_are_limited_by_the_minute(key_client, settings, monkeypatch):
    settings.API_RATE_LIMIT = 2
    monkeypatch.setattr("tcxc.api.throttling.request_counter", FakeCounter)
    FakeCounter.counted = 0
    client = key_client()
    assert [client.get(ME).status_code for _ in range(3)] == [200, 200, 429]
    reply = client.get(ME)
    assert reply.json()["type"] == "/api/v1/problems/rate_limited"
    assert 1 <= int(reply["Retry-After"]) <= 60


class FakeCounter:
    counted = 0

    def count(self, name: str, now: float, *, by_day: bool) -> int:
        FakeCounter.counted += 1
        return FakeCounter.counted


def test_without_redis_requests_pass_uncounted():
    counter = RequestCounter("unix:///nowhere.sock")
    assert [counter.count("7", 0.0) for _ in range(3)] == [0, 0, 0]
