"""Hosting: a number is for sale the moment its seller brings it, and stays one row for ever."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from numbers.errors import AlreadyHosted, NumberInUse, RowsRefused
from numbers.models import Number, NumberEvent, PriceChange, Subscription
from numbers.operations import (
    block_number,
    change_number,
    host_many,
    host_number,
    purchase,
    unblock_number,
    withdraw_number,
)
from numbers.operations.hosting import Row
from numbers.queries import facets, history_of, hosted_by, market
from sellers.models import Seller
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed
from tcxc.models import Company, OutboxMessage, User
from tcxc.operations.members import add_member
from tcxc.roles import Role
from tests.at_once import at_once
from tests.numbers.conftest import LONDON, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def sellers_actor() -> Actor:
    return Actor(user=User.objects.create_user("sue@example.com"))


@pytest.mark.parametrize(
    ("number", "country", "area", "type_"),
    [
        ("+442071838750", "GB", "London", "geographic"),
        ("12125550123", "US", "New York, NY", "geographic"),
        ("33612345678", "FR", "France", "mobile"),
        ("18005551234", "US", "", "toll_free"),
        ("80012345678", "", "", "toll_free"),
        ("447700900123", "GB", "", "mobile"),  # kept for films: not in the library's plan, but its block is
    ],
)
def test_country_area_and_type_come_from_the_numbering_plan(host, number, country, area, type_):
    hosted = host(number)
    assert (hosted.country, hosted.area, hosted.type) == (country, area, type_)
    assert market().get() == hosted


@pytest.mark.parametrize(
    "number",
    [
        "",
        "abc",
        "0442071838750",
        "44 20 7183 8750",
        "4402071838750",
        "44207183875",
        "4420718387500",
        "440000000000",
        "99912345678",
        "\uff11\uff12\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff13",
        "1" * 40,
    ],
)
def test_what_is_no_number_of_its_country_is_refused(host, number):
    with pytest.raises(Invalid) as refused:
        host(number)
    assert list(refused.value.errors) == ["number"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("monthly_fee", Decimal("-0.01")),
        ("monthly_fee", Decimal("0.0000001")),
        ("setup_fee", "NaN"),
        ("price_1", Decimal("Infinity")),
        ("sms_price", "1e9"),
        ("interval_1", 0),
        ("interval_n", "6.5"),
        ("voice", "perhaps"),
        ("capacity", -1),
        ("quarantine_days", 366),
        ("notes_for_buyers", "x" * 1001),
        ("colour", "red"),
    ],
)
def test_a_detail_that_makes_no_sense_is_refused(host, field, value):
    with pytest.raises(Invalid) as refused:
        host(**{field: value})
    assert list(refused.value.errors) == [field]
    assert not Number.objects.exists()


def test_a_number_is_hosted_once_until_it_is_withdrawn(host, seller):
    hosted = host(notes_for_buyers="old")
    other = Seller.objects.create(company=Company.objects.create(name="Other"))
    with pytest.raises(AlreadyHosted):
        host_number(seller=other, number=LONDON, monthly_fee=Decimal(1), by=SYSTEM)
    withdraw_number(number=hosted, by=SYSTEM)
    assert not market().exists()
    again = host_number(seller=other, number=LONDON, monthly_fee=Decimal(1), by=SYSTEM)
    assert (again.pk, again.seller, again.notes_for_buyers, again.state) == (hosted.pk, other, "", "for_sale")
    assert [event.kind for event in history_of(number=LONDON, seller_id=seller.pk)] == ["withdrawn", "hosted"]
    assert [event.kind for event in history_of(number=LONDON)] == ["hosted", "withdrawn", "hosted"]


@pytest.mark.django_db(transaction=True)
def test_sellers_who_host_one_number_at_once_are_told_who_was_late(seller):
    outcomes = at_once([lambda: host_number(seller=seller, number=LONDON, monthly_fee=Decimal(1), by=SYSTEM)] * 5)
    assert sorted(type(one).__name__ for one in outcomes) == ["AlreadyHosted"] * 4 + ["Number"]


def rows(*numbers: str, **values: str) -> list[Row]:
    return [(row, {"number": number, "monthly_fee": "1.50", **values}) for row, number in enumerate(numbers, 2)]


def test_a_file_is_hosted_all_or_none_with_its_faults_by_row(seller, host):
    host()
    wrong = [*rows("12125550123", "12125550123", "123", LONDON), (6, {"number": "12125550124", "monthly_fee": "free"})]
    with pytest.raises(RowsRefused) as refused:
        host_many(seller=seller, rows=wrong, by=SYSTEM)
    found = [(problem.row, problem.column) for problem in refused.value.problems]
    assert found == [(3, "number"), (4, "number"), (5, "number"), (6, "monthly_fee")]
    assert Number.objects.count() == 1

    texts = {"voice": "yes", "sms": "0", "price_1": "0.0125", "capacity": ""}
    assert host_many(seller=seller, rows=rows("12125550123", "12125550124", **texts), by=SYSTEM) == 2
    made = Number.objects.get(number="12125550124")
    assert (made.voice, made.sms, made.price_n, made.capacity) == (True, False, Decimal("0.0125"), None)
    assert {number.number for number in hosted_by(seller.pk)} == {LONDON, "12125550123", "12125550124"}


def test_a_block_takes_a_number_off_the_market_and_an_operators_stays(number, sellers_actor):
    blocked = block_number(number=number, by=sellers_actor)
    assert (blocked.state, market().exists()) == ("blocked", False)
    assert unblock_number(number=number, by=sellers_actor).state == "for_sale"
    block_number(number=number, by=SYSTEM, reason="stolen")
    assert block_number(number=number, by=sellers_actor, reason="mine").block_reason == "stolen"
    for forbidden in (unblock_number, withdraw_number):
        with pytest.raises(NotAllowed):
            forbidden(number=number, by=sellers_actor)
    with pytest.raises(Invalid):
        block_number(number=number, by=SYSTEM)
    assert unblock_number(number=number, by=SYSTEM).state == "for_sale"


def test_what_a_buyer_has_is_neither_withdrawn_nor_loses_a_capability(number, account):
    purchase(number=LONDON, account=account, by=SYSTEM)
    with pytest.raises(NumberInUse):
        withdraw_number(number=number, by=SYSTEM)
    with pytest.raises(NumberInUse) as refused:
        change_number(number=number, changes={"sms": False, "fax": True}, by=SYSTEM)
    assert list(refused.value.errors) == ["sms"]


def test_new_prices_are_the_next_buyers_at_once_and_the_owners_a_month_ahead(number, account, django_user_model):
    ann = django_user_model.objects.create_user("ann@example.com")
    add_member(company=account.buyer.company, user=ann, role=Role.OWNER, by=SYSTEM)
    bought = purchase(number=LONDON, account=account, by=SYSTEM)
    change_number(number=number, changes={"monthly_fee": Decimal(5)}, by=SYSTEM)

    assert Number.objects.get().monthly_fee == Decimal(5)
    assert Subscription.objects.get().monthly_fee == Decimal(2)
    change = PriceChange.objects.get(subscription=bought)
    assert (change.monthly_fee, (change.effective_from - change.told_at).days) == (Decimal(5), 30)
    told = OutboxMessage.objects.get(topic="mail").payload
    assert told["to"] == ["ann@example.com"]
    assert "2.000000 → 5.000000 USD" in told["text"]


def test_facets_count_what_is_for_sale_exactly(host, number, account):
    for digits, values in {"12125550123": {"sms": False}, "33612345678": {}, "18005551234": {"fax": True}}.items():
        host(digits, **values)
    found = facets()
    assert (found.total, found.is_exact) == (4, True)
    assert dict(found.countries) == {"GB": 1, "US": 2, "FR": 1}
    assert dict(found.types) == {"geographic": 2, "mobile": 1, "toll_free": 1}
    assert dict(found.capabilities) == {"voice": 4, "sms": 3, "fax": 1}
    purchase(number=LONDON, account=account, by=SYSTEM)
    block_number(number=Number.objects.get(number="33612345678"), by=SYSTEM, reason="x")
    assert dict(facets().countries) == {"US": 2}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM numbers_number",
        "UPDATE numbers_number SET number = '12125550123'",
        "UPDATE numbers_number SET monthly_fee = -1",
        "UPDATE numbers_number SET voice = false, sms = false",
        "UPDATE numbers_number SET state = 'for_sale', is_blocked = true",
        "DELETE FROM numbers_numberevent",
        "UPDATE numbers_numberevent SET note = 'x'",
        "DELETE FROM numbers_collection",
        "UPDATE numbers_collection SET amount = 0",
        "DELETE FROM numbers_subscription",
        "UPDATE numbers_subscription SET first_day = '2020-01-01'",
        "UPDATE numbers_subscription SET state = 'released'",
        "UPDATE numbers_subscription SET period_end = period_start",
        """INSERT INTO numbers_collection (subscription_id, kind, period_start, period_end, amount, transfer_id,
             collected_at)
           SELECT subscription_id, kind, period_start, period_end, 0, NULL, now() FROM numbers_collection""",
        """INSERT INTO numbers_subscription SELECT (json_populate_record(s, '{"id": 999999}')).* FROM
             numbers_subscription s""",
    ],
)
def test_the_database_refuses_what_would_break_a_promise(number, account, statement):
    purchase(number=LONDON, account=account, by=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert NumberEvent.objects.count() == 4
