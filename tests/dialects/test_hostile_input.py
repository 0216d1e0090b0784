"""Input of any kind gets an answer that the dialects know: JSON, and never a fault of ours."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from buyers.models import Account
from buyers.operations import rotate_provisioning_pair
from tcxc.actors import Actor
from tcxc.dialects.tcxc.urls import PLACES
from tcxc.models import Holder
from tests.api.exchange import make_exchange
from tests.dialects.clients import client_of

NAMES = (
    *("prefix", "country", "description", "seller", "voice", "sms", "did_type", "pager", "off", "i_did", "number"),
    *("billing_i_account", "contact", "smpp_contact", "auto_renew", "account_sid", "price_1", "interval_1", "capacity"),
    *("monthly_fee", "smpp_price", "status", "id", "add", "agree", "i_account", "searchform", "type", "date_from"),
    *(
        "date_to",
        "show",
        "sent",
        "download",
        "q",
        "name",
        "balance",
        "cps",
        "spend_limit",
        "reason",
        "blocked",
        "mccmnc",
    ),
    *("i_connection", "i_upload", "mode", "subject", "message", "period", "like"),
)
ODD = st.sampled_from(
    [
        *("0", "-1", "1", "9" * 30, "1e5", "NaN", "Infinity", "0.0000000001", "\x00", "\ud800", "é", "١٢٣", "true"),
        *("' OR 1=1--", "../../etc/passwd", "%", "_", "2026-02-30", "9999-12-31 23:59:59", "0001-01-01", " "),
        *("[]", "a" * 5_000),
    ]
)
VALUES = st.one_of(ODD, st.text(max_size=30), st.integers().map(str))
PARAMETERS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
KNOWN = {200, 400, 403, 404, 405, 413, 420, 402}
HARSH = settings(
    max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def encoded(parameters: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in parameters.items())


@pytest.fixture(autouse=True)
def no_quotas(settings: Any) -> None:
    settings.DIALECT_REQUESTS_A_SECOND = settings.DIALECT_REQUESTS_AN_HOUR = 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", PLACES)
def test_every_address_of_tcxc_answers_anything(path: str):
    exchange = make_exchange()
    side = Holder.SELLER if path.startswith("sellers/") and path != "sellers/list" else Holder.BUYER
    client = client_of((exchange.sellers if side is Holder.SELLER else exchange.buyers)[0].company, side)
    client.get(f"/{path}")

    @given(parameters=PARAMETERS, method=st.sampled_from(["GET", "POST", "DELETE"]))
    @HARSH
    def run(parameters: dict[str, str], method: str) -> None:
        address = f"/{path}?{encoded(parameters)}" if method == "GET" else f"/{path}"
        reply = client.send(method, address, encoded(parameters).encode(), client.authorization(method, address))
        assert reply.status_code in KNOWN, reply.content
        if reply["Content-Type"] == "application/json":
            assert reply.json()["status"] in {"success", "error"}

    run()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    ["Digest", "Digest ", 'Digest username="', "Digest " + "a=b," * 500, 'Digest nonce="\\', "Basic YTpi", "Digest é="],
)
def test_any_authorization_is_a_challenge(header: str):
    reply = Client().get("/number/market", headers={"authorization": header})
    assert reply.status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"{", "application/json"),
        (b"a=b", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"&".join(b"a%d=1" % n for n in range(1_500)), "application/x-www-form-urlencoded"),
    ],
)
def test_any_body_is_answered_in_json(body: bytes, content_type: str):
    reply = Client().generic("POST", "/number/market", body, content_type=content_type)
    assert reply.status_code in {400, 401}
    assert reply.json()["status"] == "error"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("verb", ["search", "buy", "update", "cancel"])
def test_every_request_of_a_restcomm_is_answered(verb: str):
    exchange = make_exchange()
    pair = rotate_provisioning_pair(
        account=Account.objects.get(pk=exchange.buyers[0].ids["account"]), by=Actor.system()
    )
    names = st.sampled_from(
        [
            "pattern",
            "search_pattern",
            "features",
            "index",
            "size",
            "voiceCallbackValue",
            "voiceCallbackType",
            "moHttpUrl",
        ]
    )
    parts = VALUES.map(lambda text: quote(text, safe="", errors="surrogatepass") or "x")

    @given(country=parts, msisdn=st.one_of(parts, st.just("442071838790")), query=st.dictionaries(names, VALUES))
    @HARSH
    def run(country: str, msisdn: str, query: dict[str, str]) -> None:
        path = f"/restcomm//number/{verb}/{pair.pair.key}/{pair.secret}/{country}"
        path += "" if verb == "search" else f"/{msisdn}"
        send = Client().get if verb == "search" else Client().post
        reply = send(f"{path}?{encoded(query)}")
        assert reply.status_code in KNOWN, reply.content
        if reply.status_code != 404:
            assert reply["Content-Type"] == "application/json"

    run()
