"""The decision tester over REST: the engine's own answer, each check and route, and nothing of it counts."""

from typing import Any

import pytest

from authz.models import Session
from billing.models import Hold
from buyers.models import Account, DestinationRule, RestcommLink
from sellers.models import Connection
from tcxc.models import Holder
from tests.api.exchange import BOUGHT, Exchange, make_exchange, stored
from tests.api.test_isolation import without_keys

pytestmark = pytest.mark.django_db(transaction=True)
CALL = {"service": "voice", "from": "12025550100", "to": "447700900123"}


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


def explain(exchange: Exchange, status: int = 200, holder: Holder = Holder.BUYER, **facts: Any) -> Any:
    path = f"/api/v1/accounts/{exchange.ids['account']}/explain/"
    reply = exchange.client(holder).post(path, CALL | facts)
    assert reply.status_code == status, reply.content
    return reply.json()


def check(found: Any, name: str) -> Any:
    return next(one for one in found["checks"] if one["check"] == name)


def test_it_answers_as_authorize_would_and_keeps_nothing(exchange):
    before = stored()
    said = explain(exchange, account_sid=exchange.ids["sid"])
    assert without_keys(stored()) == without_keys(before)
    assert not Session.objects.exists()
    assert not Hold.objects.exists()
    real = exchange.client(Holder.PLATFORM).post(
        "/api/v1/aaa/authorize/", CALL | {"session_id": "CA1", "account_sid": exchange.ids["sid"]}
    )
    assert said["answer"] | {"session_id": "CA1"} == real.json()


def test_passwords_of_sellers_are_not_told(exchange):
    Connection.objects.update(sip_uri="sip:{number}:hush@gw.example", smpp_uri="smpp:esme:hush:{destination}@gw")
    found = explain(exchange)
    (route,) = found["answer"]["routes"]
    assert route["sip"] == "sip:447700900123:***@gw.example"
    assert "hush" not in str(found)


def test_each_check_and_route_is_told_with_its_facts(exchange):
    DestinationRule.objects.create(account_id=exchange.ids["account"], verdict="deny", prefix="4477")
    Account.objects.filter(pk=exchange.ids["account"]).update(concurrent_call_limit=3)
    found = explain(exchange, holder=Holder.OPERATOR)
    assert found["answer"]["reason"] == "destination_not_authorized"
    refused = check(found, "destination_allowed")
    assert (refused["outcome"], refused["reason"]) == ("refused", "destination_not_authorized")
    assert refused["facts"]["matched"] == [{"allows": False, "prefix": "4477"}]
    assert check(found, "within_live_calls")["facts"] == {"limit": 3, "used": 0, "left": 3}
    money = check(found, "money_covers")
    assert (money["is_beyond"], money["facts"]["available"]) == (True, "100.000000")
    (priced,) = [route for route in found["routes"] if route["code"]]
    assert (priced["interconnect"], priced["code"], priced["price_1"], priced["cost"]) == (
        exchange.ids["interconnect"], "44", "0.020000", "0.040000",
    )  # fmt: skip
    assert {route["fate"] for route in found["routes"]} == {"spare", "awaiting", "no_price"}


def test_what_comes_in_is_explained_by_the_number(exchange):
    found = explain(exchange, direction="inbound", to=BOUGHT[0])
    assert found["answer"]["decision"] == "allow"
    assert check(found, "number_owned")["facts"]["number"] == BOUGHT[0]
    assert found["routes"] == []
    theirs = explain(exchange, direction="inbound", to=BOUGHT[1])
    assert (theirs["answer"]["reason"], check(theirs, "number_owned")["facts"]) == ("number_unknown", {})


def test_an_account_that_nothing_is_linked_to_is_told_so(exchange):
    RestcommLink.objects.all().delete()
    assert explain(exchange)["answer"]["reason"] == "unknown_account"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"session_id": "CA1"}, "session_id"),
        ({"account": 1}, "account"),
        ({"colour": "red"}, "colour"),
        ({"to": "not a number"}, "to"),
        ({"account_sid": "AC" + "0" * 32}, "account_sid"),
        ({"account_sid": 7}, "account_sid"),
        ({"text": "Hello"}, "text"),
        ({"service": "sms"}, "parts"),
    ],
    ids=str,
)
def test_what_makes_no_sense_names_its_field(exchange, facts, field):
    assert field in explain(exchange, 400, **facts)["errors"]


def test_a_sub_account_of_another_buyer_is_none(exchange):
    sid = exchange.buyers[1].ids["sid"]
    assert "account_sid" in explain(exchange, 400, account_sid=sid)["errors"]
