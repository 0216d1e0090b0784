"""Explaining a charge: the figures of the tariff, and every transfer, of those who may see them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.charges import Charge, explain_charge
from authz.engine.rating import Price, broken_down, charge
from authz.models import Cdr, MessageRecord
from sellers.models import Rate
from tcxc.money import round_amount
from tests.world import interconnect, make_connection, make_rate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
prices = st.decimals(0, 100, places=8)
steps = st.integers(1, 3600)


tariffs = st.builds(Price, prices, prices, steps, steps, st.sampled_from([1, 60]))


@given(tariffs, st.integers(0, 100_000))
def test_the_parts_of_a_charge_round_to_the_charge(price, used):
    parts = broken_down(price, used)
    assert parts.charged == charge(price, used) == round_amount(parts.exact)


@pytest.fixture
def call(world, decide) -> Cdr:
    """95 s at 0.02 a minute by 60/1, heard of twice."""
    Rate.objects.filter(prefix="447").delete()
    decide(world.call("CA1"), NOON)
    decide(world.ask("update", session_id="CA1", seq=1, used_seconds=61), NOON + timedelta(seconds=61))
    decide(world.ask("terminate", session_id="CA1", used_seconds=95), NOON + timedelta(seconds=95))
    return Cdr.objects.get(session_id="CA1")


def test_a_call_is_told_by_rate_increments_rounding_and_slices(world, call):
    told = explain_charge(call, ledger_accounts=[world.account.wallet_id])
    assert (told.rate, told.publication) == (Rate.objects.get(), Rate.objects.get().published_in)
    assert told.breakdown is not None
    assert (told.breakdown.first_units, told.breakdown.steps, told.agrees) == (60, 35, True)
    assert str(told.breakdown.exact).startswith("0.03166666")
    assert [(s.seq, s.used, s.charged, s.entries[0].amount) for s in told.slices] == [
        (1, 61, Decimal("0.020333"), Decimal("-0.020333")),
        (None, 95, Decimal("0.031667"), Decimal("-0.011334")),
    ]


def test_only_ones_own_entries_are_told(world, call):
    def entries(told: Charge) -> int:
        return sum(len(one.entries) for one in told.slices)

    assert entries(explain_charge(call, ledger_accounts=[world.account.wallet_id])) == 2
    assert entries(explain_charge(call, ledger_accounts=None)) == 6
    assert entries(explain_charge(call, ledger_accounts=[])) == 0


def test_a_refund_is_the_last_slice(world, call, decide):
    decide(world.ask("event", event_id="R1", type="refund", refund_of="CA1"), NOON + timedelta(hours=1))
    told = explain_charge(Cdr.objects.get(), ledger_accounts=[world.account.wallet_id])
    assert (told.is_refunded, told.agrees) == (True, True)
    assert (told.slices[-1].charged, told.slices[-1].entries[0].amount) == (Decimal(0), Decimal("0.031667"))


def test_a_correction_of_what_was_reported_too_high_is_told(world, decide):
    decide(world.call("CA2"), NOON)
    decide(world.ask("update", session_id="CA2", seq=1, used_seconds=100), NOON + timedelta(seconds=100))
    decide(world.ask("terminate", session_id="CA2", used_seconds=70), NOON + timedelta(seconds=101))
    told = explain_charge(Cdr.objects.get(), ledger_accounts=[world.account.wallet_id])
    assert sum(entry.amount for one in told.slices for entry in one.entries) == -Cdr.objects.get().amount
    assert told.slices[-1].entries[0].amount > 0


def test_a_message_is_told_by_its_parts(world, decide):
    sms = make_connection(world.seller, service="sms")
    make_rate(sms, "44", "0.01")
    interconnect(world.account, sms)
    asked = {"account_sid": world.sid, "service": "sms", "to": "447700900123", "text": "я" * 71}
    decide(world.ask("event", event_id="EV1", type="debit", **asked), NOON)
    record = MessageRecord.objects.get()
    told = explain_charge(record, ledger_accounts=[world.account.wallet_id])
    assert told.breakdown is not None
    assert (record.encoding, told.breakdown.first_units + told.breakdown.steps) == ("ucs2", 2)
    assert [one.entries[0].amount for one in told.slices] == [Decimal("-0.02")]


def test_what_was_denied_has_no_charge(world, decide):
    decide(world.call("CA3", to="33612345678"), NOON)
    told = explain_charge(Cdr.objects.get(), ledger_accounts=None)
    assert (told.price, told.breakdown, told.slices, told.agrees) == (None, None, [], True)
