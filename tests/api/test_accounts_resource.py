"""Accounts over REST: what is shown, what is refused, and how it is said."""

import pytest

from buyers.models import Account
from tcxc.models import Holder
from tests.api.exchange import Exchange, make_exchange

pytestmark = pytest.mark.django_db
ACCOUNTS = "/api/v1/accounts/"


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


@pytest.fixture
def buyer(exchange):
    return exchange.client(Holder.BUYER)


@pytest.fixture
def path(exchange) -> str:
    return f"{ACCOUNTS}{exchange.ids['account']}/"


def problem(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition("/")[2]


def test_an_account_is_shown_with_its_money_limits_and_links(exchange, buyer, path):
    shown = buyer.get(path).json()
    created_at = shown.pop("created_at")
    assert created_at.endswith("Z")
    assert shown == {
        "id": exchange.ids["account"],
        "buyer": exchange.buyers[0].company.pk,
        "name": "Main",
        "status": "active",
        "block_reason": "",
        "blocked_by_operator": False,
        "wallet": "own",
        "currency": "USD",
        "balance": "100.000000",
        "held": "0.000000",
        "available": "100.000000",
        "credit_limit": "0.000000",
        "own_balance": "100.000000",
        "concurrent_call_limit": None,
        "calls_per_second": None,
        "smpp_messages_per_second": None,
        "spend_limit_daily": None,
        "topup_limit_monthly": None,
        "low_balance_threshold": None,
        "slice_seconds": 120,
        "voice_policy": "least_cost",
        "sms_policy": "least_cost",
        "allowed_destinations": [],
        "denied_destinations": [],
        "links": [{"platform": exchange.ids["platform"], "account_sid": exchange.ids["sid"]}],
    }


def test_what_is_set_is_what_is_shown(buyer):
    body = {
        "name": "New",
        "wallet": "shared",
        "concurrent_call_limit": 0,
        "calls_per_second": 3,
        "smpp_messages_per_second": 4,
        "allowed_destinations": [{"prefix": "44", "min_length": 10, "max_length": 12}, {"country": "DE"}],
        "denied_destinations": [{"mccmnc": "26201"}, {"prefix": "44909"}],
        "spend_limit_daily": "1.500000",
        "topup_limit_monthly": "0.000000",
        "low_balance_threshold": "2.000000",
        "slice_seconds": 30,
        "voice_policy": "order",
        "sms_policy": "weight",
    }
    made = buyer.post(ACCOUNTS, body)
    assert made.status_code == 201
    shown = made.json()
    assert {name: shown[name] for name in body} == body
    assert buyer.get(f"{ACCOUNTS}{shown['id']}/").json() == shown
    lifted = buyer.patch(f"{ACCOUNTS}{shown['id']}/", {"spend_limit_daily": None, "denied_destinations": []}).json()
    assert (lifted["spend_limit_daily"], lifted["denied_destinations"]) == (None, [])
    assert lifted["allowed_destinations"] == body["allowed_destinations"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"nmae": "x", "balance": "5"}, ["nmae", "balance"]),
        ({"denied_destinations": [{"prefix": "44", "country": "GB"}]}, ["denied_destinations.0.country"]),
        ({"denied_destinations": [{"prefix": "44", "size": 3}]}, ["denied_destinations.0.size"]),
        ({"allowed_destinations": {"prefix": "44"}}, ["allowed_destinations"]),
        ({"allowed_destinations": ["44"]}, ["allowed_destinations.0"]),
        ({"calls_per_second": 2**31}, ["calls_per_second"]),
        ({"spend_limit_daily": "-0.01"}, ["spend_limit_daily"]),
        ({"name": "\x00"}, ["name"]),
    ],
)
def test_faults_are_named_by_field_and_nothing_changes(buyer, path, change, fields):
    before = buyer.get(path).json()
    reply = buyer.patch(path, change)
    assert problem(reply) == (400, "invalid")
    assert sorted(reply.json()["errors"]) == sorted(fields)
    assert buyer.get(path).json() == before


def test_a_credit_limit_is_set_by_operators_only(exchange, buyer, path):
    assert problem(buyer.patch(path, {"credit_limit": "50"})) == (403, "not_allowed")
    assert problem(buyer.post(ACCOUNTS, {"name": "x", "credit_limit": "50"})) == (403, "not_allowed")
    shown = exchange.client(Holder.OPERATOR).patch(path, {"credit_limit": "50"}).json()
    assert (shown["credit_limit"], shown["available"]) == ("50.000000", "150.000000")


