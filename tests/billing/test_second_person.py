"""Large sums take two operators: one asks, another decides; the database holds both to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from billing.models import MoneyRequest, Transfer, Wallet
from billing.operations import NeedsSecondPerson, credit_wallet, open_wallet, set_credit_limit
from billing.second_person import approve_request, ask_for_money, expire_requests, reject_request
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import InsufficientBalance, KeyReused, NotAllowed, Refused
from tcxc.models import AuditEvent, Company, OutboxMessage, User
from tcxc.operations.people import enrol_person

pytestmark = pytest.mark.django_db

Kind = MoneyRequest.Kind
LARGE = Decimal(5_000)


@pytest.fixture(autouse=True)
def limit(settings) -> None:
    settings.SECOND_PERSON_ABOVE = Decimal(1_000)


@pytest.fixture
def wallet(db) -> Wallet:
    return open_wallet(company=Company.objects.create(name="Acme"), currency="USD", is_shared=True)


def operator(name: str) -> Actor:
    user = enrol_person(email=f"{name}@example.com", name=name, by=Actor.system(), is_operator=True)
    return Actor(user=user)


@pytest.fixture
def ann(db) -> Actor:
    return operator("ann")


@pytest.fixture
def ben(db) -> Actor:
    return operator("ben")


def asked(wallet: Wallet, by: Actor, kind: MoneyRequest.Kind = Kind.CREDIT, amount: Decimal = LARGE) -> MoneyRequest:
    return ask_for_money(
        kind=kind, wallet_id=wallet.pk, amount=amount, reason="Contract", by=by, key=f"k{kind}{amount}"
    )


def balance(wallet: Wallet) -> Decimal:
    return Wallet.objects.get(pk=wallet.pk).balance


def test_one_operator_alone_moves_no_more_than_the_limit(wallet, ann):
    def credit(amount: Decimal, key: str) -> Transfer:
        return credit_wallet(wallet_id=wallet.pk, amount=amount, reason="r", by=ann, key=key)

    made = credit(Decimal(1_000), "small")
    with pytest.raises(NeedsSecondPerson):
        credit(Decimal("1000.000001"), "large")
    with pytest.raises(NeedsSecondPerson):
        set_credit_limit(wallet_id=wallet.pk, credit_limit=LARGE, by=ann, reason="r")
    assert balance(wallet) == 1_000
    assert credit(Decimal(1_000), "small") == made


def test_a_success_is_a_success_after_the_limit_was_lowered(wallet, ann, settings):
    facts = {"wallet_id": wallet.pk, "amount": Decimal(900), "reason": "r", "by": ann, "key": "k"}
    made = credit_wallet(**facts)
    settings.SECOND_PERSON_ABOVE = Decimal(10)
    assert credit_wallet(**facts) == made


def test_another_operator_approves_and_the_money_moves_once(wallet, ann, ben):
    request = asked(wallet, ann)
    assert balance(wallet) == 0
    done = approve_request(request=request, by=ben)
    assert (done.state, done.decided_by, balance(wallet)) == ("approved", ben.user, LARGE)
    assert done.transfer is not None
    assert done.transfer.note == "Contract"
    with pytest.raises(Refused) as refused:
        approve_request(request=request, by=ben)
    assert refused.value.type == "request_over"
    assert balance(wallet) == LARGE
    trail = [(event.action, event.user) for event in AuditEvent.objects.filter(action__startswith="money_request")]
    assert sorted(trail, key=str) == [("money_request.approve", ben.user), ("money_request.make", ann.user)]
    assert AuditEvent.objects.get(action="wallet.credit").user == ben.user


def test_a_credit_limit_is_approved_as_well_and_a_debit_needs_its_cover(wallet, ann, ben):
    approve_request(request=asked(wallet, ann, Kind.CREDIT_LIMIT), by=ben)
    assert Wallet.objects.get(pk=wallet.pk).credit_limit == LARGE
    too_much = asked(wallet, ann, Kind.DEBIT, Decimal(6_000))
    with pytest.raises(InsufficientBalance):
        approve_request(request=too_much, by=ben)
    assert MoneyRequest.objects.get(pk=too_much.pk).state == "pending"


def test_nobody_approves_their_own(wallet, ann):
    request = asked(wallet, ann)
    for decide in (approve_request, lambda **given: reject_request(reason="r", **given)):
        with pytest.raises(Refused) as refused:
            decide(request=request, by=ann)
        assert refused.value.type == "own_request"
    assert balance(wallet) == 0


def test_only_operators_in_person_ask_and_decide(wallet, ann, ben):
    request = asked(wallet, ann)
    stranger = Actor(user=User.objects.create_user("stranger@example.com"))
    for by in (stranger, Actor.system(), Actor(user=ben.user, acting_for=stranger.user)):
        with pytest.raises(NotAllowed):
            approve_request(request=request, by=by)
        with pytest.raises(NotAllowed):
            asked(wallet, by, amount=Decimal(7_000))


def test_a_rejected_or_expired_request_moves_nothing(wallet, ann, ben):
    rejected = reject_request(request=asked(wallet, ann), by=ben, reason="No contract")
    assert (rejected.state, rejected.decision_reason) == ("rejected", "No contract")
    late = asked(wallet, ann, amount=Decimal(7_000))
    MoneyRequest.objects.filter(pk=late.pk).update(expires_at=utc_now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        approve_request(request=late, by=ben)
    assert (expire_requests(now=utc_now()), expire_requests(now=utc_now())) == (1, 0)
    assert MoneyRequest.objects.get(pk=late.pk).state == "expired"
    assert balance(wallet) == 0


def test_a_form_that_is_sent_twice_asks_once(wallet, ann):
    assert asked(wallet, ann) == asked(wallet, ann)
    assert OutboxMessage.objects.filter(topic="operator.alert").count() == 1
    with pytest.raises(KeyReused):
        ask_for_money(
            kind=Kind.DEBIT, wallet_id=wallet.pk, amount=LARGE, reason="Contract", by=ann, key=f"k{Kind.CREDIT}{LARGE}"
        )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("state = 'approved', decided_by_id = made_by_id, decided_at = now()", "money_request_decided_by_another"),
        ("state = 'approved'", "money_request_is_decided_by_somebody"),
        ("amount = amount + 1", "written once"),
        ("made_by_id = made_by_id + 1", "written once"),
    ],
)
def test_the_database_refuses_what_the_rules_refuse(wallet, ann, change, named):
    request = asked(wallet, ann)
    with pytest.raises(IntegrityError, match=named), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE billing_moneyrequest SET {change} WHERE id = %s", [request.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_moneyrequest")


def test_what_is_decided_stays_decided_in_the_database(wallet, ann, ben):
    done = reject_request(request=asked(wallet, ann), by=ben, reason="No")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE billing_moneyrequest SET state = 'approved' WHERE id = %s", [done.pk])


@pytest.mark.django_db(transaction=True)
def test_two_operators_who_approve_at_once_move_the_money_once(transactional_db, settings):
    wallet = open_wallet(company=Company.objects.create(name="Acme"), currency="USD", is_shared=True)
    ann, others = operator("ann"), [operator(name) for name in ("ben", "cat", "dan")]
    request, barrier = asked(wallet, ann), Barrier(len(others))

    def approve(by: Actor) -> bool:
        barrier.wait()
        try:
            approve_request(request=request, by=by)
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(len(others)) as pool:
        assert sorted(pool.map(approve, others)) == [False, False, True]
    assert balance(wallet) == LARGE
    assert Transfer.objects.count() == 1
