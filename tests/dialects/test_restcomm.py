"""What a stock Restcomm sends, and every trap on its way."""

import io
import json
import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import structlog
from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.test.client import RequestFactory

from billing.models import Wallet
from buyers.models import Account
from buyers.operations import rotate_provisioning_pair
from numbers.models import Number, Subscription
from numbers.operations import host_number
from sellers.models import Seller
from tcxc import logs
from tcxc.actors import Actor
from tests.api.exchange import Exchange
from tests.world import make_account

pytestmark = pytest.mark.django_db
LONDON, MOBILE, TORONTO, NEW_YORK = "442071838750", "447400123456", "14165550123", "12125550123"


class Restcomm:
    """The requests of Restcomm's provisioning manager, with the two slashes that its default uri makes."""

    def __init__(self, account: Account, root: str = "/restcomm//number") -> None:
        made = rotate_provisioning_pair(account=account, by=Actor.system())
        self.key, self.secret, self.root, self.account = made.pair.key, made.secret, root, account
        self.http = Client()

    def path(self, verb: str, country: str, msisdn: str = "") -> str:
        end = f"/{msisdn}" if msisdn else ""
        return f"{self.root}/{verb}/{self.key}/{self.secret}/{country}{end}"

    def search(self, country: str, query: str = "") -> Any:
        return self.http.get(self.path("search", country) + query)

    def buy(self, country: str, msisdn: str) -> Any:
        return self.http.post(self.path("buy", country, msisdn))

    def update(self, country: str, msisdn: str, query: str = "") -> Any:
        return self.http.post(self.path("update", country, msisdn) + query)

    def cancel(self, country: str, msisdn: str) -> Any:
        return self.http.post(self.path("cancel", country, msisdn))

    def available(self) -> Decimal:
        return Wallet.objects.get(pk=self.account.wallet_id).available


@pytest.fixture
def restcomm(exchange: Exchange) -> Restcomm:
    return Restcomm(Account.objects.get(pk=exchange.buyers[0].ids["account"]))


@pytest.fixture
def other(exchange: Exchange) -> Restcomm:
    return Restcomm(Account.objects.get(pk=exchange.buyers[1].ids["account"]))


@pytest.fixture
def host(exchange: Exchange) -> Callable[..., Number]:
    def hosted(number: str = LONDON, **values) -> Number:
        seller = Seller.objects.get(pk=exchange.sellers[0].company.pk)
        facts: dict[str, Any] = {"monthly_fee": Decimal("1.25"), "sms": True}
        return host_number(seller=seller, number=number, by=Actor.system(), **(facts | values))

    return hosted


def found(reply: Any) -> list[str]:
    assert reply.status_code == 200
    return [row["msisdn"] for row in reply.json()["numbers"]]


def test_each_row_has_what_restcomm_needs_to_show_it(restcomm, host):
    host(LONDON)
    host(MOBILE, sms=False)
    reply = restcomm.search("GB")
    assert reply.json() == {
        "count": 2,
        "numbers": [
            {
                "country": "GB",
                "msisdn": LONDON,
                "cost": "1.250000",
                "type": "landline",
                "features": ["VOICE", "SMS"],
            },
            {"country": "GB", "msisdn": MOBILE, "cost": "1.250000", "type": "mobile-lvn", "features": ["VOICE"]},
        ],
    }


@pytest.mark.parametrize("country", ["FR", "ZZ", "g", "G%00", "%C3%A4%C3%A4", "GBR"])
def test_no_result_is_an_empty_list(restcomm, host, country):
    host()
    assert restcomm.search(country).json() == {"count": 0, "numbers": []}


def test_canada_and_the_united_states_are_told_apart_and_searched_by_area_code(restcomm, host):
    host(TORONTO)
    host(NEW_YORK)
    assert found(restcomm.search("CA")) == [TORONTO]
    assert found(restcomm.search("us")) == [NEW_YORK]
    assert found(restcomm.search("CA", "?pattern=1416&search_pattern=0")) == [TORONTO]
    assert found(restcomm.search("CA", "?pattern=1212&search_pattern=0")) == []


def test_a_pattern_is_at_the_beginning_anywhere_or_at_the_end(restcomm, host):
    host(LONDON)
    host(MOBILE)
    assert found(restcomm.search("GB", "?pattern=4420")) == [LONDON]
    assert found(restcomm.search("GB", "?pattern=183&search_pattern=0")) == []
    assert found(restcomm.search("GB", "?pattern=183&search_pattern=1")) == [LONDON]
    assert found(restcomm.search("GB", "?pattern=3456&search_pattern=2")) == [MOBILE]
    assert found(restcomm.search("GB", "?pattern=&search_pattern=1")) == [LONDON, MOBILE]


