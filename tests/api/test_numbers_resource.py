"""Numbers by the REST API: hosted, found, bought, routed, released, and what each side sees of it."""

import sys
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from billing.models import Wallet
from buyers.models import Account
from numbers.models import Number
from numbers.queries import MarketFilters
from tcxc.models import Holder
from tests.api.exchange import BLOCKED, BOUGHT, FOR_SALE, Exchange, make_exchange

pytestmark = pytest.mark.django_db
N, H = "/api/v1/numbers/", "/api/v1/seller/numbers/"
PARIS = "33140205050"


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


@pytest.fixture
def buyer(exchange) -> APIClient:
    return exchange.client(Holder.BUYER)


@pytest.fixture
def seller(exchange) -> APIClient:
    return exchange.client(Holder.SELLER)


def available(exchange: Exchange) -> Decimal:
    return Wallet.objects.get(pk=Account.objects.get(pk=exchange.ids["account"]).wallet_id).available


def found(client: APIClient, **filters: str) -> list[str]:
    return [row["number"] for row in client.get(f"{N}market/", filters).json()["results"]]


def test_a_number_lives_from_its_hosting_to_its_release(exchange, buyer, seller):
    offer = {"number": f"+{PARIS}", "monthly_fee": "1.50", "setup_fee": "1", "price_1": "0.00612345", "sms": True}
    hosted = seller.post(H, offer)
    assert hosted.status_code == 201
    facts = hosted.json()
    assert (facts["number"], facts["country"], facts["area"], facts["type"]) == (PARIS, "FR", "Paris", "geographic")
    assert (facts["price_n"], facts["monthly_fee"], facts["state"]) == ("0.00612345", "1.500000", "for_sale")
    assert found(buyer, country="fr") == [PARIS]

    bought = buyer.post(
        f"{N}+{PARIS}/purchase/", {"account": exchange.ids["account"], "account_sid": exchange.ids["sid"]}
    )
    assert bought.status_code == 201
    facts = bought.json()
    assert (facts["state"], facts["account"], facts["account_sid"]) == (
        "active",
        exchange.ids["account"],
        exchange.ids["sid"],
    )
    assert available(exchange) == Decimal("97.5")
    assert found(buyer, country="FR") == []
    again = buyer.post(f"{N}{PARIS}/purchase/", {"account": exchange.ids["account"]})
    assert (again.status_code, again.json()["id"]) == (201, facts["id"])
    other = exchange.client(Holder.BUYER, which=1)
    theirs = {"account": exchange.buyers[1].ids["account"]}
    refused = other.post(f"{N}{PARIS}/purchase/", theirs)
    assert (refused.status_code, refused.json()["type"]) == (409, "/api/v1/problems/already_sold")
    assert seller.get(f"{H}{PARIS}/").json()["state"] == "sold"
    assert seller.delete(f"{H}{PARIS}/").json()["type"] == "/api/v1/problems/number_in_use"

    change = {"sip_contact": "sip:{number}@pbx.example.com", "tags": ["desk"], "auto_renew": False, "account_sid": ""}
    changed = buyer.patch(f"{N}{PARIS}/", change).json()
    assert {name: changed[name] for name in change} == change
    assert [row["number"] for row in buyer.get(N, {"tag": "desk"}).json()["results"]] == [PARIS]

    released = buyer.post(f"{N}{PARIS}/release/")
    assert (released.status_code, released.json()["state"]) == (200, "released")
    assert buyer.patch(f"{N}{PARIS}/", {"auto_renew": True}).json()["type"] == "/api/v1/problems/number_released"
    assert found(other, country="FR") == [PARIS]
    mine = [event["kind"] for event in buyer.get(f"{N}{PARIS}/history/").json()["results"]]
    assert mine == ["released", "routed", "routed", "renewal_off", "collected", "setup_collected", "purchased"]
    sellers = [event["kind"] for event in seller.get(f"{H}{PARIS}/history/").json()["results"]]
    assert sellers == ["for_sale", *mine, "hosted"]


def test_without_money_it_is_402_and_nothing_changes(exchange, buyer, seller):
    seller.post(H, {"number": PARIS, "monthly_fee": "1000"})
    refused = buyer.post(f"{N}{PARIS}/purchase/", {"account": exchange.ids["account"]})
    assert (refused.status_code, refused.json()["type"]) == (402, "/api/v1/problems/insufficient_balance")
    assert "1000.000000 USD are needed and 100.000000 USD are available" in refused.json()["detail"]
    assert (found(buyer, prefix="33"), available(exchange)) == ([PARIS], Decimal(100))


@pytest.mark.parametrize("few", [0, 2_000])
def test_digits_inside_numbers_are_found_whether_few_have_them_or_many(buyer, seller, monkeypatch, few):
    monkeypatch.setattr(sys.modules[MarketFilters.__module__], "FEW", few)
    for number in ("33612345678", "33612345679", "18002345123"):
        assert seller.post(H, {"number": number, "monthly_fee": "1"}).status_code == 201
    assert found(buyer, contains="2345") == ["18002345123", "33612345678", "33612345679"]
    assert found(buyer, contains="2345", prefix="33", country="FR") == ["33612345678", "33612345679"]
    assert found(buyer, contains="23?5*1") == ["18002345123"]
    assert found(buyer, contains="987654") == []


