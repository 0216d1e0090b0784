"""What an account may spend on one day of its buyer's calendar, with everything held counted."""

from datetime import UTC, datetime, timedelta

from tcxc.models import Company
from tests.authz.changes import set_account
from tests.world import interconnect, make_connection, make_rate

# Tokyo is nine hours ahead: its 24 November begins at 15:00 UTC of the 23rd.
BEFORE_MIDNIGHT = datetime(2026, 11, 23, 14, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def limit(world, amount, time_zone="Asia/Tokyo"):
    set_account(world.account, spend_limit_daily=amount)
    Company.objects.filter(pk=world.buyer.pk).update(time_zone=time_zone)


def end(world, session_id, used):
    return world.ask("terminate", session_id=session_id, used_seconds=used)


def test_a_call_is_granted_what_is_left_of_the_day(world, decide):
    limit(world, "0.2")
    assert decide(world.call("CA1"))["granted_seconds"] == 120
    rest = decide(world.call("CA2"))
    assert (rest["granted_seconds"], rest["held"], rest["final_unit"]) == (80, "0.080000", True)
    assert decide(world.call("CA3"))["reason"] == "spend_limit"
    decide(end(world, "CA1", 0))  # what was held is free again
    assert decide(world.call("CA4"))["granted_seconds"] == 120
    decide(end(world, "CA4", 61))
    assert decide(world.call("CA5"))["reason"] == "spend_limit"  # 0.061 spent, 0.08 held, 0.059 left


def test_held_money_counts_for_all_requests_of_one_batch(world, engine):
    limit(world, "0.2")
    answers = engine.decide([world.call(f"CA{n}") for n in range(4)])
    assert ["spend_limit" in answer.body for answer in answers] == [False, False, True, True]


def test_the_day_ends_at_the_buyers_midnight(world, decide):
    limit(world, "0.12")
    decide(world.call("CA1"), BEFORE_MIDNIGHT)
    decide(end(world, "CA1", 120), BEFORE_MIDNIGHT)
    last_second = MIDNIGHT - timedelta(microseconds=1)
    assert decide(world.call("CA2"), last_second)["reason"] == "spend_limit"
    assert decide(world.call("CA3"), MIDNIGHT)["granted_seconds"] == 120
    limit(world, "0.12", time_zone="UTC")  # the same moments are one day in UTC
    assert decide(world.call("CA4"), MIDNIGHT)["reason"] == "spend_limit"


def test_a_call_over_midnight_is_spent_on_the_day_it_is_reported(world, decide):
    limit(world, "0.2")
    decide(world.call("CA1"), BEFORE_MIDNIGHT)
    used = {"session_id": "CA1", "used_seconds": 60, "requested_seconds": 120}
    decide(world.ask("update", seq=1, **used), BEFORE_MIDNIGHT)  # 0.06 spent yesterday, 0.06 held
    assert decide(world.call("CA2"), MIDNIGHT)["granted_seconds"] == 120
    assert decide(world.call("CA3"), MIDNIGHT)["reason"] == "spend_limit"  # 0.06 and 0.12 held, 0.02 left


def test_a_running_call_is_told_of_the_end_of_the_day(world, decide):
    limit(world, "0.15")
    decide(world.call("CA1"))
    last = decide(world.ask("update", session_id="CA1", seq=1, used_seconds=100))
    assert (last["granted_seconds"], last["final_unit"], last["held"]) == (150, True, "0.050000")
    again = decide(world.ask("update", session_id="CA1", seq=2, used_seconds=150))
    assert (again["granted_seconds"], again["final_unit"], again["held"]) == (150, True, "0.000000")


def test_a_message_needs_the_whole_of_its_price(world, decide):
    sms = make_connection(world.seller, service="sms")
    make_rate(sms, "44", "0.03")
    interconnect(world.account, sms)
    limit(world, "0.07")
    assert decide(world.message("SM1", parts=3))["reason"] == "spend_limit"
    assert decide(world.message("SM2", parts=2))["decision"] == "allow"
    assert decide(world.message("SM3", parts=1))["reason"] == "spend_limit"


def test_money_is_short_before_the_limit_is(world, decide):
    limit(world, "1000")
    assert decide(world.call("CA1", requested_seconds=86_400))["granted_seconds"] == 86_400
    short = decide(world.call("CA2", requested_seconds=86_400))
    assert (short["granted_seconds"], short["available"], short["final_unit"]) == (13_600, "0.000000", True)
    assert decide(world.call("CA3"))["reason"] == "insufficient_balance"