def test_features_and_pages(restcomm, host):
    digits = [f"4420718387{n:02}" for n in range(25)]
    for n, number in enumerate(digits):
        host(number, sms=n % 2 == 0)
    assert found(restcomm.search("GB", "?features=SMS,VOICE&size=100")) == digits[::2]
    assert found(restcomm.search("GB")) == digits[:10]
    assert found(restcomm.search("GB", "?index=2&size=10")) == digits[10:20]
    assert found(restcomm.search("GB", "?index=0&size=5")) == digits[:5]
    last = restcomm.search("GB", "?index=9&size=10").json()
    assert last == {"count": 25, "numbers": []}


@pytest.mark.parametrize("query", ["?pattern=4*4", "?search_pattern=7", "?features=LASER", "?index=-1", "?size=x"])
def test_a_search_that_makes_no_sense_says_so(restcomm, host, query):
    reply = restcomm.search("GB", query)
    assert (reply.status_code, reply.json()["error-code"]) == (420, "420")
    assert query[1:].partition("=")[0] in reply.json()["error-code-label"]


@pytest.mark.parametrize("root", ["/restcomm/number", "/restcomm//number", "/restcomm//number/"])
def test_slashes_may_be_doubled(exchange, host, root):
    host()
    restcomm = Restcomm(Account.objects.get(pk=exchange.buyers[0].ids["account"]), root)
    assert found(restcomm.search("GB")) == [LONDON]
    assert restcomm.buy("GB", LONDON).status_code == 200


def test_a_uri_without_a_path_makes_a_path_that_begins_with_two_slashes(restcomm, host):
    host()
    environ = RequestFactory().get("/").environ | {"PATH_INFO": f"//number/search/{restcomm.key}/{restcomm.secret}/GB"}
    handler = BaseHandler()
    handler.load_middleware()
    reply: Any = handler.get_response(WSGIRequest(environ))
    assert json.loads(reply.content)["count"] == 1


def test_a_number_is_bought_for_the_account_of_the_pair(restcomm, host):
    host()
    reply = restcomm.buy("GB", LONDON)
    assert (reply.status_code, reply.json()) == (200, {"error-code": "200", "error-code-label": "success"})
    assert (Subscription.objects.get().account, restcomm.available()) == (restcomm.account, Decimal("98.75"))
    assert restcomm.search("GB").json() == {"count": 0, "numbers": []}


def test_a_repeated_buy_after_a_lost_reply_is_good_and_free(restcomm, host):
    host()
    for _ in range(3):
        assert restcomm.buy("GB", LONDON).status_code == 200
    assert (Subscription.objects.count(), restcomm.available()) == (1, Decimal("98.75"))


def test_what_can_not_be_bought_is_not_200_and_costs_nothing(restcomm, other, host, exchange):
    host(LONDON)
    host(MOBILE, monthly_fee=Decimal(1_000))
    assert other.buy("GB", LONDON).status_code == 200
    assert restcomm.buy("GB", LONDON).status_code == 420
    assert restcomm.buy("GB", MOBILE).status_code == 402
    assert restcomm.buy("GB", "447700900999").status_code == 420
    assert restcomm.buy("GB", "44%007").status_code == 420
    assert restcomm.available() == Decimal(100)
    second = Restcomm(Account.objects.get(pk=exchange.buyers[1].ids["account"]).buyer.accounts.get(name="Blocked"))
    assert second.buy("GB", LONDON).status_code == 420


def test_another_account_of_the_buyer_does_not_get_a_number_that_is_had(restcomm, host, exchange):
    host()
    restcomm.buy("GB", LONDON)
    sibling = Restcomm(make_account(restcomm.account.buyer, money="50"))
    assert sibling.buy("GB", LONDON).status_code == 420
    assert sibling.cancel("GB", LONDON).status_code == 420
    assert (Subscription.objects.get().account, sibling.available()) == (restcomm.account, Decimal(50))


def test_buy_takes_any_country_and_so_do_update_and_cancel(restcomm, host):
    host(TORONTO)
    assert restcomm.buy("CA", TORONTO).status_code == 200
    callback = "?voiceCallbackValue=%2B14165550123%40cloud.example%3A5080&voiceCallbackType=sip&moSmppSysType=inbound"
    assert restcomm.update("US", TORONTO, callback).status_code == 200
    assert Subscription.objects.get().sip_contact == "sip:+14165550123@cloud.example:5080"
    assert restcomm.cancel("US", TORONTO).status_code == 200
    assert found(restcomm.search("CA")) == [TORONTO]
    assert restcomm.cancel("US", TORONTO).status_code == 420


