"""Updates and terminates: late, repeated, beyond the grant, out of nowhere."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from authz.models import Cdr, Session
from billing.models import Entry, Hold, LedgerAccount, Transfer
from sellers.models import Seller
from tcxc.models import Company, OutboxMessage
from tests.world import interconnect, make_connection, make_rate, make_world

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def update(world, session_id, seq, used, **more):
    return world.ask("update", session_id=session_id, seq=seq, used_seconds=used, **more)


def end(world, session_id, used, **more):
    return world.ask("terminate", session_id=session_id, used_seconds=used, **more)


def alerts():
    return [message.payload["what"] for message in OutboxMessage.objects.filter(topic="operator.alert")]


def test_the_same_request_gets_the_same_reply_for_ever(world, engine):
    asks = [world.call("CA1"), update(world, "CA1", 1, 60), end(world, "CA1", 100)]
    first = [engine.decide([ask])[0] for ask in asks]
    Company.objects.filter(pk=world.seller.pk).update(name="Renamed")
    assert [engine.decide([ask])[0] for ask in asks] == first
    assert engine.decide([*asks, *reversed(asks)]) == [*first, *reversed(first)]
    assert Transfer.objects.filter(kind="charge").count() == 2


@pytest.mark.parametrize(
    "changed",
    [{"to": "447700900124"}, {"requested_seconds": 60}, {"from_": "1202555"}, {"mccmnc": "23415"}],
)
def test_a_session_id_with_another_request_is_refused(world, engine, changed):
    engine.decide([world.call("CA1")])
    answer = engine.decide([world.call("CA1", **changed)])[0]
    assert answer.status == 409
    assert "session_id_reused" in answer.body


def test_the_same_id_is_another_session_on_another_platform(world, decide):
    other = make_world()
    decide(world.call("CA1"))
    assert decide(other.call("CA1", to="447700900999"))["account"] == other.account.pk


def test_a_seq_or_an_end_with_other_figures_is_refused(world, engine):
    engine.decide([world.call("CA1"), update(world, "CA1", 1, 60)])
    assert engine.decide([update(world, "CA1", 1, 61)])[0].status == 409
    engine.decide([end(world, "CA1", 100)])
    assert engine.decide([end(world, "CA1", 101)])[0].status == 409
    assert Session.objects.get().charged == Decimal("0.1")


def test_updates_count_by_their_totals_in_whichever_order_they_come(world, decide):
    decide(world.call("CA1"))
    for seq, used in [(3, 90), (1, 30), (2, 60), (3, 90)]:
        decide(update(world, "CA1", seq, used))
    session = Session.objects.get()
    assert (session.used_units, session.last_seq, session.charged) == (90, 3, Decimal("0.09"))


def test_after_the_end_an_update_changes_nothing(world, decide):
    decide(world.call("CA1"))
    decide(end(world, "CA1", 100))
    assert decide(update(world, "CA1", 1, 200))["reason"] == "session_closed"
    assert world.wallet().balance == Decimal("99.9")


def test_the_end_is_the_truth_even_when_updates_said_more(world, decide):
    decide(world.call("CA1"))
    decide(update(world, "CA1", 1, 119))
    closed = decide(end(world, "CA1", 61))
    assert (closed["charged"], closed["billed_seconds"]) == ("0.061000", 61)
    assert Transfer.objects.get(kind="adjustment", reverses__kind="charge")
    assert world.wallet().balance == Decimal("99.939")


def test_a_call_that_was_not_answered_costs_nothing(world, decide):
    decide(world.call("CA1"))
    closed = decide(end(world, "CA1", 0, cause=17))
    assert (closed["charged"], closed["billed_seconds"], closed["available"]) == ("0.000000", 0, "100.000000")
    cdr = Cdr.objects.get()
    assert (cdr.result, cdr.cause, cdr.billed_seconds) == ("unanswered", 17, None)
    assert Hold.objects.get().state == "voided"


def test_more_than_granted_is_charged_in_full_marked_and_told(world, decide):
    poor = make_world(money="0.12")
    decide(poor.call("CA1"))
    closed = decide(end(poor, "CA1", 200))
    assert (closed["charged"], closed["available"]) == ("0.200000", "-0.080000")
    assert (poor.wallet().balance, poor.wallet().overrun) == (Decimal("-0.08"), Decimal("0.08"))
    assert Cdr.objects.get().overrun is True
    assert alerts() == ["overrun"]
    assert decide(poor.call("CA2"))["reason"] == "insufficient_balance"


def test_a_denied_call_that_went_all_the_same_is_charged_in_full(world, decide):
    poor = make_world(money="0")
    assert decide(poor.call("CA1"))["decision"] == "deny"
    closed = decide(end(poor, "CA1", 61))
    assert (closed["charged"], closed["billed_seconds"]) == ("0.061000", 61)
    assert (Cdr.objects.get().result, Cdr.objects.get().overrun) == ("answered", True)
    assert decide(end(poor, "CA1", 61)) == closed
    assert alerts() == ["overrun"]


def test_a_denied_call_that_went_in_the_same_batch_is_charged_as_well(world, engine):
    poor = make_world(money="0")
    _denied, closed = engine.decide([poor.call("CA1"), end(poor, "CA1", 61)])
    assert '"charged":"0.061000"' in closed.body


def test_a_denied_call_that_did_not_go_stays_denied(world, decide):
    poor = make_world(money="0")
    decide(poor.call("CA1"))
    assert decide(end(poor, "CA1", 0))["charged"] == "0.000000"
    assert (Session.objects.get().state, Cdr.objects.get().result) == ("denied", "denied")


def test_a_call_out_of_nowhere_is_charged_from_its_own_facts(world, decide):
    facts = {"account_sid": world.sid, "service": "voice", "to": "+447700900123"}
    closed = decide(end(world, "CA1", 61, **facts))
    assert (closed["charged"], closed["available"]) == ("0.061000", "99.939000")
    assert decide(end(world, "CA1", 61, **facts)) == closed
    assert Cdr.objects.get().unsolicited is True
    assert alerts() == ["unsolicited"]
    assert decide(world.call("CA1"))["reason"] == "session_closed"


@pytest.mark.parametrize("lacking", ["account_sid", "service", "to"])
def test_a_call_out_of_nowhere_without_its_facts_is_refused_by_field(world, engine, lacking):
    facts = {"account_sid": world.sid, "service": "voice", "to": "447700900123"}
    del facts[lacking]
    answer = engine.decide([end(world, "CA1", 61, **facts)])[0]
    assert answer.status == 400
    assert f'"errors":{{"{lacking}"' in answer.body
    assert not Session.objects.exists()


def test_all_that_a_call_out_of_nowhere_lacks_is_named_at_once(world, engine):
    answer = json.loads(engine.decide([end(world, "CA1", 61)])[0].body)
    assert set(answer["errors"]) == {"account_sid", "service", "to"}


def test_a_refused_end_of_nowhere_leaves_the_id_free_in_its_batch(world, engine):
    facts = {"account_sid": world.sid, "service": "sms", "to": "447700900123"}
    wrong_units, allowed = engine.decide([end(world, "CA1", 61, **facts), world.call("CA1")])
    assert wrong_units.status == 400
    assert '"decision":"allow"' in allowed.body


@pytest.fixture
def second_route(world):
    """A dearer route of another seller, who pays another commission."""
    seller = Seller.objects.create(company=Company.objects.create(name="Second"), commission_rate=Decimal("0.5"))
    connection = make_connection(seller)
    make_rate(connection, "447", "0.12")
    interconnect(world.account, connection)
    return connection


def earned(seller):
    entries = Entry.objects.filter(ledger_account__company_id=seller.pk, ledger_account__kind="seller")
    return sum(entries.values_list("amount", flat=True))


def test_the_route_that_carried_the_call_is_charged_and_its_seller_paid(world, second_route, decide):
    decide(world.call("CA1"))
    closed = decide(end(world, "CA1", 60, connection=second_route.pk))
    assert closed["charged"] == "0.120000"
    assert (earned(world.seller), earned(second_route.seller)) == (0, Decimal("0.06"))
    assert Cdr.objects.get().connection_id == second_route.pk


def test_a_call_that_moved_to_another_route_is_owed_to_that_seller_alone(world, second_route, decide):
    """The first seller was paid for a slice before the gateway said who carries the call."""
    decide(world.call("CA1"))
    decide(update(world, "CA1", 1, 60))
    assert earned(world.seller) == Decimal("0.057")
    decide(update(world, "CA1", 2, 60, connection=second_route.pk))
    assert (earned(world.seller), earned(second_route.seller)) == (0, Decimal("0.06"))
    decide(end(world, "CA1", 120, connection=world.voice.pk))
    assert (earned(world.seller), earned(second_route.seller)) == (Decimal("0.114"), 0)
    commission = LedgerAccount.objects.get(kind="commission")
    assert sum(commission.entries.values_list("amount", flat=True)) == Decimal("0.006")
    assert world.wallet().balance == Decimal("99.88")


def test_only_an_offered_connection_can_have_carried_the_call(world, engine):
    engine.decide([world.call("CA1")])
    stranger = make_connection(world.seller)
    for ask in (update(world, "CA1", 1, 60, connection=stranger.pk), end(world, "CA1", 60, connection=stranger.pk)):
        answer = engine.decide([ask])[0]
        assert answer.status == 400
        assert '"errors":{"connection"' in answer.body
    assert Session.objects.get().used_units == 0


def test_a_call_out_of_nowhere_is_charged_on_the_connection_it_names(world, second_route, decide):
    facts = {"account_sid": world.sid, "service": "voice", "to": "447700900123", "connection": second_route.pk}
    assert decide(end(world, "CA1", 60, **facts))["charged"] == "0.120000"
    assert earned(second_route.seller) == Decimal("0.06")


def test_a_call_has_one_hold_which_its_updates_post_in_parts_and_renew(world, decide):
    decide(world.call("CA1"))
    decide(update(world, "CA1", 1, 60))
    hold = Hold.objects.get()
    assert (hold.state, hold.amount, hold.posted_amount) == ("pending", Decimal("0.18"), Decimal("0.06"))
    assert world.wallet().held == Decimal("0.12")
    decide(end(world, "CA1", 120))
    hold.refresh_from_db()
    assert (hold.state, hold.amount, hold.posted_amount) == ("posted", Decimal("0.18"), Decimal("0.12"))
    assert world.wallet().held == 0


def test_a_silent_call_is_settled_at_its_last_reported_use(world, engine, decide):
    decide(world.call("CA1"), NOON)
    decide(world.call("CA2"), NOON)
    decide(update(world, "CA2", 1, 60), NOON)
    assert engine.expire(NOON + 4 * MINUTE - timedelta(microseconds=1)) == 0
    assert engine.expire(NOON + 4 * MINUTE) == 2  # twice the 120 seconds that each was valid for
    assert {cdr.session_id: (cdr.result, cdr.amount, cdr.expired) for cdr in Cdr.objects.all()} == {
        "CA1": ("unanswered", 0, True),
        "CA2": ("answered", Decimal("0.06"), True),
    }
    assert {hold.state for hold in Hold.objects.all()} == {"posted", "expired"}
    assert world.wallet().held == 0


def test_every_message_of_a_call_puts_the_sweep_off(world, engine, decide):
    decide(world.call("CA1"), NOON)
    decide(update(world, "CA1", 1, 0), NOON + 3 * MINUTE)
    assert engine.expire(NOON + 5 * MINUTE) == 0
    assert Session.objects.get().sweep_at == NOON + 7 * MINUTE  # twice the 120 seconds since it was heard of
    assert engine.expire(NOON + 7 * MINUTE - timedelta(microseconds=1)) == 0
    assert engine.expire(NOON + 7 * MINUTE) == 1


def test_the_sweep_comes_sooner_when_less_is_granted_than_before(world, engine, decide):
    decide(world.call("CA1", requested_seconds=600), NOON)
    decide(update(world, "CA1", 1, 540), NOON + MINUTE)
    assert engine.expire(NOON + 3 * MINUTE) == 0
    assert engine.expire(NOON + 5 * MINUTE) == 1


def test_a_late_end_adjusts_once_to_the_truth(world, engine, decide):
    for name, truth in [("CA1", 30), ("CA2", 90), ("CA3", 0)]:
        decide(world.call(name), NOON)
        decide(update(world, name, 1, 60), NOON)
        engine.expire(NOON + 5 * MINUTE)
        swept = Cdr.objects.get(session_id=name)
        closed = decide(end(world, name, truth), NOON + 9 * MINUTE)
        assert decide(end(world, name, truth)) == closed
        assert closed["charged"] == str(max(60, truth) * Decimal("0.001000") if truth else Decimal("0.000000"))
        cdr = Cdr.objects.get(session_id=name)
        assert (cdr.pk, cdr.recorded_at, cdr.used_seconds, cdr.expired) == (swept.pk, swept.recorded_at, truth, False)
        assert cdr.adjusted_at == NOON + 9 * MINUTE
    assert decide(update(world, "CA1", 2, 100))["reason"] == "session_closed"
