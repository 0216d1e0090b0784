"""Credits, debits and ledgers over REST."""

import csv
import io
from decimal import Decimal

import pytest

from billing.ledger import Leg, ledger_account, post_transfer
from billing.models import LedgerAccount, Transfer, Wallet
from tcxc.api.csv import safe_cell
from tcxc.clock import utc_now
from tcxc.models import Holder
from tests.api.exchange import Exchange, make_exchange

pytestmark = pytest.mark.django_db
CREDITS = "/api/v1/operator/credits/"


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


@pytest.fixture
def operator(exchange):
    return exchange.client(Holder.OPERATOR)


def credit(operator, exchange, amount, **options):
    body = {"account": exchange.ids["account"], "amount": amount, "reason": "=cmd|' /C calc'!A0"}
    return operator.post(CREDITS, body, **options)


def test_a_credit_is_in_the_wallet_and_the_ledger(exchange, operator):
    made = credit(operator, exchange, "12.345678")
    assert made.status_code == 201
    assert (made.json()["amount"], made.json()["balance"], made.json()["kind"]) == ("12.345678", "112.345678", "credit")
    path = f"/api/v1/accounts/{exchange.ids['account']}/ledger/"
    newest, oldest = exchange.client(Holder.BUYER).get(path).json()["results"]
    assert (newest["amount"], newest["balance_after"], newest["kind"]) == ("12.345678", "112.345678", "credit")
    assert newest["transfer"] == made.json()["id"]
    assert newest["note"] == "=cmd|' /C calc'!A0"
    assert newest["session"] is None
    assert (oldest["amount"], oldest["account"]) == ("100.000000", exchange.ids["account"])


def test_a_debit_takes_no_more_than_there_is(exchange, operator):
    assert credit(operator, exchange, "-40").json()["available"] == "60.000000"
    reply = credit(operator, exchange, "-60.000001")
    assert (reply.status_code, reply.json()["type"]) == (402, "/api/v1/problems/insufficient_balance")
    assert credit(operator, exchange, "-60").json()["available"] == "0.000000"


def test_more_than_one_person_may_move_is_refused(exchange, operator, settings):
    settings.SECOND_PERSON_ABOVE = Decimal(1_000)
    before = Transfer.objects.count()
    answer = credit(operator, exchange, "1000.000001")
    assert (answer.status_code, answer.json()["type"].rpartition("/problems/")[2]) == (409, "second_person_needed")
    assert Transfer.objects.count() == before


@pytest.mark.parametrize("amount", ["0", "0.0000001", "abc", None, "1e3", "100000000000000"])
def test_what_is_no_amount_moves_nothing(exchange, operator, amount):
    reply = credit(operator, exchange, amount)
    assert (reply.status_code, list(reply.json()["errors"])) == (400, ["amount"])
    assert Transfer.objects.count() == 2


def test_a_key_moves_money_once_even_when_its_reply_was_forgotten(exchange, operator):
    from tcxc.models import IdempotentReply

    for _ in range(2):
        assert credit(operator, exchange, "5", headers={"Idempotency-Key": "k"}).json()["balance"] == "105.000000"
        IdempotentReply.objects.all().delete()
    assert credit(operator, exchange, "6", headers={"Idempotency-Key": "k"}).status_code == 422


def test_a_charge_names_its_session_and_both_sides_see_it(exchange):
    wallet = Wallet.objects.get(accounts=exchange.ids["account"])
    company = exchange.sellers[0].company
    owed = ledger_account(LedgerAccount.Kind.SELLER, "USD", company.pk)
    post_transfer(
        kind=Transfer.Kind.CHARGE,
        key="session:1:1",
        legs=[Leg(wallet.pk, Decimal("-0.02"), "USD"), Leg(owed, Decimal("0.02"), "USD")],
        made_by="system",
        now=utc_now(),
        facts={},
        account_id=exchange.ids["account"],
        note="voice CA123",
    )
    path = f"/api/v1/accounts/{exchange.ids['account']}/ledger/?kind=charge"
    paid = exchange.client(Holder.BUYER).get(path).json()["results"]
    earned = exchange.client(Holder.SELLER).get("/api/v1/seller/ledger/").json()["results"]
    assert [(row["session"], row["amount"], row["balance_after"]) for row in paid] == [
        ("CA123", "-0.020000", "99.980000")
    ]
    assert [(row["session"], row["amount"], row["balance_after"]) for row in earned] == [("CA123", "0.020000", None)]


def test_the_ledger_as_a_file_is_whole_and_harmless(exchange, operator):
    for number in range(3):
        credit(operator, exchange, str(number + 1))
    path = f"/api/v1/accounts/{exchange.ids['account']}/ledger/"
    for reply in (operator.get(f"{path}?format=csv&page_size=1"), operator.get(path, headers={"Accept": "text/csv"})):
        assert reply["Content-Type"] == "text/csv; charset=utf-8"
        assert reply["Content-Disposition"] == 'attachment; filename="ledger.csv"'
        rows = list(csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode())))
        assert [row["amount"] for row in rows] == ["3.000000", "2.000000", "1.000000", "100.000000"]
        assert rows[0]["note"] == "'=cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-x", "@a", "\t=1", "\r=1", "-1+2"])
def test_a_cell_that_could_be_a_formula_is_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-1.500000", "12", "+447700900123", "a=b", "", "2026-01-01T00:00:00Z"])
def test_other_cells_are_as_they_are(text):
    assert safe_cell(text) == text
