"""The audit finds the books of numbers right, and each kind of damage in them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from billing import auditing
from numbers import market_counts
from numbers.auditing import CHECKS
from numbers.models import MarketCount
from numbers.operations import collect_due, purchase, release
from tcxc.clock import utc_now
from tests.numbers.conftest import LONDON, SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
DAMAGE = [
    ("numbers_equal_the_ledger", "UPDATE numbers_collection SET amount = amount + 1 WHERE kind = 'month'"),
    ("numbers_equal_the_ledger", "DELETE FROM numbers_collection WHERE kind = 'setup'"),
    ("numbers_equal_the_ledger", "UPDATE billing_transfer SET kind = 'charge' WHERE kind = 'number_month'"),
    ("sold_numbers_have_an_owner", "UPDATE numbers_number SET state = 'for_sale' WHERE state = 'sold'"),
    ("sold_numbers_have_an_owner", "UPDATE numbers_number SET state = 'sold' WHERE state = 'for_sale'"),
    ("months_follow_each_other", "UPDATE numbers_subscription SET period = period + 1"),
    (
        "months_follow_each_other",
        "DELETE FROM numbers_collection WHERE kind = 'month' AND period_start < now() - '9d'::interval",
    ),
    (
        "market_counts_are_true",
        """INSERT INTO numbers_marketcount SELECT 0, currency, country, type, voice, sms, fax, video, 1, seller_id
           FROM numbers_marketcount LIMIT 1""",
    ),
    ("market_counts_are_true", "DELETE FROM numbers_marketcount"),
]


def failing() -> set[str]:
    return {outcome.check.name for outcome in auditing.run(CHECKS) if outcome.count}


@pytest.fixture
def busy(host, account) -> None:
    """Numbers for sale, sold, renewed and released."""
    past = utc_now() - timedelta(days=40)
    for digits in (LONDON, "12025550123", "33612345678"):
        host(digits, now=past)
    purchase(number=LONDON, account=account, by=SYSTEM, now=past)
    release(subscription=purchase(number="33612345678", account=account, by=SYSTEM, now=past), by=SYSTEM)
    collect_due(now=utc_now())


def test_the_books_are_right_and_summing_up_the_counts_changes_nothing(busy):
    assert failing() == set()
    assert market_counts.sum_up() > 0
    assert market_counts.sum_up() == 0
    assert (failing(), MarketCount.objects.count()) == (set(), 2)


@pytest.mark.parametrize(("check", "damage"), DAMAGE)
def test_each_kind_of_damage_is_found(busy, check: str, damage: Any):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
    assert check in failing()


def test_each_check_has_its_damage():
    assert {check.name for check in CHECKS} == {name for name, _ in DAMAGE}
