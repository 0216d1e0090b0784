"""One-shot events: debit, refund, price and balance; each once for its id."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from authz.models import Cdr, ChargeEvent, MessageRecord
from billing.models import Transfer
from tests.authz.changes import set_account
from tests.world import body, interconnect, make_connection, make_rate, make_world

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def sms(world):
    connection = make_connection(world.seller, service="sms")
    make_rate(connection, "44", "0.01")
    interconnect(world.account, connection)
    return connection


@pytest.fixture
def event(world, sms):
    """An event of the world's sub-account, about one message to a UK mobile unless it says otherwise."""

    def make(event_id, type_, **fields):
        facts = {"event_id": event_id, "type": type_}
        if type_ != "refund":
            facts |= {"account_sid": world.sid}
        if type_ in {"debit", "price"}:
            facts |= {"service": "sms", "to": "447700900123"}
            facts |= {} if {"text", "used_seconds"} & set(fields) else {"parts": 1}
        return world.ask("event", **(facts | fields))

    return make


def test_a_debit_is_charged_and_recorded_at_once(world, event, decide):
    answer = decide(event("EV1", "debit", text="я" * 71, from_="ACME"))
    assert answer == {
        "decision": "allow",
        "event_id": "EV1",
        "account": world.account.pk,
        "charged": "0.020000",
        "parts": 2,
        "available": "99.980000",
        "currency": "USD",
        "rate": {
            "price_list": answer["rate"]["price_list"],
            "prefix": "44",
            "price_1": "0.010000",
            "price_n": "0.010000",
            "interval_1": 1,
            "interval_n": 1,
        },
    }
    record = MessageRecord.objects.get()
    assert (record.session_id, record.amount, record.encoding, record.billed_parts) == (
        "EV1",
        Decimal("0.02"),
        "ucs2",
        2,
    )


def test_a_call_may_be_debited_in_one_go(event, decide):
    answer = decide(event("EV1", "debit", service="voice", used_seconds=61))
    assert (answer["charged"], answer["billed_seconds"]) == ("0.061000", 61)
    assert (Cdr.objects.get().used_seconds, Cdr.objects.get().amount) == (61, Decimal("0.061"))


@pytest.mark.parametrize("type_", ["debit", "price", "balance"])
def test_an_event_counts_once_and_its_repeat_gets_the_first_reply(event, engine, type_):
    ask = event("EV1", type_)
    first = engine.decide([ask])[0]
    engine.decide([event("EV2", "debit")])
    assert engine.decide([ask, ask]) == [first, first]
    other = engine.decide([event("EV1", type_, account_sid="AC" + "f" * 32)])[0]
    assert (other.status, "session_id_reused" in other.body) == (409, True)


def test_a_price_is_told_and_nothing_charged(world, event, decide):
    set_account(world.account, status="blocked", spend_limit_daily=0)
    answer = decide(event("EV1", "price", parts=3))
    assert (answer["charged"], answer["available"]) == ("0.030000", "100.000000")
    assert decide(event("EV2", "price", to="33612345678"))["reason"] == "no_rate"
    assert not Transfer.objects.filter(kind="charge").exists()


def test_a_balance_is_told(world, event, decide):
    decide(world.call("CA1"))
    answer = decide(event("EV1", "balance"))
    assert (answer["charged"], answer["available"], answer["currency"]) == ("0.000000", "99.880000", "USD")
    assert decide(event("EV2", "balance", account_sid="AC" + "f" * 32))["reason"] == "unknown_account"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        ({"status": "blocked"}, "account_blocked"),
        ({"spend_limit_daily": Decimal("0.06")}, "spend_limit"),
        ({"spend_limit_daily": Decimal("0.05")}, "spend_limit"),
    ],
)
def test_a_debit_is_whole_or_refused_with_the_reason_that_holds(world, event, decide, limits, reason):
    set_account(world.account, **limits)
    assert decide(event("EV1", "debit", service="voice", used_seconds=61))["reason"] == reason
    assert decide(event("EV2", "debit", parts=7))["reason"] == reason
    assert world.wallet().balance == 100


