"""Signing in to the TCXC dialect: Digest, signatures, signed addresses, quotas."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from tcxc.actors import Actor
from tcxc.crypto import decrypt
from tcxc.dialects.tcxc import digest, signatures
from tcxc.dialects.tcxc.urls import PLACES
from tcxc.models import ApiLogin
from tcxc.operations.api_logins import rotate_login
from tcxc.queries.people import is_operator
from tests.dialects.clients import TcxcClient, challenge_of, sha256

pytestmark = pytest.mark.django_db
HISTORY = "/buyers/callhistory"
WRONG = {"error": "Wrong signature", "status": "fail"}


def test_the_example_of_rfc_7616_is_computed():
    given = {
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        "nc": "00000001",
        "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        "qop": "auth",
        "uri": "/dir/index.html",
    }
    ha1 = digest.md5("Mufasa:http-auth@example.org:Circle of Life")
    assert digest.response_of(ha1, "GET", given) == "8ca523f5e9506fed4657c9700eebdbec"


def test_a_header_is_taken_apart_with_its_quotes_and_commas():
    header = 'Digest username="a, \\"b\\"", realm="TCXC", nc=00000001, qop="auth", uri="/x?a=1,2", algorithm=MD5'
    assert digest.parse(header) == {
        "username": 'a, "b"',
        "realm": "TCXC",
        "nc": "00000001",
        "qop": "auth",
        "uri": "/x?a=1,2",
        "algorithm": "MD5",
    }


@pytest.mark.parametrize("piece", ["a", "a=", 'a="', 'a="\\', " ", "*", ","])
def test_a_header_as_long_as_the_server_takes_is_taken_apart_at_once(piece):
    begun = time.process_time()
    digest.parse("Digest " + piece * (400_000 // len(piece)))
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("path", PLACES)
def test_the_challenge_comes_before_everything_else(path):
    for method in ("GET", "POST", "PUT"):
        reply = Client().generic(method, f"/{path}/?pager=nonsense")
        assert reply.status_code == 401
        assert reply["WWW-Authenticate"].startswith('Digest realm="TCXC", nonce="')
        assert 'qop="auth"' in reply["WWW-Authenticate"]
    assert reply["Content-Type"] == ("text/html; charset=utf-8" if "live" in path else "application/json")


def test_a_nonce_serves_many_requests_with_growing_counts(buyer):
    for path in (HISTORY, HISTORY + "/", "/buyers/smshistory"):
        assert buyer.get(path, prefix="44").json()["status"] == "success"
        assert buyer.post(path, prefix="44").json()["status"] == "success"
    assert next(buyer.uses) == 7


def test_a_count_that_came_before_is_asked_again_as_stale(buyer):
    buyer.get(HISTORY)
    repeated = buyer.authorization("GET", HISTORY, nc="00000001")
    reply = buyer.send("GET", HISTORY, b"", repeated)
    assert (reply.status_code, challenge_of(reply)["stale"]) == (401, "true")
    assert buyer.send("GET", HISTORY, b"", buyer.authorization("GET", HISTORY)).status_code == 200


def test_an_aged_nonce_is_stale_and_a_made_up_one_is_not(buyer):
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6), tick=True):
        buyer.get(HISTORY)
    reply = buyer.send("GET", HISTORY, b"", buyer.authorization("GET", HISTORY))
    assert (reply.status_code, challenge_of(reply)["stale"]) == (401, "true")
    forged = buyer.nonce[:-1] + ("0" if buyer.nonce[-1] != "0" else "1")
    reply = buyer.send("GET", HISTORY, b"", buyer.authorization("GET", HISTORY, nonce=forged))
    assert (reply.status_code, "stale" in challenge_of(reply)) == (401, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "nobody"},
        {"username": "nul\x00"},
        {"response": "0" * 32},
        {"realm": "elsewhere"},
        {"algorithm": "SHA-256"},
        {"nc": "1"},
        {"cnonce": ""},
        {"nonce": "x"},
    ],
)
def test_a_wrong_digest_is_asked_again(buyer, changes):
    buyer.get(HISTORY)
    header = buyer.authorization("GET", HISTORY, **changes)
    assert buyer.send("GET", HISTORY, b"", header).status_code == 401


def test_the_uri_is_taken_as_it_was_sent_and_must_be_the_one_asked_for(buyer):
    buyer.get(HISTORY)
    asked = f"{HISTORY}?prefix=44&date_from=2026-01-01%2000:00:00"
    for uri in (asked, f"http://testserver{asked}", asked.replace("%20", "+")):
        assert buyer.send("GET", asked, b"", buyer.authorization("GET", uri)).status_code == 200
    other = buyer.authorization("GET", f"{HISTORY}?prefix=1")
    reply = buyer.send("GET", asked, b"", other)
    assert (reply.status_code, reply.json()["status"]) == (400, "error")


def test_a_new_key_ends_the_old_one(buyer):
    buyer.get(HISTORY)
    rotated = rotate_login(login=ApiLogin.objects.get(login=buyer.login), by=Actor.system())
    assert buyer.send("GET", HISTORY, b"", buyer.authorization("GET", HISTORY)).status_code == 401
    assert buyer.signed(HISTORY, "c_cdrs").json() == WRONG
    buyer.key = rotated.api_key
    assert buyer.get(HISTORY).status_code == 200


def test_the_key_itself_is_stored_nowhere_in_the_clear(buyer):
    login = ApiLogin.objects.get(login=buyer.login)
    assert buyer.key not in str(vars(login))
    assert decrypt(login.encrypted_key) == buyer.key


def test_the_published_signature_is_computed():
    signature = signatures.of_controller("lookup", api_key="APIKEY123", api_login="demo", ts="1569288278")
    assert signature == "905ece362d1665c42264284a173ce528de286405bc83de5e51172d3a32e7870d"


def test_the_published_signed_url_is_computed():
    address = "/v_livecalls.php?like=is+like&prefix=9&show=all&api=1&ts=1433535761&login=testseller&login_type=seller"
    right = "8d7740703b1d00861ae0b664842ae910a88c9ac35c98a61a025172a7e702dba5"
    assert signatures.of_address(address, api_key="zzz") == right
    assert signatures.unsigned(f"{address}&sign={right}") == address
    assert signatures.unsigned(address.replace("?", f"?sign={right}&")) == address


def test_a_signature_is_taken_from_form_and_query_and_again_within_its_time(buyer):
    now = int(time.time())
    for ts in (now, now * 1000, now - 290, now + 299):
        for _ in range(2):
            assert buyer.signed(HISTORY, "c_cdrs", ts=str(ts)).json()["status"] == "success"
    signature = sha256(f"c_cdrs{buyer.key}{buyer.login}{now}")
    query = {"ts": now, "api_login": buyer.login, "signature": signature}
    assert Client().get(HISTORY + "/", query).json()["status"] == "success"
    assert buyer.signed(HISTORY, "buyers/callhistory").json()["status"] == "success"


@pytest.mark.parametrize("ts", ["0", "-1", "now", "1e9", "9" * 40, "١٢٣"])
def test_a_signature_of_another_time_is_wrong(buyer, ts):
    reply = buyer.signed(HISTORY, "c_cdrs", ts=ts)
    assert (reply.status_code, reply.json()) == (403, WRONG)


def test_a_signature_older_than_five_minutes_is_wrong(buyer):
    for ts in (int(time.time()) - 302, int(time.time()) + 302):
        assert buyer.signed(HISTORY, "c_cdrs", ts=str(ts)).json() == WRONG
    assert buyer.signed(HISTORY, "c_sms").json() == WRONG
    assert TcxcClient("nobody", buyer.key).signed(HISTORY, "c_cdrs").json() == WRONG


def live_address(client: TcxcClient, side: str, ts: int) -> str:
    query = f"like=is+like&prefix=9&show=all&api=1&ts={ts}&login={client.login}&login_type={side}"
    return f"/v_livecalls.php?{query}"


@pytest.mark.parametrize("side", ["buyer", "BUYER"])
def test_a_signed_url_gives_csv_and_a_wrong_one_html(buyer, side):
    address = live_address(buyer, side, int(time.time()))
    good = Client().get(f"{address}&sign={sha256(address + buyer.key)}")
    assert (good.status_code, good["Content-Type"]) == (200, "text/csv; charset=utf-8")
    for wrong in (
        f"{address}&sign={'0' * 64}",
        f"{address}&prefix=4&sign={sha256(address + buyer.key)}",
        (old := live_address(buyer, side, int(time.time()) - 400)) + f"&sign={sha256(old + buyer.key)}",
        (theirs := live_address(buyer, "seller", int(time.time()))) + f"&sign={sha256(theirs + buyer.key)}",
    ):
        reply = Client().get(wrong)
        assert (reply.status_code, reply["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_a_callback_path_is_checked_and_then_refused_with_a_reason(buyer, exchange):
    path = f"/api/callback/initiate/{buyer.login}/1/442071838750/12025550100/7/447700900123/12025550100/8/"
    path = f"{path}{int(time.time())}/"
    signature = sha256(path + buyer.key)
    for address in (path + signature, f"{path}{signature}/"):
        reply = Client().get(address)
        assert (reply.status_code, reply.json()["status"]) == (200, "error")
        assert "places no calls" in reply.json()["message"]
    assert Client().get(path + sha256(path + "other")).json() == WRONG


def test_the_wrong_side_is_told_so(buyer, seller):
    reply = seller.post(HISTORY)
    assert (reply.status_code, reply.json()["status"]) == (403, "error")


def test_quotas_answer_429_with_the_time_to_wait(buyer, seller, settings):
    settings.DIALECT_REQUESTS_A_SECOND, settings.DIALECT_REQUESTS_AN_HOUR = 0, 3
    replies = [buyer.signed(HISTORY, "c_cdrs") for _ in range(5)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429, 429]
    assert 1 <= int(replies[-1]["Retry-After"]) <= 3_600
    assert replies[-1].json()["status"] == "error"
    settings.DIALECT_REQUESTS_A_SECOND, settings.DIALECT_REQUESTS_AN_HOUR = 1, 0
    second = [buyer.signed(HISTORY, "c_cdrs") for _ in range(6)]
    assert 429 in {reply.status_code for reply in second}
    assert {reply["Retry-After"] for reply in second if reply.status_code == 429} == {"1"}


def test_what_goes_wrong_is_json_too(buyer, monkeypatch):
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("gone")

    assert buyer.post(HISTORY, pager="x", prefix="x").json() == {
        "status": "error",
        "success": False,
        "message": "Some parameters are not right. pager: A valid integer is required. prefix: Give up to 15 digits.",
    }
    put = buyer.send("PUT", HISTORY, b"", buyer.authorization("PUT", HISTORY))
    assert (put.status_code, put["Allow"]) == (405, "GET, POST")
    monkeypatch.setattr("tcxc.dialects.tcxc.traffic.records_of", away)
    reply = buyer.get(HISTORY)
    assert (reply.status_code, reply["Retry-After"], reply.json()["status"]) == (503, "2", "error")


def test_an_actor_of_the_dialect_is_no_operator(buyer):
    assert not is_operator(Actor(via="login:1"))
    assert Actor(via="login:1").label == "login:1"
