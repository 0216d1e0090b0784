"""The pages about phone numbers: found, bought, delivered, released; hosted one by one and by file."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from billing.models import Wallet
from numbers.models import Number, Subscription
from numbers.operations import block_number, change_number, purchase, release, withdraw_number
from tests.pages.cast import SYSTEM, Cast, signed_in
from tests.pages.hosted import host, own_number, require_identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(cast: Cast) -> Client:
    return signed_in(cast.buyer.owner)


@pytest.fixture
def seller(cast: Cast) -> Client:
    return signed_in(cast.seller.owner)


def shown(client: Client, name: str, *args: Any, query: str = "") -> str:
    return client.get(reverse(name, args=args) + query).content.decode()


def put(client: Client, *numbers: Number) -> None:
    for number in numbers:
        client.post(reverse("buyer:number_put"), {"number": number.number})


def buy(client: Client, cast: Cast, **more: Any) -> Any:
    given = {"account": cast.account.pk, "sip_contact": "", "smpp_contact": "", "take": "all"}
    given["offer"] = offered(client)
    return client.post(reverse("buyer:number_buy"), given | more)


def offered(client: Client) -> str:
    """What the page of the cart has somebody agree to."""
    found = re.search(r'name="offer" value="([0-9a-f]+)"', shown(client, "buyer:number_buy"))
    return found[1] if found else ""


def available(cast: Cast) -> Decimal:
    return Wallet.objects.get(pk=cast.account.wallet_id).available


def hosted(client: Client, text: str) -> Any:
    return client.post(reverse("seller:number_many"), {"file": SimpleUploadedFile("numbers.csv", text.encode())})


def test_the_market_says_how_many_there_are_of_each_sort(cast, buyer):
    host(cast), host(cast), host(cast, number="12025550101", sms=False)

    page = shown(buyer, "buyer:number_market")

    assert "3 numbers" in page
    assert "United Kingdom (2)" in page
    assert "United States (1)" in page
    assert "SMS (2)" in page
    narrowed = shown(buyer, "buyer:number_market", query="?country=US")
    assert "+12025550101" in narrowed
    assert re.search(r"\b1 number\s", narrowed)
    assert "+44207" not in narrowed
    assert "United Kingdom (2)" in narrowed  # what another choice would find stays visible
    assert "SMS (2)" not in narrowed
    nothing = shown(buyer, "buyer:number_market", query="?country=FR&carries=voice+sms")
    assert "France (0)" in nothing
    assert "No number fits this search" in nothing


def test_a_pattern_that_is_none_is_told_beside_its_field(cast, buyer):
    assert "? for any digit" in shown(buyer, "buyer:number_market", query="?contains=abc")


def test_the_total_and_what_is_left_are_told_before_the_click(cast, buyer):
    one, two = host(cast), host(cast, setup_fee=0, monthly_fee="4.25")
    put(buyer, one, two)

    page = shown(buyer, "buyer:number_buy")

    assert "Buy 2 numbers for 7.75 USD" in page
    assert "100.50 available, 92.75 after" in page


def test_the_documents_that_a_number_needs_are_told_before_it_is_bought(cast, buyer):
    require_identity(cast)
    plain, french = host(cast), host(cast, number="33199001234")
    put(buyer, plain, french)

    page = shown(buyer, "buyer:number_buy")

    assert "+33199001234: Proof of identity." in page
    assert f"+{plain.number}: " not in page
    assert shown(buyer, "buyer:number_market").count("Proof of identity") == 1


def test_what_is_in_the_cart_is_bought_and_paid_at_once(cast, buyer):
    one, two = host(cast), host(cast)
    put(buyer, one, two)

    answer = buy(buyer, cast, sip_contact="sip:{number}@acme.example:5060")

    assert answer.status_code == 302
    assert available(cast) == Decimal("93.50")
    assert {s.sip_contact for s in Subscription.objects.all()} == {"sip:{number}@acme.example:5060"}
    page = shown(buyer, "buyer:numbers")
    assert f"+{one.number}" in page
    assert "2 numbers are yours. 7.00 USD were taken" in page
    assert "in the cart" not in shown(buyer, "buyer:number_market")


def test_without_the_money_nothing_is_bought_and_the_cart_stays(cast, buyer):
    put(buyer, host(cast, monthly_fee=200))

    answer = buy(buyer, cast)

    assert answer.status_code == 422
    assert available(cast) == Decimal("100.50")
    assert not Subscription.objects.exists()
    assert "1 number in the cart" in shown(buyer, "buyer:number_market")


def test_one_that_was_sold_meanwhile_is_named_and_the_others_are_still_there(cast, buyer):
    one, two = host(cast), host(cast)
    put(buyer, one, two)
    purchase(number=one.number, account=cast.account, by=SYSTEM)

    page = shown(buyer, "buyer:number_market")

    assert f"+{one.number} was in your cart" in page
    assert "1 number in the cart" in page


def test_nobody_pays_for_more_than_the_page_has_shown(cast, buyer):
    one, two = host(cast), host(cast)
    put(buyer, one)
    agreed = offered(buyer)
    put(buyer, two)
    more = buy(buyer, cast, offer=agreed)
    put(buyer, two)
    change_number(number=one, changes={"monthly_fee": "50"}, by=SYSTEM)
    dearer = buy(buyer, cast, offer=agreed)

    assert (more.status_code, dearer.status_code) == (422, 422)
    assert "not as it was shown" in dearer.content.decode()
    assert available(cast) == Decimal("100.50")
    assert buy(buyer, cast).status_code == 302


def test_all_or_none_buys_none_when_one_was_sold_since_the_page_was_shown(cast, buyer):
    one, two = host(cast), host(cast)
    put(buyer, one, two)
    agreed = offered(buyer)
    withdraw_number(number=one, by=SYSTEM)

    assert buy(buyer, cast, offer=agreed).status_code == 422
    assert not Subscription.objects.exists()


def test_a_bad_contact_is_told_beside_its_field_and_nothing_is_charged(cast, buyer):
    put(buyer, host(cast))

    answer = buy(buyer, cast, sip_contact="not an address")

    assert answer.status_code == 422
    assert "Not an address that traffic can be sent to" in answer.content.decode()
    assert available(cast) == Decimal("100.50")


def test_a_cart_leads_back_to_the_search_and_nowhere_else(cast, buyer):
    number = host(cast)
    for back, to in (("/buyer/numbers/market/?country=GB",) * 2, ("//evil.example/", "/buyer/numbers/market/")):
        answer = buyer.post(reverse("buyer:number_put"), {"number": number.number, "back": back})
        assert answer["Location"] == to


def test_delivery_tags_and_renewal_are_the_owners_to_change(cast, buyer):
    owned = own_number(cast)
    given = {"sip_contact": "sip:desk@acme.example", "smpp_contact": "", "account_sid": cast.link.account_sid}

    buyer.post(reverse("buyer:number_delivery", args=[owned.pk]), given | {"tags": "support, uk, support"})
    buyer.post(reverse("buyer:number_renewal", args=[owned.pk]))

    owned.refresh_from_db()
    assert (owned.sip_contact, owned.link, owned.tags) == ("sip:desk@acme.example", cast.link, ["support", "uk"])
    assert not owned.auto_renew
    assert "no: it ends then" in shown(buyer, "buyer:number", owned.pk)
    assert f"+{owned.number.number}" in shown(buyer, "buyer:numbers", query="?tag=uk")


def test_a_released_number_is_for_sale_again_and_its_history_stays(cast, buyer):
    owned = own_number(cast)

    buyer.post(reverse("buyer:number_release", args=[owned.pk]))

    assert f"+{owned.number.number}" in shown(buyer, "buyer:number_market")
    assert "Month collected" in shown(buyer, "buyer:number", owned.pk)
    assert f"+{owned.number.number}" in shown(buyer, "buyer:numbers", query="?state=released")


def test_every_charge_in_the_log_leads_to_its_entry(cast, buyer):
    owned = own_number(cast)
    charged = owned.events.filter(transfer__isnull=False)
    assert charged.count() == 2

    for event in charged:
        way = buyer.get(reverse("buyer:number_charge", args=[event.pk]))
        assert f"{event.amount:f}" in buyer.get(way["Location"]).content.decode()
        assert signed_in(cast.stranger.owner).get(reverse("buyer:number_charge", args=[event.pk])).status_code == 404
    assert "Setup fee collected" in shown(buyer, "buyer:number_log", query=f"?number={owned.number.number}")


def test_renewals_are_a_calendar_and_numbers_a_csv(cast, buyer):
    owned = own_number(cast)

    calendar = b"".join(buyer.get(reverse("buyer:number_calendar")).streaming_content).decode()
    rows = b"".join(buyer.get(reverse("buyer:numbers_csv")).streaming_content).decode().splitlines()

    assert calendar.count("BEGIN:VEVENT") == 1
    assert f"DTSTART;VALUE=DATE:{owned.period_end:%Y%m%d}" in calendar
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    assert rows[1].startswith(f"{owned.number.number},GB,")


def test_a_hosted_number_is_on_the_market_at_once(cast, seller, buyer):
    given = {"number": "+44 20 7183 8750", "monthly_fee": "1.25", "setup_fee": "0", "voice": "on", "price_1": "0.01"}
    given |= {"price_n": "0.01", "interval_1": "1", "interval_n": "1", "sms_price": "0", "quarantine_days": "0"}

    answer = seller.post(reverse("seller:number_new"), given)

    assert answer.status_code == 302
    assert "+442071838750" in shown(buyer, "buyer:number_market")
    again = seller.post(reverse("seller:number_new"), given)
    assert again.status_code == 422
    assert "This number is hosted already" in again.content.decode()


def test_a_file_is_taken_whole_or_not_at_all_and_says_which_row_is_wrong(cast, seller):
    answer = hosted(seller, "number,monthly_fee,sms\n442071838750,1.25,1\n123,1,0\n442071838751,1;5,1\n")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 problems are in the file" in page
    assert not Number.objects.exists()

    assert hosted(seller, "\ufeffMonthly_Fee,number\r\n1.25,442071838750\r\n\r\n2,442071838751\r\n").status_code == 302
    assert Number.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The submitted file is empty"),
        ("number\n442071838750\n", "number and monthly_fee among them"),
        ("number,monthly_fee,colour\n442071838750,1,red\n", "There is no column &#x27;colour&#x27;"),
        ("number,monthly_fee,number\n", "stands in the header twice"),
        ('number,monthly_fee\n"442071838750,1\n', "is not CSV"),
        ("number,monthly_fee\n", "no rows below its header"),
    ],
)
def test_a_file_that_is_none_is_refused_with_what_is_wrong(cast, seller, text, said):
    answer = hosted(seller, text)

    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_file_in_another_encoding_is_refused(cast, seller):
    file = SimpleUploadedFile("n.csv", b"number,monthly_fee,notes_for_buyers\n442071838750,1,caf\xe9\n")

    assert "is not UTF-8" in seller.post(reverse("seller:number_many"), {"file": file}).content.decode()


def test_what_is_exported_can_be_read_by_its_columns(cast, seller):
    host(cast)

    rows = b"".join(seller.get(reverse("seller:numbers_csv")).streaming_content).decode().splitlines()

    assert rows[0].startswith("number,monthly_fee,setup_fee,price_1")
    assert len(rows) == 2


def test_a_block_takes_a_number_off_the_market_and_unblocking_brings_it_back(cast, seller, buyer):
    number = host(cast)

    seller.post(reverse("seller:number_block", args=[number.pk]), {"reason": "Faulty line"})
    assert f"+{number.number}" not in shown(buyer, "buyer:number_market")
    assert "Faulty line" in shown(seller, "seller:number", number.pk)

    seller.post(reverse("seller:number_unblock", args=[number.pk]))
    assert f"+{number.number}" in shown(buyer, "buyer:number_market")


def test_an_operators_block_is_not_the_sellers_to_lift(cast, seller):
    number = host(cast)
    operator = signed_in(cast.operator)
    assert operator.get("/admin/").status_code == 200
    from tcxc.actors import Actor

    block_number(number=number, reason="Fraud", by=Actor(user=cast.operator))

    assert "An operator has blocked this number" in shown(seller, "seller:number", number.pk)
    assert seller.post(reverse("seller:number_unblock", args=[number.pk])).status_code == 422


def test_the_seller_sees_who_has_a_number_and_its_own_history_only(cast, seller):
    owned = own_number(cast)
    release(subscription=owned, by=SYSTEM)
    purchase(number=owned.number.number, account=cast.account, by=SYSTEM)

    page = shown(seller, "seller:number", owned.number_id)

    assert cast.account.buyer.company.name in page
    assert page.count("Bought") == 2