def test_a_debit_without_money_is_refused(world, event, decide):
    decide(world.call("CA1", requested_seconds=86_400))
    decide(world.call("CA2", requested_seconds=13_540))  # six cents are left
    assert decide(event("EV1", "debit", service="voice", used_seconds=61))["reason"] == "insufficient_balance"
    assert decide(event("EV2", "debit", parts=7))["reason"] == "insufficient_balance"
    assert decide(event("EV3", "debit", parts=6))["charged"] == "0.060000"


def test_a_debit_is_refunded_once_with_its_commission(world, event, engine):
    engine.decide([event("EV1", "debit", parts=3)])
    refund = event("EV2", "refund", refund_of="EV1")
    first = engine.decide([refund])[0]
    assert (body(first)["charged"], body(first)["available"]) == ("-0.030000", "100.000000")
    assert engine.decide([refund])[0] == first
    again = engine.decide([event("EV3", "refund", refund_of="EV1")])[0]
    assert (again.status, "refunded_already" in again.body) == (409, True)
    assert Transfer.objects.get(kind="refund", reverses__kind="charge")
    assert MessageRecord.objects.get().amount == 0


def test_a_debit_and_its_refunds_in_one_batch_are_as_one_by_one(world, event, engine):
    asked = [event("EV1", "debit"), event("EV2", "refund", refund_of="EV1"), event("EV3", "refund", refund_of="EV1")]
    assert [answer.status for answer in engine.decide(asked)] == [200, 200, 409]
    assert world.wallet().balance == 100


def test_an_ended_call_is_refunded_once(world, event, engine):
    engine.decide([world.call("CA1")])
    assert engine.decide([event("EV1", "refund", refund_of="CA1")])[0].status == 404
    engine.decide([world.ask("terminate", session_id="CA1", used_seconds=100)])
    statuses = [engine.decide([event(name, "refund", refund_of="CA1")])[0].status for name in ("EV2", "EV3")]
    assert statuses == [200, 409]
    assert (world.wallet().balance, Cdr.objects.get().amount) == (100, Decimal(0))


def test_a_swept_call_is_refunded_only_when_its_end_is_known(event, world, engine):
    engine.decide([world.call("CA1"), world.ask("update", session_id="CA1", seq=1, used_seconds=60)], NOON)
    engine.expire(NOON + timedelta(hours=1))
    assert engine.decide([event("EV1", "refund", refund_of="CA1")])[0].status == 404
    engine.decide([world.ask("terminate", session_id="CA1", used_seconds=90)])
    assert body(engine.decide([event("EV2", "refund", refund_of="CA1")])[0])["charged"] == "-0.090000"


def test_nothing_can_be_refunded_that_was_not_charged(event, engine):
    asked = [("EV1", "EV1"), ("EV2", "unheard-of")]
    assert [engine.decide([event(i, "refund", refund_of=of)])[0].status for i, of in asked] == [404, 404]
    engine.decide([event("EV3", "price")])
    assert engine.decide([event("EV4", "refund", refund_of="EV3")])[0].status == 404
    assert ChargeEvent.objects.count() == 1


def test_another_platform_can_not_refund_it(event, engine):
    engine.decide([event("EV1", "debit")])
    stranger = make_world()
    answer = engine.decide([stranger.ask("event", event_id="EV2", type="refund", refund_of="EV1")])[0]
    assert answer.status == 404


def test_debits_count_towards_the_day_and_the_pace(world, event, decide):
    set_account(world.account, spend_limit_daily=Decimal("0.02"), smpp_messages_per_second=2)
    reasons = [decide(event(f"EV{n}", "debit"), NOON).get("reason") for n in range(3)]
    assert reasons == [None, None, "rate_limited"]
    assert decide(event("EV9", "debit"), NOON + timedelta(seconds=9)).get("reason") == "spend_limit"
