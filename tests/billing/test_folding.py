"""Accounts that are only appended to have their exact balance, folded or not, whoever writes meanwhile."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from billing import auditing, folding
from billing.ledger import Leg, ledger_account, post_transfer
from billing.models import DayTotal, Entry, Fold, FoldMark, LedgerAccount
from billing.operations import credit_wallet, open_wallet
from billing.queries import balance_of, earnings_of, totals_by_day, wallets_of
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.models import Company
from tests.at_once import at_once
from tests.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Seller", time_zone="Asia/Kolkata")


@pytest.fixture
def wallet(company) -> int:
    return open_wallet(company=company, currency="USD", is_shared=False).pk


def credit(wallet: int, key: str, amount: str = "1") -> None:
    credit_wallet(wallet_id=wallet, amount=Decimal(amount), reason="test", by=Actor.system(), key=key)


def adjustments() -> int:
    return ledger_account(LedgerAccount.Kind.ADJUSTMENT, "USD")


def in_a_thread(function: Callable[[], Any]) -> Thread:
    def run() -> None:
        try:
            function()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_a_balance_is_exact_before_and_after_it_is_folded(wallet):
    for n in range(3):
        credit(wallet, f"a{n}", "1.000001")
    assert balance_of(adjustments()) == Decimal("-3.000003")
    assert folding.fold(now=NOON) == 6
    assert Fold.objects.get().balance == balance_of(adjustments()) == Decimal("-3.000003")
    credit(wallet, "b", "0.5")
    assert balance_of(adjustments()) == Decimal("-3.500003")
    assert folding.fold(now=NOON) == 2
    assert folding.fold(now=NOON) == 0
    assert Fold.objects.get().balance == balance_of(adjustments()) == Decimal("-3.500003")
    assert balance_of(wallet) == Decimal("3.500003")
    assert not any(outcome.count for outcome in auditing.run())


def test_an_entry_that_commits_late_is_never_left_behind(wallet, company):
    """Its id is below the mark, but nobody could see it when the mark was set."""
    other = open_wallet(company=company, currency="USD", is_shared=False).pk
    credit(wallet, "opens the account of adjustments")
    folding.fold(now=NOON)
    written, commit = Event(), Event()

    def write_slowly() -> None:
        with transaction.atomic():
            credit(wallet, "slow", "10")
            written.set()
            assert commit.wait(10)

    writer = in_a_thread(write_slowly)
    assert written.wait(10)
    credit(other, "quick", "100")
    assert folding.fold(now=NOON, patience=0.1) == 0, "the mark is not settled"
    assert balance_of(adjustments()) == -101
    commit.set()
    writer.join(10)
    assert balance_of(adjustments()) == -111
    assert folding.fold(now=NOON) == 4
    assert Fold.objects.get().balance == balance_of(adjustments()) == -111


def fold_to_the_mark() -> int:
    """Fold once the mark has settled: a transaction of another test, in another database, holds it up too."""
    for _ in range(1_000):
        folded = folding.fold_to_mark(NOON)
        if folded is not None:
            return folded
        sleep(0.01)
    raise AssertionError("the mark never settled")


def test_what_is_written_after_a_mark_that_waits_is_folded_the_next_time(wallet, company):
    other = open_wallet(company=company, currency="USD", is_shared=False).pk
    credit(wallet, "opens the account of adjustments")
    with connection.cursor() as cursor:
        folding.set_mark()
        credit(other, "after the mark")
        folding.set_mark()
        assert fold_to_the_mark() == 2
        assert Fold.objects.get().balance == -1
        assert folding.fold(now=NOON) == 2
        cursor.execute("SELECT folded_through FROM billing_foldmark")
        assert cursor.fetchone() == (Entry.objects.latest("id").pk,)


def test_folding_among_writers_loses_nothing_and_counts_nothing_twice(company):
    wallets = [open_wallet(company=company, currency="USD", is_shared=False).pk for _ in range(3)]
    done = Event()

    def write(wallet: int) -> None:
        for n in range(40):
            credit(wallet, f"{wallet}:{n}")

    def fold() -> int:
        folded = 0
        while not done.is_set():
            folded += folding.fold(now=utc_now(), patience=0.5)
        return folded

    def write_all() -> None:
        try:
            assert at_once([partial(write, wallet) for wallet in wallets]) == [None] * 3
        finally:
            done.set()

    folded = at_once([fold, fold, write_all])
    assert all(isinstance(count, int) for count in folded[:2]), folded
    folded_at_last = folding.fold(now=utc_now())
    assert sum(folded[:2]) + folded_at_last == Entry.objects.count() == 240
    assert Fold.objects.get().balance == balance_of(adjustments()) == -120
    assert not any(outcome.count for outcome in auditing.run())


def test_a_mark_from_another_cluster_is_dropped(wallet):
    """A restored dump brings transaction ids with it that are still to come here."""
    credit(wallet, "a")
    folding.set_mark()
    FoldMark.objects.update(next_xid=2**60)
    assert folding.fold(now=NOON) == 0
    assert folding.fold(now=NOON) == 2


def test_days_are_those_of_the_owner_s_calendar_folded_or_not(wallet, company):
    seller = ledger_account(LedgerAccount.Kind.SELLER, "USD", company.pk)
    other = adjustments()

    def earn(amount: str, at: datetime) -> None:
        legs = [Leg(seller, Decimal(amount), "USD"), Leg(other, -Decimal(amount), "USD")]
        post_transfer(kind="charge", key=f"{amount} {at}", legs=legs, made_by="test", now=at, facts={})

    earn("1", datetime(2026, 11, 23, 18, 29, tzinfo=UTC))  # 23:59 in Kolkata
    folding.fold(now=NOON)
    earn("2", datetime(2026, 11, 23, 18, 29, 59, tzinfo=UTC))
    earn("-0.5", datetime(2026, 11, 23, 18, 29, 59, tzinfo=UTC))
    earn("4", datetime(2026, 11, 23, 18, 30, tzinfo=UTC))  # midnight
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    before = totals_by_day([seller], first=first, last=last)
    assert [(day.day.day, day.received, day.given, day.entries) for day in before] == [
        (23, Decimal(3), Decimal("0.5"), 3),
        (24, Decimal(4), Decimal(0), 1),
    ]
    folding.fold(now=NOON)
    assert DayTotal.objects.filter(ledger_account=seller).count() == 2
    assert totals_by_day([seller], first=first, last=last) == before
    assert totals_by_day([seller], first=date(2026, 11, 24), last=last) == before[1:]


def test_a_seller_s_earnings_and_a_buyer_s_wallets_are_told(decide, engine):
    world = make_world()
    decide(world.call("CA1"))
    decide(world.ask("terminate", session_id="CA1", used_seconds=60))
    (earned,) = earnings_of(world.seller.pk)
    assert (earned.currency, earned.balance) == ("USD", Decimal("0.057"))
    assert [wallet.available for wallet in wallets_of(world.buyer.pk)] == [Decimal("99.94")]
