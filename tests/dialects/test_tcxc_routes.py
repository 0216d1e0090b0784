"""Routes, traffic, accounts and price lists over the TCXC dialect, field by field."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from authz.models import Cdr, MessageRecord
from buyers.models import Account, Interconnect
from sellers.models import PriceListUpload
from sellers.operations.price_lists import check_next_upload
from tcxc.clock import utc_now
from tests.api.decks import a_list
from tests.dialects.clients import sha256

pytestmark = pytest.mark.django_db

CALL_FIELDS = {
    *("i_cdr", "CLD", "CLI", "call_id", "duration", "billed_duration", "setup_time", "connect_time"),
    *("disconnect_time", "billing_prefix", "billing_price_1", "billing_price_n", "billing_interval_1"),
    *("billing_interval_n", "customer_amount", "i_customer", "i_account", "account_name", "i_vendor", "vendor_name"),
    *("i_connection", "connection_name", "i_purchased_route", "i_rate", "disconnect_code", "disconnect_reason"),
    *("customer_ip", "country_name", "description"),
}
RATE_FIELDS = {
    *("prefix", "mccmnc", "vendor_name", "connection_name", "i_tariff", "i_connection", "i_vendor", "i_rate"),
    *("rateid", "price_1", "price_n", "interval_1", "interval_n", "effective_from", "capacity_limit", "forbidden"),
    *("discontinued", "route_type", "country_code", "country_name", "description", "daily_asr", "weekly_asr"),
    *("daily_acd", "weekly_acd", "daily_minutes", "weekly_minutes", "stats_time", "seller_registration_date"),
    *("commision_percent", "seller_avg_rating", "seller_reviews"),
}
ANSWERED = {"platform_id": 1, "direction": "outbound", "callee": "447700900123", "result": "answered"}
BUYER_COUNTS = {
    "/buyers/callhistory": 6,
    "/buyers/smshistory": 6,
    "/lookup.php": 6,
    "/sellers/list": 2,
    "/buyers/account/list": 5,
}
SELLER_COUNTS = {"/sellers/buyers/list": 4, "/sellers/payhistory": 3}


def record(model, **facts):
    """A call or message of this moment."""
    return model.objects.create(recorded_at=utc_now(), started_at=utc_now(), **(ANSWERED | facts))


def queries_of(ask) -> int:
    """How many statements the second time of asking takes; the first one opens the nonce."""
    ask()
    with CaptureQueriesContext(database) as queries:
        assert ask().status_code == 200
    return len(queries)


def test_a_call_has_the_published_fields_and_types(buyer, exchange):
    facts = {"buyer_id": exchange.buyers[0].company.pk, "account_id": exchange.buyers[0].ids["account"]}
    seven = {"used_seconds": 7, "billed_seconds": 12, "price_1": Decimal("0.0034"), "price_n": Decimal("0.0034")}
    six = {"interval_1": 6, "interval_n": 6, "amount": Decimal("0.00068"), "cause": 16, "session_id": "worked"}
    record(Cdr, **facts, **seven, **six)
    worked, other = buyer.post("/buyers/callhistory/").json()["cdrs"]
    assert worked.keys() >= CALL_FIELDS
    assert (worked["duration"], worked["billed_duration"], worked["customer_amount"]) == ("7", "12", "0.000680")
    assert (worked["billing_price_1"], worked["billing_interval_1"]) == (0.0034, "6")
    assert (worked["disconnect_code"], worked["disconnect_reason"]) == ("16", "Normal call clearing")
    assert (worked["i_connection"], worked["vendor_name"], worked["connect_time"]) == (None, None, None)
    assert other["vendor_name"] == exchange.sellers[0].company.name
    assert other["i_purchased_route"] == str(exchange.buyers[0].ids["interconnect"])
    assert (other["billed_duration"], other["country_name"]) == (None, "United Kingdom")
    assert other["setup_time"] == f"{Cdr.objects.get(session_id=other['call_id']).started_at:%Y-%m-%d %H:%M:%S}"


def test_calls_are_filtered_paged_and_only_the_buyers(buyer, other_buyer, exchange):
    mine = {"buyer_id": exchange.buyers[0].company.pk}
    for n in range(5):
        record(Cdr, **mine, session_id=f"c{n}", callee=f"4477009001{n}0", result="denied")

    def ids(**parameters) -> list[str]:
        return [each["call_id"] for each in buyer.get("/buyers/callhistory", **parameters).json()["cdrs"]]

    assert ids(show="bad", pager=2, off=1) == ["c3", "c2"]
    assert ids(prefix="447700900130") == ["c3"]
    assert len(ids(show="good")) == 1
    today, tomorrow = utc_now(), utc_now() + timedelta(days=1)
    assert len(ids(date_from=f"{today:%Y-%m-%d}", date_to=f"{today:%Y-%m-%d}")) == 6
    assert ids(date_from=f"{tomorrow:%Y-%m-%d %H:%M:%S}") == []
    theirs = [each["call_id"] for each in other_buyer.get("/buyers/callhistory").json()["cdrs"]]
    assert theirs == [f"CA{exchange.buyers[1].company.pk}"]


def test_messages_have_the_published_fields(buyer, exchange):
    record(MessageRecord, buyer_id=exchange.buyers[0].company.pk, session_id="unsent", result="unsent")
    both = buyer.post("/buyers/smshistory").json()["sms"]
    assert both[0].keys() >= {"i_message", "message_id", "ts", "delivered", "sent", "i_account", "i_customer"}
    assert [each["sent"] for each in both] == ["0", "1"]
    assert [each["message_id"] for each in buyer.post("/buyers/smshistory", sent=0).json()["sms"]] == ["unsent"]


@pytest.mark.parametrize("path", ["/marketview/search", "/lookup.php"])
def test_a_market_rate_has_the_published_fields_and_types(buyer, exchange, path):
    rates = buyer.post(path, searchform=1, prefix="44", webapi=1).json()["rates"]
    rate = rates[0]
    assert rate.keys() >= RATE_FIELDS
    assert (type(rate["rateid"]), rate["i_rate"]) == (int, str(rate["rateid"]))
    assert rate["price_1"].count(".") == 1
    assert (rate["country_code"], rate["country_name"]) == ("gb", "United Kingdom")
    assert time.strptime(rate["effective_from"], "%m/%d/%y %I:%M%p")
    assert " 0" not in rate["effective_from"]
    assert {each["vendor_name"] for each in rates} == {side.company.name for side in exchange.sellers}
    assert rates == buyer.post(path, searchform=1, country="United Kingdom").json()["rates"]
    assert rates[1:2] == buyer.post(path, searchform=1, country="gb", pager=1, off=1).json()["rates"]


@pytest.mark.parametrize(("type_", "found"), [("cli", True), ("ANY", True), ("NOCLI", False), ("ncli", False)])
def test_the_market_is_searched_by_route_type_in_any_case(buyer, type_, found):
    reply = buyer.post("/lookup.php", searchform=1, prefix="44", type=type_).json()
    assert bool(reply["rates"]) is found


def test_the_market_is_searched_by_seller(buyer, exchange):
    name = exchange.sellers[1].company.name
    rates = buyer.post("/lookup.php", searchform=1, prefix="44", seller=name.upper()).json()["rates"]
    assert {each["vendor_name"] for each in rates} == {name}
    assert buyer.post("/lookup.php", searchform=1, prefix="44", seller="nobody").json()["rates"] == []


@pytest.mark.parametrize("wrong", [{}, {"prefix": "44"}, {"searchform": "1"}, {"searchform": "1", "country": "Oz"}])
def test_a_search_without_what_is_required_is_a_business_error(buyer, wrong):
    reply = buyer.post("/marketview/search", **wrong)
    assert (reply.status_code, reply.json()["status"]) == (200, "error")


def test_a_route_is_taken_up_once(buyer, exchange):
    wanted = {"add": 1, "agree": "yes", "i_account": exchange.buyers[0].ids["account"]}
    wanted["id"] = exchange.sellers[0].ids["spare"]
    assert buyer.post("/buyers/interconnect", **(wanted | {"agree": "no"})).json()["status"] == "error"
    reply = buyer.post("/buyers/interconnect", **wanted).json()
    made = Interconnect.objects.get(account_id=wanted["i_account"], connection_id=wanted["id"])
    assert (reply["status"], reply["tech_prefix"], reply["route_type"]) == ("success", made.tech_prefix, "CLI")
    assert reply["rates_url"].endswith(f"/accounts.php?webapi=1&download={wanted['id']}")
    assert buyer.post("/buyers/interconnect", **wanted).json() == {
        "status": "error",
        "success": False,
        "message": "Error! Choose another account or route, this route is already purchased for this account.",
    }
    theirs = wanted | {"i_account": exchange.buyers[1].ids["account"]}
    assert "no such account" in buyer.post("/buyers/interconnect", **theirs).json()["message"]


def test_a_price_list_is_downloaded_by_who_has_the_route(buyer, other_buyer, exchange):
    private = exchange.sellers[0].ids["private"]
    reply = buyer.get("/accounts.php", webapi=1, download=private)
    assert reply["Content-Type"] == "text/csv; charset=utf-8"
    lines = b"".join(reply.streaming_content).decode().splitlines()
    assert lines[0].startswith("Country,Description,Prefix,Effective from,Rate Id")
    assert other_buyer.get("/accounts.php", webapi=1, download=private).json()["status"] == "error"


def test_sellers_see_their_buyers_and_what_they_earned(seller, other_seller, buyer, exchange):
    listed = seller.post("/sellers/buyers/list").json()["buyers"]
    acme = next(each for each in listed if each["i_customer"] == str(exchange.buyers[0].company.pk))
    assert acme["login"] == buyer.login
    assert seller.post("/sellers/payhistory").json() == {"status": "success", "transactions": []}


def test_routes_are_listed(buyer):
    row = buyer.get("/sellers/list", pager=1).json()["routes"][0]
    assert row.keys() >= {"seller_name", "i_connection", "route_name"}


def test_accounts_are_opened_changed_and_blocked(buyer, other_buyer):
    made = buyer.post("/buyers/account/create", name="Enterprise A", capacity=30, spend_limit="10.5").json()
    assert (made["account"]["capacity"], made["account"]["spend_limit"]) == ("30", "10.500000")
    pk = made["i_account"]
    changed = buyer.post("/buyers/account/update", i_account=pk, balance="shared", cps=7).json()
    assert (changed["account"]["balance_type"], changed["account"]["cps"]) == ("shared", "7")
    assert buyer.post("/buyers/account/block", i_account=pk, reason="fraud?").json()["blocked"] == "1"
    assert buyer.post("/buyers/account/block", i_account=pk, blocked=0).json()["blocked"] == "0"
    assert buyer.post("/buyers/account/balance", i_account=pk).json()["available"] == "0.000000"
    taken = buyer.post("/buyers/account/create", name="Enterprise A").json()
    assert taken["message"] == "name: You have an account of this name already."
    for path in ("update", "block", "balance"):
        assert "no such account" in other_buyer.post(f"/buyers/account/{path}", i_account=pk).json()["message"]
    assert Account.objects.get(pk=pk).status == "active"
    listed = buyer.get("/accounts.php", webapi=1).json()["accounts"]
    assert pk in [each["i_account"] for each in listed]
    assert pk not in [each["i_account"] for each in other_buyer.get("/buyers/account/list").json()["accounts"]]


def test_a_price_list_is_uploaded_and_published(seller, other_seller, exchange):
    connection = exchange.sellers[0].ids["connection"]
    ts = str(int(time.time()))
    form = {"ts": ts, "api_login": seller.login, "i_connection": connection}
    form["signature"] = sha256(f"sellers/rates/upload{seller.key}{seller.login}{ts}")
    file = SimpleUploadedFile("list.csv", a_list("4420,0.01"))
    made = seller.http.post("/sellers/rates/upload", form | {"file": file}).json()
    assert (made["status"], made["upload_status"]) == ("success", "checking")
    while check_next_upload() is not None:
        pass
    one = {"i_connection": connection, "i_upload": made["i_upload"]}
    assert seller.post("/sellers/rates/status", **one).json()["upload_status"] == "ready"
    assert other_seller.post("/sellers/rates/publish", **one).json()["status"] == "error"
    assert seller.post("/sellers/rates/publish", **one).json()["upload_status"] == "published"
    assert PriceListUpload.objects.get(pk=made["i_upload"]).status == "published"


def test_the_tools_tell_of_the_buyers_own_numbers_only(buyer, other_buyer, exchange):
    record(Cdr, buyer_id=exchange.buyers[1].company.pk, session_id="x", callee="442071838750")
    mine = buyer.get("/buyers/tools/getnumbers", country="GB").json()["cdrs"]
    assert [each["CLD"] for each in mine] == ["447700900123"]
    assert mine[0].keys() == {"CLD", "country_code", "country_name", "description"}
    theirs = other_buyer.post("/get_numbers.php", webapi=1, prefix="4420").json()["cdrs"]
    assert [each["CLD"] for each in theirs] == ["442071838750"]
    known = buyer.post("/whitelist.php", webapi=1, number="+447700900123").json()
    assert (known["country_code"], known["phone_number"]) == ("44", "447700900123")
    assert known["carrier"].keys() == {"country_code", "country_name", "description", "prefix", "number_score"}
    assert known["carrier"]["number_score"] == "GOOD"
    assert buyer.post("/whitelist.php", webapi=1, number="442071838750").json()["carrier"]["number_score"] is None
    for typed, code in (("unit", "gb"), ("+44", "gb"), ("GB", "gb")):
        entries = buyer.post("/scripts/autocomplete/get_zoom_list.php", q=typed, webapi=1).json()["entries"]
        assert code in [each["id"] for each in entries]


def test_lists_ask_as_many_queries_however_long_they_are(buyer, seller, exchange):
    mine = {"buyer_id": exchange.buyers[0].company.pk, "account_id": exchange.buyers[0].ids["account"]}
    for n in range(20):
        record(Cdr, **mine, session_id=f"q{n}")
        record(MessageRecord, **mine, session_id=f"q{n}", result="sent")
    asked = {path: {"searchform": 1, "prefix": "44"} for path in BUYER_COUNTS}
    counts = {path: queries_of(lambda path=path: buyer.post(path, **asked[path])) for path in BUYER_COUNTS}
    assert counts == BUYER_COUNTS
    assert {path: queries_of(lambda path=path: seller.post(path)) for path in SELLER_COUNTS} == SELLER_COUNTS