def test_the_market_is_searched_by_digits_place_capability_and_price(buyer, seller):
    for number, facts in {
        PARIS: {"monthly_fee": "9", "fax": True},
        "33612345678": {"monthly_fee": "1", "sms": True, "voice": False},
        "18005551234": {"monthly_fee": "4", "documents_required": True},
    }.items():
        assert seller.post(H, {"number": number, **facts}).status_code == 201
    assert found(buyer) == ["12025550150", "18005551234", PARIS, "33612345678", FOR_SALE]
    assert found(buyer, prefix="+33") == [PARIS, "33612345678"]
    assert found(buyer, contains="2345") == ["33612345678"]
    assert found(buyer, contains="18*51?3") == ["18005551234"]
    assert found(buyer, type="toll_free") == ["18005551234"]
    assert found(buyer, capability="sms") == ["33612345678", FOR_SALE]
    assert found(buyer, capability="voice,fax") == [PARIS]
    assert found(buyer, max_monthly_fee="2", order="monthly_fee") == ["33612345678", "12025550150", FOR_SALE]
    assert found(buyer, documents_required="true") == ["18005551234"]
    for wrong in ({"contains": "12a"}, {"capability": "telex"}, {"country": "FRA"}, {"colour": "red"}):
        assert list(buyer.get(f"{N}market/", wrong).json()["errors"]) == list(wrong)
    facets = buyer.get(f"{N}market/facets/", {"country": "FR"}).json()
    assert (facets["total"], facets["is_exact"]) == (2, True)
    assert facets["capabilities"] == [{"value": name, "count": 1} for name in ("voice", "fax", "sms")]


def test_pages_of_the_market_by_price_neither_skip_nor_repeat(buyer, seller):
    for n in range(12):
        seller.post(H, {"number": f"3314020507{n:02}"[:11], "monthly_fee": str(n % 3)})
    seen, url = [], f"{N}market/?order=monthly_fee&page_size=4"
    while url:
        page = buyer.get(url).json()
        seen += [(row["monthly_fee"], row["number"]) for row in page["results"]]
        url = page["next"]
    assert seen == sorted(set(seen))
    assert len(seen) == Number.objects.filter(state="for_sale").count()


def a_file(text: str) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("numbers.csv", text.encode(), content_type="text/csv")}


def test_a_file_is_hosted_whole(seller, buyer):
    text = (
        "\ufeffNumber,Monthly fee,SMS,notes_for_buyers\r\n"
        f'+{PARIS},1.5,yes,"Bring a passport, please"\r\n\r\n33612345678,2,,\r\n'
    )
    answer = seller.post(f"{H}bulk/", a_file(text), format="multipart")
    assert (answer.status_code, answer.json()) == (201, {"hosted": 2})
    assert found(buyer, prefix="33") == [PARIS, "33612345678"]
    assert Number.objects.get(number=PARIS).notes_for_buyers == "Bring a passport, please"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", ["file"]),
        ("number\n33140205050\n", ["file"]),
        ("number,monthly_fee,colour\n", ["file"]),
        ("number,monthly_fee,number\n", ["file"]),
        ("number,monthly_fee\n", ["file"]),
        ("number,monthly_fee\n33140205050,1\n33140205051,1,2\n", ["row 3"]),
        ('number,monthly_fee\n33140205050,"1\n', ["row 2"]),
        ("number,monthly_fee\n=HYPERLINK(0),1\n33140205050,-1\n1,x\n", ["row 2", "row 3", "row 4"]),
        ("number,monthly_fee\n33140205050,1\n33140205050,1\n", ["row 3"]),
        ("number,monthly_fee\n442071838750,1\n", ["row 2"]),
        ("PK\x03\x04number", ["row 1"]),
        ("number,monthly_fee,notes_for_buyers\n33140205050,1,\x00\n", ["row 2"]),
    ],
)
def test_a_file_with_faults_is_refused_whole_with_its_reasons(seller, text, fields):
    before = Number.objects.count()
    answer = seller.post(f"{H}bulk/", a_file(text), format="multipart")
    assert (answer.status_code, answer.json()["type"]) == (400, "/api/v1/problems/invalid")
    assert list(answer.json()["errors"]) == fields
    assert Number.objects.count() == before


def test_every_fault_of_a_row_is_told_together(seller):
    text = "number,monthly_fee,sms,interval_1\n33140205050,-1,maybe,0\n"
    answer = seller.post(f"{H}bulk/", a_file(text), format="multipart").json()
    assert [fault.partition(":")[0] for fault in answer["errors"]["row 2"]] == ["monthly_fee", "sms", "interval_1"]
    assert "3 problems" in answer["detail"]


def test_many_are_bought_and_each_outcome_is_told(exchange, buyer):
    wanted = {"account": exchange.ids["account"], "numbers": [FOR_SALE, BLOCKED, BOUGHT[1]], "all_or_none": False}
    results = buyer.post(f"{N}purchases/", wanted).json()["results"]
    told = [one["refusal"] and one["refusal"]["type"] for one in results]
    assert told == [None, "not_for_sale", "already_sold"]
    assert results[0]["subscription"]["number"] == FOR_SALE


def test_prices_told_to_a_subscriber_and_a_seller_s_view_of_a_sold_number(exchange, buyer, seller):
    changed = seller.patch(f"{H}{BOUGHT[0]}/", {"monthly_fee": "7"}).json()
    assert (changed["monthly_fee"], changed["state"]) == ("7.000000", "sold")
    assert buyer.get(f"{N}{BOUGHT[0]}/").json()["monthly_fee"] == "0.000000"
    assert buyer.get(f"{N}{BOUGHT[0]}/history/").json()["results"][0]["kind"] == "price_told"
    assert exchange.client(Holder.BUYER, which=1).get(f"{N}{BOUGHT[0]}/history/").status_code == 404
    assert exchange.client(Holder.SELLER, which=1).get(f"{H}{BOUGHT[0]}/history/").status_code == 404
