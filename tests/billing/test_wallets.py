"""Operators' credits, debits and limits: exact, once for each key, with a trace, never beyond the money."""

from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from billing import auditing
from billing.models import Transfer, Wallet
from billing.operations import credit_wallet, debit_wallet, open_wallet, set_credit_limit
from tcxc.actors import Actor
from tcxc.errors import InsufficientBalance, Invalid, KeyReused, NotFound
from tcxc.models import AuditEvent, Company, User
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = Actor.system()


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Buyer")


@pytest.fixture
def wallet(company) -> int:
    return open_wallet(company=company, currency="USD", is_shared=False).pk


def credit(wallet: int, amount: str, key: str = "credit", **other: Any) -> Transfer:
    facts: dict[str, Any] = {"reason": "test", "by": SYSTEM}
    return credit_wallet(wallet_id=wallet, amount=Decimal(amount), key=key, **(facts | other))


def debit(wallet: int, amount: str, key: str = "debit", **other: Any) -> Transfer:
    facts: dict[str, Any] = {"reason": "test", "by": SYSTEM}
    return debit_wallet(wallet_id=wallet, amount=Decimal(amount), key=key, **(facts | other))


def balance(wallet: int) -> Decimal:
    return Wallet.objects.get(pk=wallet).balance


def books_are_right() -> bool:
    return not any(outcome.count for outcome in auditing.run())


def test_a_credit_is_one_transfer_with_two_sides_and_an_audit_row(wallet, company):
    operator = User.objects.create_superuser("op@example.com", "x")
    made = credit(wallet, "12.345678", reason=" goodwill ", by=Actor(user=operator), account_id=7)
    assert balance(wallet) == Decimal("12.345678")
    assert (made.kind, made.made_by, made.note) == ("credit", f"user:{operator.pk}", "goodwill")
    assert (made.buyer_id, made.account_id) == (company.pk, 7)
    amounts = sorted(made.entries.values_list("amount", "balance_after"))
    assert amounts == [(Decimal("-12.345678"), None), (Decimal("12.345678"), Decimal("12.345678"))]
    event = AuditEvent.objects.get(action="wallet.credit")
    assert (event.user, event.company, event.reason) == (operator, company, "goodwill")
    assert books_are_right()


def test_a_debit_takes_what_is_there_and_not_a_millionth_more(wallet):
    credit(wallet, "1")
    with pytest.raises(InsufficientBalance):
        debit(wallet, "1.000001")
    debit(wallet, "1")
    assert balance(wallet) == 0
    assert books_are_right()


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001", "NaN", "sNaN", "Infinity", "1E+13", "1E+400", "-1E+400"])
def test_what_is_no_amount_is_refused(wallet, amount):
    with pytest.raises(Invalid) as refused:
        credit(wallet, amount)
    assert set(refused.value.errors) == {"amount"}
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 256])
def test_money_does_not_move_without_a_reason(wallet, reason):
    with pytest.raises(Invalid) as refused:
        credit(wallet, "1", reason=reason)
    assert set(refused.value.errors) == {"reason"}


def test_money_does_not_move_into_a_wallet_that_does_not_exist():
    with pytest.raises(NotFound):
        credit(0, "1")


def test_a_retry_of_a_success_is_a_success_even_when_the_money_is_spent(wallet):
    credit(wallet, "10")
    made = debit(wallet, "6")
    debit(wallet, "4", key="the rest")
    assert debit(wallet, "6") == made
    assert debit(wallet, "6.000000") == made
    assert balance(wallet) == 0
    assert AuditEvent.objects.filter(action="wallet.debit").count() == 2


def test_a_key_means_one_input_for_ever(wallet, company):
    other = open_wallet(company=company, currency="EUR", is_shared=False).pk
    credit(wallet, "10")
    for again in (
        lambda: credit(wallet, "10.000001"),
        lambda: credit(other, "10"),
        lambda: credit(wallet, "10", account_id=1),
        lambda: credit(wallet, "10", reason="another"),
        lambda: debit(wallet, "10", key="credit"),
    ):
        with pytest.raises(KeyReused):
            again()
    assert [balance(wallet), balance(other)] == [Decimal(10), Decimal(0)]


def test_fifty_at_once_with_one_key_have_one_effect_and_one_answer(wallet):
    answers = at_once([lambda: credit(wallet, "5")] * 50)
    assert set(answers) == {Transfer.objects.get()}
    assert balance(wallet) == 5
    assert AuditEvent.objects.filter(action="wallet.credit").count() == 1
    assert books_are_right()


def test_one_key_used_for_many_wallets_at_once_moves_money_in_one_of_them(company):
    wallets = [open_wallet(company=company, currency="USD", is_shared=False).pk for _ in range(10)]
    answers = at_once([partial(credit, wallet, "5") for wallet in wallets])
    assert [type(answer) for answer in answers].count(Transfer) == 1
    assert [type(answer) for answer in answers].count(KeyReused) == 9
    assert sum(map(balance, wallets)) == 5
    assert books_are_right()


def test_fifty_debits_at_once_of_money_for_seven_are_seven(wallet):
    credit(wallet, "7")
    answers = at_once([partial(debit, wallet, "1", key=f"debit {n}") for n in range(50)])
    assert [type(answer) for answer in answers].count(Transfer) == 7
    assert [type(answer) for answer in answers].count(InsufficientBalance) == 43
    assert balance(wallet) == 0
    assert books_are_right()


def test_a_credit_limit_is_money_to_spend_and_can_t_be_taken_back_while_in_use(wallet):
    set_credit_limit(wallet_id=wallet, credit_limit=Decimal(10), by=SYSTEM, reason="trusted")
    debit(wallet, "8")
    with pytest.raises(InsufficientBalance):
        debit(wallet, "2.000001", key="too much")
    with pytest.raises(InsufficientBalance):
        set_credit_limit(wallet_id=wallet, credit_limit=Decimal("7.999999"), by=SYSTEM, reason="no longer")
    set_credit_limit(wallet_id=wallet, credit_limit=Decimal(8), by=SYSTEM, reason="less")
    assert Wallet.objects.get(pk=wallet).available == 0
    event = AuditEvent.objects.filter(action="wallet.credit_limit").latest("id")
    assert (event.before, event.after) == ({"credit_limit": "10.000000"}, {"credit_limit": "8"})
    assert books_are_right()


@pytest.mark.parametrize("limit", ["-1", "NaN", "0.0000001", "1E+13"])
def test_what_is_no_limit_is_refused(wallet, limit):
    with pytest.raises(Invalid):
        set_credit_limit(wallet_id=wallet, credit_limit=Decimal(limit), by=SYSTEM, reason="x")


@pytest.mark.parametrize("round_", range(5))
def test_of_a_lower_limit_and_a_debit_at_once_one_is_refused(wallet, round_):
    set_credit_limit(wallet_id=wallet, credit_limit=Decimal(1), by=SYSTEM, reason="x")
    answers = at_once(
        [
            lambda: set_credit_limit(wallet_id=wallet, credit_limit=Decimal(0), by=SYSTEM, reason="x"),
            lambda: debit(wallet, "1"),
        ]
    )
    assert [isinstance(answer, InsufficientBalance) for answer in answers].count(True) == 1
    assert Wallet.objects.get(pk=wallet).available == 0
    assert books_are_right()
