"""The AAA API over HTTP: shapes of replies, statuses, and who may ask. `test_doors_agree` holds the slim door to it."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from authz.keys import memory
from authz.models import Session
from tcxc.actors import Actor
from tcxc.models import ApiKey, Holder, Platform
from tcxc.operations.api_keys import make_key, revoke_key, rotate_key
from tests.world import interconnect, make_connection, make_rate, make_world

ROOT = "/api/v1/aaa/"
PROBLEM = "application/problem+json"


def client_of(secret: str) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def key(world):
    return make_key(holder=Holder.PLATFORM, platform=world.platform, name="gateway", by=Actor.system())


@pytest.fixture
def client(key):
    return client_of(key.secret)


@pytest.fixture
def call(world):
    return {"session_id": "CA1", "account_sid": world.sid, "service": "voice", "to": "447700900123"}


@pytest.fixture
def sms(world):
    connection = make_connection(world.seller, service="sms", smpp_uri="smpp:u:p:{destination}@host:2776")
    make_rate(connection, "44", "0.01")
    interconnect(world.account, connection)
    return connection


def post(client: APIClient, path: str, body: Any, **headers: str):
    return client.post(ROOT + path, body, format="json", headers=headers)


def told(client: APIClient, path: str, body: Any) -> dict[str, Any]:
    reply = post(client, path, body)
    assert (reply.status_code, reply["Content-Type"]) == (200, "application/json"), reply.content
    decoded: dict[str, Any] = json.loads(reply.content)
    return decoded


def rate_and_routes(world, connection, code, price, *, sip="", smpp=""):
    tie = connection.interconnects.get()
    rate = {"price_list": connection.uploads.get().pk, "prefix": code, "price_1": price, "price_n": price}
    route = {"connection": connection.pk, "seller": world.seller.company.name, "sip": sip, "smpp": smpp}
    return rate, [route | {"tech_prefix": tie.tech_prefix, "price_1": price}]


def test_an_allowed_call_reads_as_the_contract_says(world, client, call):
    rate, routes = rate_and_routes(world, world.voice, "447", "0.060000", sip="sip:447700900123@host:5060")
    allowed = {
        "decision": "allow",
        "session_id": "CA1",
        "account": world.account.pk,
        "granted_seconds": 120,
        "valid_seconds": 120,
        "final_unit": False,
        "held": "0.120000",
        "available": "99.880000",
        "currency": "USD",
        "rate": rate | {"interval_1": 60, "interval_n": 1},
        "routes": routes,
        "on_failure": "terminate",
    }
    assert told(client, "authorize", call) == allowed
    more = allowed | {"granted_seconds": 180, "held": "0.120000", "available": "99.820000"}
    assert told(client, "update", {"session_id": "CA1", "seq": 1, "used_seconds": 60}) == more
    closed = told(client, "terminate", {"session_id": "CA1", "used_seconds": 61, "cause": 16})
    assert closed == {
        "decision": "closed",
        "session_id": "CA1",
        "charged": "0.061000",
        "billed_seconds": 61,
        "cdr": Session.objects.get().record_id,
        "available": "99.939000",
    }


def test_a_message_reads_as_the_contract_says(world, client, call, sms):
    message = {**call, "session_id": "SM1", "service": "sms", "from": "ACME", "text": "я" * 71}
    rate, routes = rate_and_routes(world, sms, "44", "0.010000", sip="sip:447700900123@host:5060", smpp="x")
    routes[0]["smpp"] = "smpp:u:p:447700900123@host:2776"
    allowed = told(client, "authorize", message)
    assert (allowed["parts"], allowed["routes"], allowed["rate"]["prefix"]) == (2, routes, "44")
    assert "granted_seconds" not in allowed
    assert allowed["rate"] == rate | {"interval_1": 1, "interval_n": 1}
    closed = told(client, "terminate", {"session_id": "SM1", "used_parts": 2})
    assert (closed["charged"], closed["parts"]) == ("0.020000", 2)
    assert "billed_seconds" not in closed


def test_a_refusal_and_an_event_read_as_the_contract_says(world, client, call, sms):
    assert told(client, "authorize", {**call, "to": "33123456789"}) == {
        "decision": "deny",
        "session_id": "CA1",
        "reason": "no_rate",
        "message": "No interconnected route has a price for this destination now.",
        "sip_status": 404,
        "q850_cause": 3,
        "smpp_status": 0x404,
    }
    debit = {"event_id": "EV1", "type": "debit", "account_sid": world.sid, "to": "447700900123", "text": "hello"}
    charged = told(client, "event", debit)
    assert (charged["decision"], charged["charged"], charged["parts"]) == ("allow", "0.010000", 1)
    assert told(client, "event", {"event_id": "EV2", "type": "refund", "refund_of": "EV1"})["charged"] == "-0.010000"


def test_every_path_takes_a_slash_or_none(client, call, world):
    for path, body in [
        ("authorize", call),
        ("update", {"session_id": "CA1", "seq": 1, "used_seconds": 1}),
        ("terminate", {"session_id": "CA1", "used_seconds": 2}),
        ("event", {"event_id": "E", "type": "balance", "account_sid": world.sid}),
        ("batch", {"requests": []}),
    ]:
        assert told(client, path, body) == told(client, path + "/", body)
    for path in ("sessions", "sessions/CA1", f"accounts/{world.sid}"):
        assert client.get(ROOT + path).json() == client.get(f"{ROOT}{path}/").json()


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("authorize", {"service": "voice"}, ["session_id"]),
        ("authorize", {"session_id": "CA1", "service": "voice", "to": "1", "account": 1, "colour": "red"}, ["colour"]),
        ("update", {"session_id": "CA1", "seq": 0, "used_seconds": 1}, ["seq"]),
        ("terminate", {"session_id": "CA1"}, ["used_seconds"]),
        ("terminate", {"session_id": "CA1", "used_seconds": 5}, ["service", "to", "account_sid"]),
        ("event", {"event_id": "E", "type": "gift"}, ["type"]),
        ("batch", {"request": []}, ["requests"]),
        ("batch", {"requests": [], "more": 1}, ["requests"]),
    ],
)
def test_a_mistake_is_a_400_that_names_the_field(client, path, body, fields):
    reply = post(client, path, body)
    assert (reply.status_code, reply["Content-Type"]) == (400, PROBLEM)
    problem = json.loads(reply.content)
    assert set(problem) >= {"type", "title", "status", "detail", "errors"}
    assert list(problem["errors"]) == fields


def test_the_same_session_with_another_request_is_a_409(client, call):
    told(client, "authorize", call)
    reply = post(client, "authorize", {**call, "to": "447700900999"})
    assert (reply.status_code, reply["Content-Type"]) == (409, PROBLEM)
    assert json.loads(reply.content)["type"] == "/api/v1/problems/session_id_reused"


def test_five_times_the_same_is_one_call_and_one_reply(client, call):
    replies = {post(client, "authorize", call).content for _ in range(5)}
    assert len(replies) == 1
    assert Session.objects.count() == 1


def test_an_update_of_an_unknown_session_is_a_404(client):
    assert post(client, "update", {"session_id": "CA9", "seq": 1, "used_seconds": 1}).status_code == 404


def test_a_number_may_come_with_a_plus(client, call):
    assert told(client, "authorize", {**call, "to": "+447700900123", "from": "+12025550100"})["decision"] == "allow"
    session = Session.objects.get()
    assert (session.callee, session.caller) == ("447700900123", "12025550100")


def test_a_batch_answers_each_request_as_its_own_call_would(client, call, world):
    requests: list[Any] = [
        {"op": "authorize", **call},
        {"op": "authorize", **call, "session_id": "CA2", "to": "none"},
        {"op": "update", "session_id": "CA1", "seq": 1, "used_seconds": 60},
        {"op": "update", "session_id": "CA7", "seq": 1, "used_seconds": 60},
        {"op": []},
        {"op": "authorise"},
        "terminate",
        None,
        {"op": "terminate", "session_id": "CA1", "used_seconds": 61},
        {"op": "event", "event_id": "EV1", "type": "balance", "account_sid": world.sid},
    ]
    results = told(client, "batch", {"requests": requests})["results"]
    assert [result.get("decision", result.get("status")) for result in results] == [
        *("allow", 400, "allow", 404, 400, 400, 400, 400, "closed", "allow"),
    ]
    assert list(results[1]["errors"]) == ["to"]
    assert json.loads(post(client, "authorize", {**call, "session_id": "CA2", "to": "none"}).content) == results[1]


def test_a_batch_holds_a_thousand_and_no_more(client, call):
    requests = [{"op": "authorize", **call, "session_id": f"CA{n}"} for n in range(1_001)]
    assert post(client, "batch", {"requests": requests}).status_code == 400
    assert not Session.objects.exists()
    results = told(client, "batch", {"requests": requests[:1_000]})["results"]
    assert [result["session_id"] for result in results] == [f"CA{n}" for n in range(1_000)]
    assert {result["decision"] for result in results[:833]} == {"allow"}  # a hundred dollars by twelve cents
    assert {result["reason"] for result in results[834:]} == {"insufficient_balance"}


@pytest.mark.parametrize("media_type", ["text/plain", "application/jsonp", "multipart/form-data", ""])
def test_only_json_is_taken(client, call, media_type):
    reply = client.generic("POST", ROOT + "authorize", json.dumps(call), content_type=media_type)
    assert reply.status_code == 415
    spelt = client.generic("POST", ROOT + "authorize", json.dumps(call), content_type="Application/JSON; charset=utf-8")
    assert spelt.status_code == 200


def test_a_body_without_end_is_a_413(client):
    reply = client.generic("POST", ROOT + "batch", b" " * (17 * 1024 * 1024), content_type="application/json")
    assert (reply.status_code, reply["Content-Type"]) == (413, PROBLEM)


def test_a_path_is_posted_to(client):
    assert client.get(ROOT + "authorize").status_code == 405
    assert client.get(ROOT + "authorise").status_code == 404


def test_without_a_key_nobody_is_answered(world, call):
    for headers in (
        {},
        {"Authorization": "Bearer nobody"},
        {"Authorization": "Basic Zm9vOmJhcg=="},
        {"Authorization": ""},
    ):
        reply = post(APIClient(headers=headers), "authorize", call)
        assert reply.status_code == 401
        assert reply["WWW-Authenticate"].startswith("Bearer")


def test_only_platforms_ask(world, call):
    company = world.buyer.company
    for holder in (Holder.BUYER, Holder.SELLER):
        made = make_key(holder=holder, company=company, name="k", by=Actor.system())
        for reply in (post(client_of(made.secret), "authorize", call), client_of(made.secret).get(ROOT + "sessions")):
            assert reply.status_code == 403
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "end",
    [
        lambda key: revoke_key(key=key, by=Actor.system()),
        lambda key: rotate_key(key=key, overlap_hours=0, by=Actor.system()),
        lambda key: Platform.objects.filter(pk=key.platform_id).update(is_active=False),
        lambda key: ApiKey.objects.filter(pk=key.pk).update(expires_at="2026-01-01T00:00Z"),
    ],
)
def test_a_key_that_ends_stops_at_once_though_remembered(world, client, key, call, end):
    told(client, "authorize", call)
    assert memory.recall(key.secret, lambda: None) is not None
    end(key.key)
    in_batch = post(client, "batch", {"requests": [{"op": "authorize", **call, "session_id": "CA2"}]})
    assert in_batch.status_code in {200, 401}
    if in_batch.status_code == 200:
        assert json.loads(in_batch.content)["results"][0]["status"] == 401
    reply = post(client, "authorize", {**call, "session_id": "CA3"})
    assert (reply.status_code, reply["WWW-Authenticate"]) == (401, 'Bearer realm="tcxc"')
    assert Session.objects.count() == 1


def test_a_key_keeps_to_its_networks_though_remembered(world, call):
    made = make_key(
        holder=Holder.PLATFORM, platform=world.platform, name="k", by=Actor.system(), networks=["127.0.0.0/8"]
    )
    told(client_of(made.secret), "authorize", call)
    stranger = client_of(made.secret)
    stranger.defaults["REMOTE_ADDR"] = "192.0.2.1"
    assert post(stranger, "authorize", call).status_code == 401


def test_an_idempotency_key_is_kept_like_any_other(client, call):
    first = post(client, "authorize", call, **{"Idempotency-Key": "one"})
    again = post(client, "authorize", call, **{"Idempotency-Key": "one"})
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    other = post(client, "authorize", {**call, "session_id": "CA2"}, **{"Idempotency-Key": "one"})
    assert other.status_code == 422


def test_sessions_are_listed_and_found_by_their_own_platform_alone(world, client, call, sms):
    told(client, "authorize", {**call, "session_id": "CA/1"})
    told(client, "authorize", {**call, "session_id": "SM1", "service": "sms", "parts": 1})
    told(client, "authorize", {**call, "session_id": "CA2", "to": "33123456789"})

    def listed(query: str) -> list[str]:
        return [session["session_id"] for session in client.get(f"{ROOT}sessions/{query}").json()["results"]]

    assert listed("") == ["CA2", "SM1", "CA/1"]
    assert listed("?state=live") == ["SM1", "CA/1"]
    assert listed("?service=voice&state=denied") == ["CA2"]
    assert listed(f"?account_sid={'AC' + 'f' * 32}") == []
    assert client.get(f"{ROOT}sessions/?state=lively").status_code == 400
    one = client.get(f"{ROOT}sessions/CA/1/").json()
    assert (one["state"], one["granted"], one["held"], one["to"]) == ("live", 120, "0.120000", "447700900123")
    stranger = make_world()
    foreign = make_key(holder=Holder.PLATFORM, platform=stranger.platform, name="k", by=Actor.system())
    assert client_of(foreign.secret).get(f"{ROOT}sessions/CA2/").status_code == 404
    assert client_of(foreign.secret).get(f"{ROOT}sessions/").json()["results"] == []
    assert client_of(foreign.secret).get(f"{ROOT}accounts/{world.sid}/").status_code == 404


def test_an_account_tells_where_it_stands(world, client, call):
    told(client, "authorize", call)
    standing = client.get(f"{ROOT}accounts/{world.sid}/").json()
    money = {name: standing[name] for name in ("balance", "held", "credit_limit", "available")}
    assert money == {"balance": "100.000000", "held": "0.120000", "credit_limit": "0.000000", "available": "99.880000"}
    assert (standing["status"], standing["live_calls"], standing["concurrent_call_limit"]) == ("active", 1, None)
