"""Numbers over the TCXC dialect: the market, buying, and what both sides do with theirs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from billing.models import Wallet
from buyers.models import Account
from numbers.models import Number, Subscription
from numbers.operations import host_number
from sellers.models import Seller
from tcxc.actors import Actor
from tests.dialects.clients import TcxcClient

pytestmark = pytest.mark.django_db
LONDON, MOBILE = "442071838750", "447400123456"
FIELDS = {
    *("i_did", "number", "country", "country_code", "country_name", "description", "did_type", "voice", "sms", "fax"),
    *("video", "price_1", "price_n", "interval_1", "interval_n", "monthly_fee", "setup_fee", "smpp_price"),
    *("capacity", "currency", "i_vendor", "vendor_name", "documents_required", "notes"),
}


@pytest.fixture
def host(exchange) -> Callable[..., Number]:
    def hosted(number: str = LONDON, **values) -> Number:
        facts: dict[str, Any] = {"monthly_fee": Decimal(2), "setup_fee": Decimal(1), "sms": True}
        facts["seller"] = Seller.objects.get(pk=exchange.sellers[0].company.pk)
        return host_number(number=number, by=Actor.system(), **(facts | values))

    return hosted


def available(account_id: int) -> Decimal:
    return Wallet.objects.get(pk=Account.objects.get(pk=account_id).wallet_id).available


def numbers_of(client: TcxcClient, **parameters) -> list[str]:
    return [row["number"] for row in client.post("/number/market", **parameters).json()["dids"]]


def test_a_number_of_the_market_has_the_published_fields_and_types(buyer, host):
    host(notes_for_buyers="Bring a passport.", documents_required=True, capacity=5)
    (row,) = buyer.get("/number/market/", prefix="44").json()["dids"]
    assert row.keys() >= FIELDS
    assert (row["voice"], row["sms"], row["fax"], row["video"]) == (1, 1, 0, 0)
    assert (row["monthly_fee"], row["interval_1"], row["capacity"]) == ("2.000000", "60", "5")
    assert (row["country"], row["country_code"], row["country_name"]) == ("GB", "gb", "United Kingdom")
    assert (row["did_type"], row["documents_required"], row["notes"]) == ("geographic", 1, "Bring a passport.")


def test_the_market_is_searched_as_published(buyer, host, exchange):
    host(LONDON)
    host(MOBILE, sms=False)
    host("14165550123")
    assert numbers_of(buyer) == ["14165550123", LONDON, MOBILE]
    assert numbers_of(buyer, prefix="+447") == [MOBILE]
    assert numbers_of(buyer, country="Canada") == numbers_of(buyer, country="ca") == ["14165550123"]
    assert numbers_of(buyer, sms=1, voice=1, fax=0, video=0, did_type="any") == ["14165550123", LONDON]
    assert numbers_of(buyer, did_type="Mobile") == [MOBILE]
    assert numbers_of(buyer, description="london") == [LONDON]
    assert numbers_of(buyer, seller="CARRIER") == ["14165550123", LONDON, MOBILE]
    assert numbers_of(buyer, seller="Nexmo") == []
    assert numbers_of(buyer, pager=1, off=1) == [LONDON]
    wrong = buyer.post("/number/market", did_type="lunar", pager=0, prefix="abc").json()
    assert wrong["status"] == "error"
    assert all(f"{name}:" in wrong["message"] for name in ("did_type", "pager", "prefix"))


def test_a_number_is_bought_paid_and_gone_from_the_market(buyer, other_buyer, host, exchange):
    number, account = host(), exchange.buyers[0].ids["account"]
    contacts = {
        "contact": f"sip:{LONDON}@host.example:5060",
        "smpp_contact": f"smpp:did:did:{LONDON}@host.example:2776",
    }
    reply = buyer.post("/number/purchase", i_did=number.pk, billing_i_account=account, **contacts).json()
    assert (reply["status"], reply["success"], reply["i_did"], reply["did"]) == (
        "success",
        True,
        str(number.pk),
        LONDON,
    )
    assert available(account) == Decimal(97)
    assert numbers_of(buyer) == numbers_of(other_buyer) == []
    again = buyer.post("/number/purchase", i_did=number.pk, billing_i_account=account).json()
    assert (again["success"], available(account)) == (True, Decimal(97))
    theirs = exchange.buyers[1].ids["account"]
    late = other_buyer.post("/number/purchase", i_did=number.pk, billing_i_account=theirs)
    assert (late.status_code, late.json()) == (
        200,
        {
            "status": "error",
            "success": False,
            "message": "This DID can not be purchased, it has been already sold",
        },
    )
    (mine,) = buyer.get("/number/list").json()["dids"]
    assert (mine["contact"], mine["smpp_contact"]) == tuple(contacts.values())
    assert other_buyer.get("/number/list").json()["dids"] == []


def test_a_purchase_that_can_not_be_is_a_business_error_and_changes_nothing(buyer, host, exchange):
    dear = host(monthly_fee=Decimal(1_000))
    account = exchange.buyers[0].ids["account"]
    for wrong in (
        {"i_did": dear.pk, "billing_i_account": account},
        {"i_did": dear.pk},
        {"i_did": 999_999, "billing_i_account": account},
        {"i_did": dear.pk, "billing_i_account": exchange.buyers[1].ids["account"]},
        {"i_did": dear.pk, "billing_i_account": account, "contact": "mailto:a@b"},
    ):
        reply = buyer.post("/number/purchase", **wrong)
        assert (reply.status_code, reply.json()["status"], reply.json()["success"]) == (200, "error", False)
    assert available(account) == Decimal(100)
    assert Number.objects.get(pk=dear.pk).state == "for_sale"


def test_a_bought_number_is_updated_and_given_back(buyer, other_buyer, host, exchange):
    number, account = host(), exchange.buyers[0].ids["account"]
    buyer.post("/number/purchase", i_did=number.pk, billing_i_account=account)
    sid = exchange.buyers[0].ids["sid"]
    changes = {"number": LONDON, "contact": f"sip:{LONDON}@new.example", "account_sid": sid, "auto_renew": 0}
    reply = buyer.post("/number/update", **changes).json()
    assert reply["message"] == "DID entry has been updated."
    assert (reply["did"]["contact"], reply["did"]["account_sid"], reply["did"]["auto_renew"]) == (
        changes["contact"],
        sid,
        0,
    )
    wrong = buyer.post("/number/update", number=LONDON, contact="none", account_sid="AC0")
    assert wrong.json()["status"] == "error"
    assert Subscription.objects.get().sip_contact == changes["contact"]
    for path in ("/number/update", "/number/unsubscribe"):
        assert other_buyer.post(path, i_did=number.pk).json()["message"] == "There is no such DID among yours."
        assert buyer.post(path).json()["message"].startswith("Say which DID.")
    assert buyer.post("/number/unsubscribe", i_did=number.pk).json()["message"] == "DID has been unsubscribed."
    assert numbers_of(other_buyer) == [LONDON]


def test_a_seller_adds_edits_and_deletes_numbers(seller, other_seller, buyer):
    published = {
        "number": LONDON,
        "price_1": "0.02",
        "interval_1": "60",
        "monthly_fee": "10",
        "setup_fee": "10.00",
        "did_type": "mobile",
        "voice": "1",
        "sms": "1",
        "smpp_price": "0.01",
        "capacity": "5",
        "status": "idle",
        "parent": "international",
    }
    made = seller.post("/sellers/did/add", **published).json()
    assert made["status"] == "success"
    assert (made["did"]["price_n"], made["did"]["interval_n"], made["did"]["status"]) == ("0.020000", "60", "idle")
    assert numbers_of(buyer) == [LONDON]
    assert "hosted already" in seller.post("/sellers/did/add", **published).json()["message"]
    hidden = seller.post("/sellers/did/add", number=MOBILE, status="blocked").json()
    assert (hidden["did"]["status"], hidden["did"]["monthly_fee"]) == ("blocked", "0.000000")
    assert numbers_of(buyer) == [LONDON]
    edited = seller.post("/sellers/did/edit", number=LONDON, smpp_price="0.5", status="blocked", notes="Ask.").json()
    assert (edited["did"]["smpp_price"], edited["did"]["status"], edited["did"]["notes"]) == (
        "0.500000",
        "blocked",
        "Ask.",
    )
    listed = seller.get("/sellers/did/list", status="blocked", prefix="447").json()["dids"]
    assert [row["number"] for row in listed] == [MOBILE]
    assert other_seller.get("/sellers/did/list").json()["dids"] == []
    for path in ("/sellers/did/edit", "/sellers/did/delete"):
        assert other_seller.post(path, number=LONDON).json()["message"] == "There is no such DID among yours."
    assert seller.post("/sellers/did/delete", number=MOBILE).json()["message"] == "DID has been deleted."
    wrong = seller.post("/sellers/did/add", number="442071838750000", smpp_price="-1", capacity="x").json()
    assert (wrong["status"], "smpp_price:" in wrong["message"]) == ("error", True)


def test_a_number_that_a_buyer_has_is_not_deleted(seller, buyer, host, exchange):
    buyer.post("/number/purchase", i_did=host().pk, billing_i_account=exchange.buyers[0].ids["account"])
    reply = seller.post("/sellers/did/delete", number=LONDON).json()
    assert (reply["status"], Number.objects.get().state) == ("error", "sold")
    assert seller.get("/sellers/did/list").json()["dids"][0]["status"] == "sold"


def test_lists_ask_as_many_queries_however_long_they_are(buyer, seller, host, exchange):
    account = exchange.buyers[0].ids["account"]
    for n in range(12):
        number = host(f"4420718387{n:02}")
        if n % 2:
            buyer.post("/number/purchase", i_did=number.pk, billing_i_account=account)
    counts = {}
    for client, path in ((buyer, "/number/market"), (buyer, "/number/list"), (seller, "/sellers/did/list")):
        client.get(path)
        with CaptureQueriesContext(database) as queries:
            assert len(client.get(path).json()["dids"]) >= 6
        counts[path] = len(queries)
    assert counts == {"/number/market": 3, "/number/list": 3, "/sellers/did/list": 4}


def test_who_has_a_number_is_among_its_sellers_buyers(other_seller, buyer, host, exchange):
    theirs = Seller.objects.get(pk=exchange.sellers[1].company.pk)
    number = host(seller=theirs)
    assert other_seller.post("/sellers/buyers/list").json()["buyers"] == []
    buyer.post("/number/purchase", i_did=number.pk, billing_i_account=exchange.buyers[0].ids["account"])
    (row,) = other_seller.post("/sellers/buyers/list").json()["buyers"]
    assert (row["i_customer"], row["login"]) == (str(exchange.buyers[0].company.pk), buyer.login)
