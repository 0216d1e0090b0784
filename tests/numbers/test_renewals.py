"""Months are collected on their day, once each, from the wallet that has the money."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billing.queries import earnings_of
from numbers.models import Collection, Number, NumberEvent, PriceChange, Subscription
from numbers.months import boundary
from numbers.notices.shortfalls import watch_renewals
from numbers.notices.upcoming import notify_upcoming
from numbers.operations import change_number, collect_due, release, set_auto_renew, walk_overdue
from numbers.queries import market
from tcxc import delivery
from tests.at_once import at_once
from tests.books import faults
from tests.numbers.conftest import SYSTEM, balance
from tests.numbers.months_of import a_seller, an_account, bought, collected
from tests.world import give_money

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2028, 1, 31, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


def state(subscription: Subscription) -> str:
    return Subscription.objects.get(pk=subscription.pk).state


def live(now: datetime) -> None:
    """What the jobs do at a moment."""
    collect_due(now=now)
    walk_overdue(now=now)
    notify_upcoming(now=now)
    watch_renewals(now=now)


def subjects() -> list[str]:
    """What was mailed since the last time."""
    delivery.deliver_due()
    found = [str(message.subject) for message in mail.outbox]
    mail.outbox.clear()
    return found


def test_a_year_of_renewals_over_a_leap_february_on_the_right_days_and_only_then():
    seller = a_seller()
    zones = {"UTC": [28, 29, 30, 31], "America/New_York": [31], "Pacific/Auckland": [1, 30]}
    subscriptions = []
    for zone, days in zones.items():
        account = an_account("500", zone)
        for day in days:
            noon = boundary(date(2028, 1, day), 0, zone) + timedelta(hours=12)
            subscriptions.append(bought(seller, account, noon))
    expected = {
        one: [one.bought_at] + [boundary(one.first_day, n, one.time_zone) for n in range(1, 13)]
        for one in subscriptions
    }
    assert [moment.day for moment in expected[subscriptions[3]]] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31]
    boundaries = sorted({moment for moments in expected.values() for moment in moments[1:]})
    due = {moment: sum(moment in moments for moments in expected.values()) for moment in boundaries}

    for moment in boundaries:
        assert collect_due(now=moment - SECOND) == 0
        walk_overdue(now=moment - SECOND)
        assert collect_due(now=moment) == due[moment]
        assert collect_due(now=moment) == 0
    assert {one: collected(one) for one in subscriptions} == expected
    assert earnings_of(seller.pk)[0].balance == Decimal("1.80") * sum(map(len, expected.values()))
    assert faults() == []


def test_after_a_long_silence_every_month_is_collected_in_its_order():
    account = an_account("100")
    one = bought(a_seller(), account, NOON)
    assert collect_due(now=datetime(2028, 6, 30, tzinfo=UTC)) == 5
    assert [moment.day for moment in collected(one)] == [31, 29, 31, 30, 31, 30]
    assert balance(account) == Decimal(88)


def test_two_workers_at_once_collect_each_month_once():
    seller, accounts = a_seller(), [an_account("100") for _ in range(3)]
    for n in range(60):
        bought(seller, accounts[n % 3], NOON)
    later = datetime(2028, 3, 1, tzinfo=UTC)
    assert sum(at_once([lambda: collect_due(now=later)] * 4)) == 60
    assert Collection.objects.count() == 120
    assert [balance(account) for account in accounts] == [Decimal(20)] * 3
    assert faults() == []


def test_a_period_is_collected_once_whatever_anybody_writes():
    one = bought(a_seller(), an_account("10"), NOON)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO numbers_collection (subscription_id, kind, period_start, period_end, amount, collected_at)"
            " SELECT id, 'month', period_start, period_end, 0, now() FROM numbers_subscription WHERE id = %s",
            [one.pk],
        )


def test_an_empty_wallet_walks_through_notice_grace_suspension_and_release_at_the_right_times():
    account = an_account("3")  # 2 for the first month
    one = bought(a_seller(), account, NOON, quarantine_days=5)
    due = datetime(2028, 2, 29, tzinfo=UTC)
    live(due - 7 * DAY - SECOND)
    assert subjects() == []
    live(due - 7 * DAY)
    live(due - 7 * DAY)
    assert subjects() == [
        "TCXC: 1 number renews within 7 days",
        "TCXC: 1.000000 USD are missing for coming renewals",
    ]
    live(due - DAY)
    assert subjects() == ["TCXC: 1 number renews within 1 day"]
    live(due)
    live(due + SECOND)
    assert (state(one), subjects()) == ("grace", ["TCXC: 1 number could not be paid"])
    live(due + 7 * DAY - SECOND)
    assert state(one) == "grace"
    live(due + 7 * DAY)
    assert (state(one), subjects()) == ("suspended", ["TCXC: 1 number is suspended"])
    live(due + 21 * DAY - SECOND)
    assert state(one) == "suspended"
    live(due + 21 * DAY)
    assert (state(one), subjects()) == ("released", ["TCXC: 1 number is released"])
    assert Number.objects.get().state == "quarantined"
    live(due + 26 * DAY - SECOND)
    assert not market().exists()
    live(due + 26 * DAY)
    assert market().exists()
    told = NumberEvent.objects.order_by("id").values_list("kind", flat=True)
    assert list(told) == [
        "hosted", "purchased", "collected", "collection_failed", "suspended", "released", "quarantined", "for_sale",
    ]  # fmt: skip
    assert balance(account) == Decimal(1)
    assert Subscription.objects.get().release_reason == "not paid"


@pytest.mark.parametrize(("days", "before"), [(3, "grace"), (10, "suspended")])
def test_money_that_comes_in_time_saves_the_number(days, before):
    account = an_account("2")
    one = bought(a_seller(), account, NOON)
    due = datetime(2028, 2, 29, tzinfo=UTC)
    live(due)
    live(due + days * DAY)
    assert state(one) == before
    give_money(account, "5")
    subjects()
    live(due + days * DAY + SECOND)
    assert (state(one), subjects()) == ("active", ["TCXC: 1 number is paid and active again"])
    assert (collected(one)[-1], balance(account)) == (due, Decimal(3))
    assert Subscription.objects.get().period_end == datetime(2028, 3, 31, tzinfo=UTC)
    assert faults() == []


def test_a_wallet_pays_what_it_can_and_is_told_once_of_the_rest():
    account, seller = an_account("9"), a_seller()
    mine = [bought(seller, account, NOON) for _ in range(3)]
    live(datetime(2028, 2, 28, tzinfo=UTC))
    assert "TCXC: 3.000000 USD are missing for coming renewals" in subjects()
    live(datetime(2028, 2, 29, tzinfo=UTC))
    assert [state(one) for one in mine] == ["active", "grace", "grace"]
    assert subjects() == ["TCXC: 2 numbers could not be paid"]


def test_letters_to_many_buyers_take_as_many_statements_as_a_letter_to_one():
    seller = a_seller()
    bought(seller, an_account("2"), NOON)
    with CaptureQueriesContext(connection) as to_one:
        collect_due(now=datetime(2028, 2, 29, tzinfo=UTC))
    for _ in range(4):
        bought(seller, an_account("2"), NOON + DAY)
    with CaptureQueriesContext(connection) as to_four:
        collect_due(now=datetime(2028, 3, 1, tzinfo=UTC))
    assert len(to_four) == len(to_one)
    assert subjects() == ["TCXC: 1 number could not be paid"] * 5


def test_a_number_that_is_not_renewed_ends_with_its_period():
    one = bought(a_seller(), an_account("10"), NOON)
    set_auto_renew(subscription=one, auto_renew=False, by=SYSTEM)
    due = datetime(2028, 2, 29, tzinfo=UTC)
    live(due - SECOND)
    assert state(one) == "active"
    live(due)
    assert (state(one), len(collected(one)), market().exists()) == ("released", 1, True)


def test_a_released_number_is_never_collected_again():
    one = bought(a_seller(), an_account("10"), NOON)
    release(subscription=one, by=SYSTEM, now=NOON + DAY)
    live(datetime(2028, 6, 1, tzinfo=UTC))
    assert len(collected(one)) == 1


def test_new_prices_apply_from_the_first_renewal_after_they_were_told_long_enough():
    account = an_account("100")
    one = bought(a_seller(), account, NOON)
    told = NOON + DAY  # 1 February: 2 March is the earliest
    change_number(
        number=one.number, changes={"monthly_fee": Decimal(5), "price_1": Decimal("0.02")}, by=SYSTEM, now=told
    )
    live(datetime(2028, 2, 29, tzinfo=UTC))
    assert balance(account) == Decimal(96)
    live(datetime(2028, 3, 31, tzinfo=UTC))
    found = Subscription.objects.get()
    assert (balance(account), found.monthly_fee, found.price_1) == (Decimal(91), Decimal(5), Decimal("0.02"))
    assert PriceChange.objects.get().applied_at == datetime(2028, 3, 31, tzinfo=UTC)
    kinds = NumberEvent.objects.filter(subscription=one).order_by("id").values_list("kind", flat=True)
    assert list(kinds)[2:] == ["price_told", "collected", "price_changed", "collected"]


def test_a_dearer_month_that_can_t_be_paid_leaves_the_old_price_until_it_is():
    account = an_account("4")
    one = bought(a_seller(), account, NOON)
    change_number(number=one.number, changes={"monthly_fee": Decimal(5)}, by=SYSTEM, now=NOON - 5 * DAY)
    live(datetime(2028, 2, 29, tzinfo=UTC))
    found = Subscription.objects.get()
    assert (found.state, found.monthly_fee, found.period) == ("grace", Decimal(2), 1)
    give_money(account, "3")
    live(datetime(2028, 3, 1, tzinfo=UTC))
    found = Subscription.objects.get()
    assert (found.state, found.monthly_fee, balance(account)) == ("active", Decimal(5), Decimal(0))


def test_money_for_the_lower_price_of_a_coming_month_saves_the_number():
    account = an_account("2")
    one = bought(a_seller(), account, NOON)
    change_number(number=one.number, changes={"monthly_fee": Decimal(1)}, by=SYSTEM, now=NOON - 5 * DAY)
    live(datetime(2028, 2, 29, tzinfo=UTC))
    assert state(one) == "grace"
    give_money(account, "1")
    live(datetime(2028, 3, 1, tzinfo=UTC))
    assert (state(one), balance(account)) == ("active", Decimal(0))


def test_a_shortfall_counts_the_prices_that_the_renewal_will_have():
    account, other = an_account("4"), an_account("3")
    dearer, cheaper = (bought(a_seller(), payer, NOON) for payer in (account, other))
    for one, fee in ((dearer, Decimal(5)), (cheaper, Decimal(1))):
        change_number(number=one.number, changes={"monthly_fee": fee}, by=SYSTEM, now=NOON - 5 * DAY)
    subjects()
    watch_renewals(now=datetime(2028, 2, 28, tzinfo=UTC))
    assert subjects() == ["TCXC: 3.000000 USD are missing for coming renewals"]


def test_notices_and_the_history_name_the_price_that_the_month_will_have():
    one = bought(a_seller(), an_account("2"), NOON)
    change_number(number=one.number, changes={"monthly_fee": Decimal(5)}, by=SYSTEM, now=NOON - 5 * DAY)
    subjects()
    notify_upcoming(now=datetime(2028, 2, 28, tzinfo=UTC))
    live(datetime(2028, 2, 29, tzinfo=UTC))
    delivery.deliver_due()
    letters = [str(letter.body) for letter in mail.outbox if "number" in letter.subject]
    assert len(letters) == 2
    assert all("In all: 5.000000 USD" in letter and "2.000000" not in letter for letter in letters)
    assert NumberEvent.objects.get(kind="collection_failed").amount == Decimal(5)


def test_buyers_with_many_numbers_get_one_letter():
    seller, account = a_seller(), an_account("1000")
    for _ in range(60):
        bought(seller, account, NOON)
    notify_upcoming(now=datetime(2028, 2, 24, tzinfo=UTC))
    delivery.deliver_due()
    (letter,) = mail.outbox
    assert letter.subject == "TCXC: 60 numbers renew within 7 days"
    assert letter.body.count("+1212555") == 50
    assert "and 10 more" in letter.body
    assert "In all: 120.000000 USD" in letter.body
