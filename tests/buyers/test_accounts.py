"""Accounts: their limits, destinations, wallets and blocks."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from billing.models import Hold, Wallet
from billing.operations import credit_wallet
from buyers.models import Account, Buyer
from buyers.operations import block_account, create_account, create_buyer, unblock_account, update_account
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed, Refused
from tcxc.models import AuditEvent, Company, User

pytestmark = pytest.mark.django_db
OPERATOR = Actor.system()


@pytest.fixture
def buyer() -> Buyer:
    return create_buyer(company=Company.objects.create(name="Acme"), currency="EUR", by=OPERATOR)


@pytest.fixture
def buyers_actor() -> Actor:
    return Actor(user=User.objects.create_user("ann@example.com"))


@pytest.fixture
def account(buyer, buyers_actor) -> Account:
    return create_account(buyer=buyer, name="A", by=buyers_actor)


def credit(account: Account, amount: str) -> None:
    credit_wallet(wallet_id=account.wallet_id, amount=Decimal(amount), reason="t", by=OPERATOR, key=f"k{amount}")


def written(account: Account) -> list[tuple[Any, ...]]:
    names = ("verdict", "prefix", "min_length", "max_length", "country", "mccmnc")
    return list(account.destination_rules.order_by("id").values_list(*names))


def test_a_company_is_a_buyer_once_in_one_currency(buyer):
    with pytest.raises(Refused) as refused:
        create_buyer(company=buyer.company, by=OPERATOR)
    assert refused.value.type == "buyer_exists"
    with pytest.raises(Invalid):
        create_buyer(company=Company.objects.create(name="B"), currency="euro", by=OPERATOR)


def test_an_account_has_a_wallet_of_its_own_or_the_shared_one(buyer, account, buyers_actor):
    shared = [create_account(buyer=buyer, name=name, wallet="shared", by=buyers_actor) for name in "BC"]
    assert shared[0].wallet == shared[1].wallet != account.wallet
    assert shared[0].wallet.is_shared
    assert {wallet.currency for wallet in Wallet.objects.all()} == {"EUR"}


def test_of_one_name_there_is_one_account(buyer, account, buyers_actor):
    with pytest.raises(Refused) as refused:
        create_account(buyer=buyer, name=" A ", by=buyers_actor)
    assert refused.value.type == "name_taken"
    assert Account.objects.count() == Wallet.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("wallet", "none"),
        ("concurrent_call_limit", -1),
        ("calls_per_second", 0),
        ("slice_seconds", None),
        ("slice_seconds", 86_401),
        ("spend_limit_daily", Decimal("-1")),
        ("topup_limit_monthly", Decimal("0.0000001")),
        ("low_balance_threshold", Decimal("Infinity")),
        ("voice_policy", "random"),
        ("colour", "red"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(account, buyers_actor, field, value):
    with pytest.raises(Invalid) as refused:
        update_account(account=account, changes={field: value}, by=buyers_actor)
    assert list(refused.value.errors) == [field]


def test_a_change_leaves_the_fields_that_it_does_not_name(account, buyers_actor):
    update_account(account=account, changes={"concurrent_call_limit": 3, "calls_per_second": 2}, by=buyers_actor)
    update_account(account=account, changes={"calls_per_second": None}, by=buyers_actor)
    account.refresh_from_db()
    assert (account.concurrent_call_limit, account.calls_per_second) == (3, None)
    event = AuditEvent.objects.filter(action="account.update").latest("id")
    assert (event.before, event.after) == ({"calls_per_second": 2}, {"calls_per_second": None})


def test_destinations_are_replaced_as_whole_lists_and_the_engine_is_told(account, buyers_actor):
    first = {
        "allowed_destinations": [{"prefix": "+44", "min_length": 10, "max_length": 12}, {"country": "de"}],
        "denied_destinations": [{"mccmnc": "26201"}, {"mccmnc": "310260"}, {"mccmnc": "234"}],
    }
    update_account(account=account, changes=first, by=buyers_actor)
    account.refresh_from_db()
    version = account.routing_version
    assert written(account) == [
        ("allow", "44", 10, 12, "", ""),
        ("allow", "", None, None, "DE", ""),
        ("deny", "", None, None, "", "26201"),
        ("deny", "", None, None, "", "310260"),
        ("deny", "", None, None, "", "234"),
    ]
    update_account(account=account, changes={"allowed_destinations": []}, by=buyers_actor)
    account.refresh_from_db()
    assert account.routing_version > version
    assert {row[0] for row in written(account)} == {"deny"}


@pytest.mark.parametrize(
    ("destination", "field"),
    [
        ({}, "prefix"),
        ({"prefix": "44", "country": "GB"}, "country"),
        ({"prefix": "44x"}, "prefix"),
        ({"prefix": "044"}, "prefix"),
        ({"prefix": "1" * 16}, "prefix"),
        ({"prefix": "44", "min_length": 0}, "min_length"),
        ({"prefix": "44", "max_length": 16}, "max_length"),
        ({"prefix": "44", "min_length": 12, "max_length": 11}, "max_length"),
        ({"country": "XY"}, "country"),
        ({"country": "GBR"}, "country"),
        ({"country": "GB", "min_length": 3}, "min_length"),
        ({"mccmnc": "2620"}, "mccmnc"),
        ({"mccmnc": "2620134"}, "mccmnc"),
    ],
)
def test_a_destination_that_names_nothing_or_two_things_is_refused(account, buyers_actor, destination, field):
    with pytest.raises(Invalid) as refused:
        update_account(
            account=account, changes={"denied_destinations": [{"country": "KP"}, destination]}, by=buyers_actor
        )
    assert list(refused.value.errors) == [f"denied_destinations.1.{field}"]
    assert written(account) == []


def test_a_credit_limit_is_the_operators(account, buyers_actor):
    with pytest.raises(NotAllowed):
        update_account(account=account, changes={"credit_limit": Decimal(10), "name": "B"}, by=buyers_actor)
    update_account(account=account, changes={"credit_limit": Decimal(10)}, by=OPERATOR)
    account.refresh_from_db()
    assert (account.name, account.wallet.credit_limit) == ("A", Decimal(10))


def test_an_own_balance_waits_while_the_shared_one_is_spent(buyer, account, buyers_actor):
    credit(account, "7")
    shared = create_account(buyer=buyer, name="S", wallet="shared", by=buyers_actor)
    credit(shared, "100")
    moved = update_account(account=account, changes={"wallet": "shared"}, by=buyers_actor)
    assert (moved.wallet, moved.own_wallet) == (shared.wallet, account.wallet)
    assert Wallet.objects.get(pk=shared.wallet_id).balance == Decimal(100)
    back = update_account(account=account, changes={"wallet": "own"}, by=buyers_actor)
    assert (back.wallet_id, back.wallet.balance) == (account.wallet_id, Decimal(7))
    fresh = update_account(account=shared, changes={"wallet": "own"}, by=buyers_actor)
    assert (fresh.wallet.is_shared, fresh.wallet.balance) == (False, Decimal(0))


def test_an_account_stays_on_its_wallet_while_money_is_held(account, buyers_actor):
    hold = Hold.objects.create(
        wallet=account.wallet,
        buyer_id=account.buyer_id,
        account_id=account.pk,
        purpose="session",
        amount=1,
        opened_at=timezone.now(),
    )
    with pytest.raises(Refused) as refused:
        update_account(account=account, changes={"wallet": "shared", "name": "B"}, by=buyers_actor)
    assert refused.value.type == "live_holds"
    account.refresh_from_db()
    assert (account.name, account.wallet_mode) == ("A", "own")
    Hold.objects.filter(pk=hold.pk).update(state="voided", resolved_at=timezone.now())
    update_account(account=account, changes={"wallet": "shared"}, by=buyers_actor)


@pytest.mark.django_db(transaction=True)
def test_accounts_that_first_share_at_once_share_one_wallet(buyer, buyers_actor):
    accounts = [create_account(buyer=buyer, name=f"A{number}", by=buyers_actor) for number in range(8)]
    barrier = Barrier(8)

    def share(account: Account) -> int:
        barrier.wait()
        try:
            return update_account(account=account, changes={"wallet": "shared"}, by=buyers_actor).wallet_id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(share, accounts))) == 1


def test_a_block_needs_a_reason_and_tells_it(account, buyers_actor):
    with pytest.raises(Invalid):
        block_account(account=account, reason=" ", by=buyers_actor)
    blocked = block_account(account=account, reason="fraud?", by=buyers_actor)
    assert (blocked.status, blocked.block_reason) == ("blocked", "fraud?")
    freed = unblock_account(account=account, by=buyers_actor, reason="no fraud")
    assert (freed.status, freed.block_reason) == ("active", "")
    reasons = AuditEvent.objects.filter(object_type="buyers.account").order_by("id").values_list("reason", flat=True)
    assert list(reasons) == ["", "fraud?", "no fraud"]


def test_what_an_operator_blocked_only_an_operator_frees(account, buyers_actor):
    block_account(account=account, reason="mine", by=buyers_actor)
    block_account(account=account, reason="ours", by=OPERATOR)
    assert block_account(account=account, reason="mine again", by=buyers_actor).block_reason == "ours"
    with pytest.raises(NotAllowed):
        unblock_account(account=account, by=buyers_actor)
    assert Account.objects.get().status == "blocked"
    assert unblock_account(account=account, by=OPERATOR).status == "active"