def test_operators_say_whose_account_they_open(exchange, buyer):
    operator, company = exchange.client(Holder.OPERATOR), exchange.buyers[1].company.pk
    assert operator.post(ACCOUNTS, {"name": "x", "buyer": company}).json()["buyer"] == company
    assert list(operator.post(ACCOUNTS, {"name": "x"}).json()["errors"]) == ["buyer"]
    assert problem(operator.post(ACCOUNTS, {"name": "x", "buyer": 99999999})) == (404, "not_found")
    assert problem(buyer.post(ACCOUNTS, {"name": "x", "buyer": company})) == (403, "not_allowed")


def test_accounts_are_found_by_status_name_and_sub_account(exchange, buyer):
    def ids(query: str) -> list[int]:
        return [row["id"] for row in buyer.get(f"{ACCOUNTS}?{query}").json()["results"]]

    assert ids("status=blocked") == [exchange.ids["blocked"]]
    assert ids("name=AI") == [exchange.ids["account"]]
    assert ids(f"account_sid={exchange.ids['sid']}") == [exchange.ids["account"]]
    assert problem(buyer.get(f"{ACCOUNTS}?stauts=blocked")) == (400, "invalid")
    assert problem(buyer.get(f"{ACCOUNTS}?format=xml")) == (400, "invalid")


def test_a_block_is_the_operators_or_the_buyers(exchange, buyer, path):
    assert list(buyer.post(f"{path}block/", {}).json()["errors"]) == ["reason"]
    blocked = exchange.client(Holder.OPERATOR).post(f"{path}block/", {"reason": "fraud"}).json()
    assert (blocked["status"], blocked["block_reason"]) == ("blocked", "fraud")
    assert problem(buyer.post(f"{path}unblock/", {"reason": "please"})) == (403, "not_allowed")
    assert Account.objects.get(pk=exchange.ids["account"]).status == "blocked"
    assert exchange.client(Holder.OPERATOR).post(f"{path}unblock/").json()["status"] == "active"


def test_refusals_have_types_of_their_own(exchange, buyer, path):
    link = {"platform": exchange.ids["platform"], "account_sid": exchange.ids["sid"]}
    assert problem(buyer.post(f"{path}links/", link)) == (409, "already_linked")
    assert problem(buyer.post(f"{path}links/", link | {"account_sid": "AC1"})) == (400, "invalid")
    assert problem(buyer.post(f"{path}links/", link | {"platform": 9999})) == (404, "not_found")
    again = {"connection": exchange.ids["connection"], "agree": True}
    assert problem(buyer.post(f"{path}interconnects/", again)) == (409, "already_interconnected")
    assert problem(buyer.post(f"{path}interconnects/", again | {"agree": False})) == (400, "invalid")
    assert problem(buyer.post(f"{path}interconnects/", again | {"connection": 9999})) == (404, "not_found")
    assert problem(buyer.post(ACCOUNTS, {"name": "Main"})) == (409, "name_taken")


def test_the_number_of_queries_does_not_grow_with_the_list(exchange, buyer, django_assert_num_queries):
    for number in range(10):
        buyer.post(ACCOUNTS, {"name": f"A{number}", "denied_destinations": [{"country": "KP"}]})
    lists = {ACCOUNTS: 4, f"{ACCOUNTS}{exchange.ids['account']}/links/": 3}
    lists |= {f"{ACCOUNTS}{exchange.ids['account']}/interconnects/": 3, "/api/v1/cdrs/": 2, "/api/v1/messages/": 2}
    lists[f"{ACCOUNTS}{exchange.ids['account']}/ledger/"] = 3
    for path, count in lists.items():
        with django_assert_num_queries(count):
            assert buyer.get(path).status_code == 200


def test_a_parameter_that_a_list_does_not_know_is_refused(exchange, buyer, path):
    for listed in (ACCOUNTS, f"{path}links/", f"{path}interconnects/", f"{path}ledger/"):
        assert list(buyer.get(f"{listed}?stauts=active").json()["errors"]) == ["stauts"]
    for platform, found in ((exchange.ids["platform"], [exchange.ids["sid"]]), (exchange.ids["platform"] + 1, [])):
        links = buyer.get(f"{path}links/?platform={platform}").json()["results"]
        assert [link["account_sid"] for link in links] == found