@pytest.mark.parametrize(
    ("query", "sip", "smpp"),
    [
        ("", "", ""),
        ("?moSmppSysType=inbound", "", ""),
        ("?voiceCallbackValue=cloud.example", f"sip:{LONDON}@cloud.example", ""),
        (f"?voiceCallbackValue={LONDON}%40cloud.example", f"sip:{LONDON}@cloud.example", ""),
        (f"?voiceCallbackValue=sip%3A{LONDON}%40cloud.example", f"sip:{LONDON}@cloud.example", ""),
        (
            f"?voiceCallbackValue=%2B{LONDON}%40a.example&voiceCallbackType=sip&moHttpUrl=%2B{LONDON}%40b.example%3A2776",
            f"sip:+{LONDON}@a.example",
            "smpp:b.example:2776",
        ),
        ("?voiceCallbackValue=a.example&moHttpUrl=https%3A%2F%2Fb.example", f"sip:{LONDON}@a.example", ""),
    ],
)
def test_an_update_says_where_to_deliver(restcomm, host, query, sip, smpp):
    host()
    restcomm.buy("GB", LONDON)
    assert restcomm.update("GB", LONDON, query).status_code == 200
    bought = Subscription.objects.get()
    assert (bought.sip_contact, bought.smpp_contact) == (sip, smpp)


@pytest.mark.parametrize(
    "query",
    [
        "?voiceCallbackValue=x&voiceCallbackType=tel",
        "?voiceCallbackValue=%2B44%40bad%20host",
    ],
)
def test_an_update_that_makes_no_sense_changes_nothing(restcomm, host, query):
    host()
    restcomm.buy("GB", LONDON)
    assert restcomm.update("GB", LONDON, query).status_code == 420
    assert Subscription.objects.get().sip_contact == ""


def test_a_strangers_number_is_neither_updated_nor_cancelled(restcomm, other, host):
    host()
    restcomm.buy("GB", LONDON)
    assert other.update("GB", LONDON, "?voiceCallbackValue=evil.example").status_code == 420
    assert other.cancel("GB", LONDON).status_code == 420
    bought = Subscription.objects.get()
    assert (bought.state, bought.sip_contact) == ("active", "")


def test_a_wrong_pair_is_401_whatever_is_asked(restcomm, host):
    host()
    good = restcomm.secret
    for key, secret in ((restcomm.key, "x" * 40), ("nobody", good), (restcomm.key, restcomm.key), ("%00", good)):
        restcomm.key, restcomm.secret = key, secret
        for reply in (restcomm.search("GB"), restcomm.buy("GB", LONDON), restcomm.cancel("GB", LONDON)):
            assert (reply.status_code, reply.json()["error-code"]) == (401, "401")
    assert Number.objects.get().state == "for_sale"


def test_a_new_pair_ends_the_old_one(restcomm):
    Restcomm(restcomm.account)
    assert restcomm.search("GB").status_code == 401


def test_only_the_right_method_is_taken(restcomm, host):
    host()
    reply = restcomm.http.get(restcomm.path("buy", "GB", LONDON))
    assert (reply.status_code, reply["Allow"]) == (405, "POST")
    assert restcomm.http.post(restcomm.path("search", "GB")).status_code == 405
    assert Number.objects.get().state == "for_sale"


def test_quotas_are_429(restcomm, settings):
    settings.DIALECT_REQUESTS_A_SECOND, settings.DIALECT_REQUESTS_AN_HOUR = 0, 1
    assert [restcomm.search("GB").status_code for _ in range(2)] == [200, 429]


def test_the_pair_is_in_no_log_metric_or_reply(restcomm, host, monkeypatch):
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"at {restcomm.path('buy', 'GB', LONDON)}")

    host()
    stream = io.StringIO()
    config = logs.settings(level="DEBUG", as_json=True)
    config["handlers"]["stderr"]["stream"] = stream
    logs.configure(config)
    try:
        replies = [restcomm.search("GB"), restcomm.buy("GB", LONDON), restcomm.cancel("GB", "1")]
        restcomm.http.get(restcomm.path("nonsense", "GB"))
        monkeypatch.setattr("tcxc.dialects.restcomm.views.purchase", broken)
        replies.append(restcomm.buy("GB", LONDON))
        assert replies[-1].status_code == 500
        structlog.get_logger("x").warning("path", path=restcomm.path("search", "GB"))
        logging.getLogger("y").warning("at %s", restcomm.path("search", "GB"))
    finally:
        logs.configure(logs.settings(level="WARNING", as_json=False))
    seen = stream.getvalue() + Client().get("/metrics").content.decode()
    seen += "".join(str(reply.content) + str(reply.headers) for reply in replies)
    assert "request_finished" in seen
    assert restcomm.secret not in seen
    assert restcomm.key not in seen


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"&".join(b"a%d=1" % n for n in range(1_500)), "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_can_not_be_read_is_no_fault_of_ours(restcomm, host, body, content_type):
    host()
    restcomm.buy("GB", LONDON)
    reply = restcomm.http.post(restcomm.path("update", "GB", LONDON), body, content_type=content_type)
    assert reply.status_code in {200, 400}
    assert reply.json()["error-code"] == str(reply.status_code)
