"""Buying: the number leaves the market and the money the wallet, together or not at all."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing.models import Transfer
from billing.queries import earnings_of
from buyers.operations import block_account
from numbers.errors import AlreadySold, NotForSale
from numbers.models import Collection, Number, NumberEvent, Subscription
from numbers.operations import block_number, change_routing, purchase, purchase_many, release
from numbers.queries import market, subscriptions_of
from tcxc.errors import InsufficientBalance, Invalid, NotFound, Refused
from tcxc.models import AuditEvent, Company, Platform
from tests.at_once import at_once
from tests.books import faults
from tests.numbers.conftest import LONDON, SYSTEM, balance
from tests.world import link, make_account

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_purchase_takes_the_number_and_setup_and_first_month(number, account, seller):
    bought = purchase(number=f"+{LONDON}", account=account, by=SYSTEM)

    assert balance(account) == Decimal(97)
    assert (bought.state, bought.monthly_fee, bought.account) == ("active", Decimal(2), account)
    assert not market().exists()
    assert earnings_of(seller.pk)[0].balance == Decimal("2.70")
    kinds = Transfer.objects.filter(kind__startswith="number").order_by("id").values_list("kind", "account_id")
    assert set(kinds) == {("number_setup", account.pk), ("number_month", account.pk)}
    told = NumberEvent.objects.filter(subscription=bought).order_by("id").values_list("kind", "amount")
    assert list(told) == [("purchased", None), ("setup_collected", Decimal(1)), ("collected", Decimal(2))]
    assert AuditEvent.objects.filter(action="number.purchase", object_id=bought.pk).count() == 1
    assert faults() == []


def test_buying_what_one_has_is_free_and_another_buyer_is_refused(number, account, buyer):
    first = purchase(number=LONDON, account=account, by=SYSTEM)
    again = purchase(number=LONDON, account=account, by=SYSTEM)
    other = make_account(type(buyer).objects.create(company=Company.objects.create(name="Other")), money="100")

    with pytest.raises(AlreadySold):
        purchase(number=LONDON, account=other, by=SYSTEM)
    assert (first, balance(account), balance(other)) == (again, Decimal(97), Decimal(100))


def test_without_enough_money_nothing_changes(number, buyer):
    poor = make_account(buyer, money="2.999999")

    with pytest.raises(InsufficientBalance):
        purchase(number=LONDON, account=poor, by=SYSTEM)
    assert balance(poor) == Decimal("2.999999")
    assert market().get() == number
    assert not Subscription.objects.exists()
    assert not Collection.objects.exists()


def test_what_is_not_for_sale_is_not_sold(host, account, seller):
    with pytest.raises(NotFound):
        purchase(number=LONDON, account=account, by=SYSTEM)
    block_number(number=host(), by=SYSTEM, reason="fraud?")
    with pytest.raises(NotForSale):
        purchase(number=LONDON, account=account, by=SYSTEM)
    host("12025550123")
    seller.is_active = False
    seller.save()
    with pytest.raises(NotForSale):
        purchase(number="12025550123", account=account, by=SYSTEM)


def test_a_number_in_another_currency_or_for_a_blocked_account_is_refused(host, account, seller):
    seller.currency = "EUR"
    seller.save()
    host()
    with pytest.raises(Refused) as refused:
        purchase(number=LONDON, account=account, by=SYSTEM)
    assert refused.value.type == "currency_mismatch"
    blocked = block_account(account=account, reason="fraud", by=SYSTEM)
    with pytest.raises(Refused) as refused:
        purchase(number=LONDON, account=blocked, by=SYSTEM)
    assert refused.value.type == "account_blocked"


def test_contacts_and_sub_account_are_checked_and_kept(number, account):
    wrongs: list[dict[str, Any]] = [
        {"sip_contact": "nowhere"},
        {"smpp_contact": "sms.example.com"},
        {"account_sid": "AC" + "0" * 32},
    ]
    for wrong in wrongs:
        with pytest.raises(Invalid) as refused:
            purchase(number=LONDON, account=account, by=SYSTEM, **wrong)
        assert list(refused.value.errors) == list(wrong)
    sid = link(account, Platform.objects.create(name="Cloud"))
    sip, smpp = "sip:{number}@pbx.example.com:5060", "smpp:me:secret@sms.example.com:2775"
    bought = purchase(
        number=LONDON, account=account, by=SYSTEM, sip_contact=sip, smpp_contact=smpp, account_sid=sid, tags=["desk"]
    )
    found = subscriptions_of(account.buyer_id).get()
    assert (found, found.sip_contact, found.smpp_contact, found.tags) == (bought, sip, smpp, ["desk"])
    assert found.link is not None
    assert found.link.account_sid == sid


def test_a_number_that_asks_for_documents_says_that_they_are_missing(host, account):
    host(documents_required=True)
    assert purchase(number=LONDON, account=account, by=SYSTEM).documents_state == "missing"


def test_many_are_bought_all_or_none_or_what_is_left(host, buyer):
    digits = [host(f"4420718387{n:02}").number for n in range(5)]
    account = make_account(buyer, money="10")  # for three of them
    with pytest.raises(InsufficientBalance):
        purchase_many(numbers=digits, account=account, by=SYSTEM, all_or_none=True)
    assert balance(account) == Decimal(10)

    outcomes = purchase_many(numbers=[*digits, LONDON], account=account, by=SYSTEM, all_or_none=False)

    assert [one.subscription is not None for one in outcomes] == [True, True, True, False, False, False]
    assert [one.refusal and one.refusal.type for one in outcomes[3:]] == [
        "insufficient_balance",
        "insufficient_balance",
        "not_found",
    ]
    assert balance(account) == Decimal(1)
    assert {number.number for number in market()} == set(digits[3:])
    assert faults() == []


def test_of_a_hundred_buyers_at_once_one_has_the_number(number, buyer):
    accounts = [
        make_account(type(buyer).objects.create(company=Company.objects.create(name=f"Buyer {n}")), money="10")
        for n in range(100)
    ]
    outcomes: list[Any] = []
    for start in range(0, 100, 50):
        some = accounts[start : start + 50]
        outcomes += at_once([partial(purchase, number=LONDON, account=one, by=SYSTEM) for one in some])

    bought = [one for one in outcomes if isinstance(one, Subscription)]
    assert len(bought) == 1
    assert [type(one) for one in outcomes if not isinstance(one, Subscription)] == [AlreadySold] * 99
    assert sum(balance(account) for account in accounts) == Decimal(997)
    assert Collection.objects.count() == 2
    assert faults() == []


def test_one_buyer_who_asks_many_times_at_once_pays_once(number, account):
    outcomes = at_once([lambda: purchase(number=LONDON, account=account, by=SYSTEM)] * 10)

    assert {one.pk for one in outcomes} == {Subscription.objects.get().pk}
    assert balance(account) == Decimal(97)


def test_a_released_number_is_for_sale_again_to_anybody_at_once(number, account):
    bought = purchase(number=LONDON, account=account, by=SYSTEM)
    ended = release(subscription=bought, by=SYSTEM)
    assert (ended.state, release(subscription=bought, by=SYSTEM).released_at) == ("released", ended.released_at)
    assert market().get() == number
    again = purchase(number=LONDON, account=account, by=SYSTEM)
    assert again != bought
    assert balance(account) == Decimal(94)


def test_a_released_number_waits_out_its_quarantine_and_a_blocked_one_is_not_sold(host, account):
    host(quarantine_days=30)
    release(subscription=purchase(number=LONDON, account=account, by=SYSTEM), by=SYSTEM)
    found = Number.objects.get()
    assert (found.state, found.quarantined_until) == ("quarantined", found.state_since + timedelta(days=30))
    assert not market().exists()
    other = host("12025550123")
    bought = purchase(number=other.number, account=account, by=SYSTEM)
    block_number(number=other, by=SYSTEM, reason="no more")
    assert subscriptions_of(account.buyer_id).get().state == "active"
    release(subscription=bought, by=SYSTEM)
    assert Number.objects.get(pk=other.pk).state == "blocked"


def test_a_password_in_a_contact_is_not_kept_in_the_audit_log(host, account):
    owned = purchase(number=host().number, account=account, by=SYSTEM)

    change_routing(subscription=owned, changes={"smpp_contact": "smpp:acme:hunter2:dest@host:2776"}, by=SYSTEM)

    said = AuditEvent.objects.get(action="number.route")
    assert said.after == {"smpp_contact": "smpp:acme:***:dest@host:2776"}
