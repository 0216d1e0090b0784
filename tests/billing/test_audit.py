"""The audit finds the books of a busy world right, and each kind of damage in them."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from prometheus_client import REGISTRY

from billing import auditing
from billing.models import Wallet
from billing.proof import prove
from numbers.auditing import CHECKS as OF_NUMBERS
from tcxc import alerts
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.models import Company, OutboxMessage
from tcxc.operations.companies import update_company
from tests.billing.busy import make_busy
from tests.world import make_world

WALLET_ENTRY = "(SELECT min(e.id) FROM billing_entry e JOIN billing_wallet w USING (ledger_account_id))"
OF = "(SELECT id FROM authz_session WHERE session_id = '{}')"
HOLD = "(SELECT hold_id FROM authz_session WHERE session_id = 'updated')"

# The check that must find it, and what a bug, a fault or a hand could have done.
DAMAGE = [
    ("entries_sum_to_zero", f"UPDATE billing_entry SET amount = amount + 0.000001 WHERE id = {WALLET_ENTRY}"),
    ("transfers_sum_to_zero", f"UPDATE billing_entry SET amount = amount + 0.000001 WHERE id = {WALLET_ENTRY}"),
    ("transfers_sum_to_zero", f"UPDATE billing_entry SET currency = 'EUR' WHERE id = {WALLET_ENTRY}"),
    ("transfers_have_two_sides", f"DELETE FROM billing_entry WHERE id = {WALLET_ENTRY}"),
    ("transfers_have_two_sides", "DELETE FROM billing_transfer WHERE key = 'debit'"),
    ("transfers_have_two_sides", "UPDATE billing_transfer SET recorded_at = now() WHERE key = 'debit'"),
    ("corrections_name_what_they_correct", "UPDATE billing_transfer SET reverses_id = NULL WHERE kind = 'refund'"),
    (
        "accounts_have_their_owner",
        "UPDATE billing_wallet SET company_id = (SELECT min(company_id) FROM sellers_seller)",
    ),
    ("accounts_have_their_owner", f"UPDATE billing_entry SET currency = 'EUR' WHERE id = {WALLET_ENTRY}"),
    ("accounts_have_their_owner", "UPDATE billing_ledgeraccount SET currency = 'EUR' WHERE kind = 'wallet'"),
    ("accounts_have_their_owner", "DELETE FROM billing_wallet"),
    ("balances_are_sums", "UPDATE billing_wallet SET balance = balance + 0.000001"),
    ("running_balances_run", f"UPDATE billing_entry SET balance_after = balance_after - 1 WHERE id = {WALLET_ENTRY}"),
    ("running_balances_run", f"UPDATE billing_entry SET balance_after = NULL WHERE id = {WALLET_ENTRY}"),
    ("running_balances_run", "UPDATE billing_wallet SET balance = balance + 0.000001"),
    ("held_is_sum_of_holds", "UPDATE billing_wallet SET held = held + 0.000001"),
    ("held_is_sum_of_holds", "DELETE FROM billing_hold WHERE state = 'pending'"),
    ("overruns_are_exact", "UPDATE billing_wallet SET overrun = 1"),
    ("folds_are_sums", "UPDATE billing_fold SET balance = balance + 0.000001"),
    ("folds_are_sums", "UPDATE billing_fold SET through_entry_id = through_entry_id + 100000"),
    ("day_totals_are_sums", "UPDATE billing_daytotal SET given = given + 0.000001"),
    ("day_totals_are_sums", "DELETE FROM billing_daytotal"),
    ("charges_equal_the_ledger", "UPDATE authz_session SET charged = charged + 1 WHERE session_id = 'updated'"),
    ("charges_equal_the_ledger", "UPDATE authz_session SET commission = 0 WHERE session_id = 'closed'"),
    ("charges_equal_the_ledger", "UPDATE authz_session SET wallet_id = 0 WHERE session_id = 'closed'"),
    ("charges_equal_the_ledger", "DELETE FROM authz_session WHERE session_id = 'closed'"),
    ("charges_equal_the_ledger", "UPDATE billing_transfer SET key = 'event:1:nobody' WHERE key LIKE 'event:%:debit'"),
    ("events_equal_their_transfers", "UPDATE authz_chargeevent SET amount = 1 WHERE type = 'refund'"),
    ("events_equal_their_transfers", "UPDATE authz_chargeevent SET transfer_id = NULL WHERE event_id = 'debit'"),
    ("records_equal_charges", "UPDATE authz_cdr SET amount = amount + 0.000001 WHERE session_id = 'closed'"),
    ("records_equal_charges", "UPDATE authz_messagerecord SET commission = 0 WHERE session_id = 'debit'"),
    ("records_equal_charges", "DELETE FROM authz_cdr WHERE session_id = 'denied'"),
    ("records_equal_charges", f"UPDATE authz_cdr SET session_pk = {OF.format('live')} WHERE session_id = 'denied'"),
    ("sellers_got_their_part", "UPDATE authz_cdr SET seller_id = 0 WHERE session_id = 'closed'"),
    ("holds_belong_to_live_sessions", "UPDATE authz_session SET hold_id = NULL WHERE session_id = 'live'"),
    ("holds_belong_to_live_sessions", "UPDATE authz_session SET held = held + 1 WHERE session_id = 'live'"),
    ("holds_belong_to_live_sessions", "UPDATE authz_session SET state = 'closed' WHERE session_id = 'live'"),
    ("holds_belong_to_live_sessions", f"UPDATE authz_session SET hold_id = {HOLD} WHERE session_id = 'live'"),
    ("holds_belong_to_live_sessions", "DELETE FROM billing_hold WHERE state = 'pending'"),
    ("daily_spend_is_charged", "UPDATE authz_dailyspend SET amount = amount + 0.000001"),
    ("daily_spend_is_charged", "UPDATE authz_dailyspend SET day = day - 1"),
    ("daily_spend_is_charged", "DELETE FROM authz_dailyspend"),
]


@pytest.fixture
def books(world, engine):
    """A busy world beside an idle one."""
    make_busy(world, engine)
    make_world()
    return world


def findings() -> dict[str, int]:
    return {outcome.check.name: outcome.count for outcome in auditing.run() if outcome.count}


def test_the_books_of_a_busy_world_are_right(books):
    assert findings() == {}
    assert Wallet.objects.get(pk=books.account.wallet_id).balance < 100


def test_every_kind_of_damage_is_found_by_the_check_that_is_there_for_it(books):
    missed = []
    for name, damage in DAMAGE:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL session_replication_role = replica; {damage}")
            outcomes = {check.name: auditing.ask(cursor, check) for check in auditing.registered()}
            transaction.set_rollback(True)
        if not outcomes[name].count or not outcomes[name].first[0].id:
            missed.append((name, damage))
    assert missed == []
    elsewhere = {check.name for check in OF_NUMBERS}  # tests/numbers/test_numbers_audit.py
    assert {check.name for check in auditing.registered()} - elsewhere == {name for name, _ in DAMAGE}


def test_an_audit_sees_one_moment(books, engine, decide, monkeypatch):
    """What commits while the checks are asked one after another belongs to none of them."""
    ask = auditing.ask

    def ask_and_let_others_write(cursor, check):
        outcome = ask(cursor, check)
        decide(books.call(f"during {check.name}".replace(" ", "-")))
        decide(books.ask("update", session_id="updated", seq=100 + len(seen), used_seconds=62 + len(seen)))
        seen.append(check.name)
        return outcome

    seen: list[str] = []
    monkeypatch.setattr(auditing, "ask", ask_and_let_others_write)
    assert findings() == {}
    assert len(seen) == len(auditing.registered())


def test_a_buyer_who_moves_to_another_time_zone_does_not_unsettle_the_books(books):
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(hour FROM now() AT TIME ZONE 'UTC')")
        hour = int(cursor.fetchone()[0])
    elsewhere = "Pacific/Kiritimati" if hour >= 12 else "Pacific/Pago_Pago"  # where it is another day now
    company = Company.objects.get(pk=books.buyer.pk)
    update_company(company=company, changes={"time_zone": elsewhere}, by=Actor.system())
    assert findings() == {}


def test_the_command_prints_a_table_and_ends_well_when_the_books_are_right(books):
    output = StringIO()
    call_command("audit", stdout=output)
    lines = output.getvalue().splitlines()
    assert lines[-1] == "The books are right."
    assert len(lines) == len(auditing.registered()) + 1


def test_the_command_names_what_is_wrong_and_ends_with_1(books):
    spoil(books)
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("audit", format="json", stdout=output)
    assert ended.value.code == 1
    answer = json.loads(output.getvalue())
    assert answer["clean"] is False
    (found,) = (check for check in answer["checks"] if check["check"] == "balances_are_sums")
    assert found["findings"] == 1
    assert found["first"][0]["id"] == str(books.account.wallet_id)
    with pytest.raises(SystemExit):
        call_command("audit", stdout=output)
    assert f"  {books.account.wallet_id}: " in output.getvalue()


def test_a_proof_that_fails_tells_operators_and_one_that_succeeds_says_when(books):
    now = utc_now()
    assert prove(now=now) == 0
    assert metric("tcxc_audit_findings", check="balances_are_sums") == 0
    assert metric("tcxc_audit_last_success_timestamp_seconds") == now.timestamp()
    assert not OutboxMessage.objects.filter(topic=alerts.TOPIC, payload__what="audit").exists()
    spoil(books)
    assert prove(now=now + timedelta(days=1)) >= 1
    assert metric("tcxc_audit_findings", check="balances_are_sums") == 1
    assert metric("tcxc_audit_last_success_timestamp_seconds") == now.timestamp()
    told = OutboxMessage.objects.filter(topic=alerts.TOPIC, payload__what="audit")
    assert "a wallet's balance is the sum of its entries" in [message.payload["broken"] for message in told]


def metric(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def spoil(world) -> None:
    """Make a wallet richer than its entries."""
    Wallet.objects.filter(pk=world.account.wallet_id).update(balance=1_000)
