"""Calls cut by people: no more time, Restcomm is asked where it lets us, and the charge is of what was talked."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from ipaddress import ip_network

import pytest
from django.utils import timezone

from authz import live_calls
from authz.hanging_up import Way, hang_up, way_of
from authz.models import Session
from buyers.operations import set_restcomm_login
from tcxc.actors import Actor
from tcxc.delivery import deliver_due
from tcxc.errors import Refused
from tcxc.models import AuditEvent, OutboxMessage
from tests.authz.a_restcomm import SID, TOKEN, CallEnder, a_call_ender
from tests.authz.conftest import Decide
from tests.world import World

SYSTEM = Actor.system()
CALL = "CA" + "1" * 32


@pytest.fixture
def restcomm(world: World, settings) -> Iterator[CallEnder]:
    settings.OUTBOUND_PRIVATE_NETWORKS = [ip_network("127.0.0.0/8")]
    with a_call_ender() as ender:
        set_restcomm_login(account=world.account, api_url=ender.url, account_sid=SID, auth_token=TOKEN, by=SYSTEM)
        yield ender


def begin(world: World, decide: Decide, session_id: str = CALL) -> Session:
    assert decide(world.call(session_id))["decision"] == "allow"
    return Session.objects.get(session_id=session_id)


def test_a_call_that_is_cut_gets_no_more_time_and_is_charged_for_what_was_talked(world, decide):
    call = begin(world, decide)
    assert decide(world.ask("update", session_id=CALL, seq=1, used_seconds=30))["granted_seconds"] == 150
    assert hang_up(call=call, by=SYSTEM) is Way.NEXT_REPORT
    denied = decide(world.ask("update", session_id=CALL, seq=2, used_seconds=90))
    assert (denied["decision"], denied["reason"]) == ("deny", "session_closed")
    assert Session.objects.get(pk=call.pk).state == "live"
    assert decide(world.ask("terminate", session_id=CALL, used_seconds=95))["charged"] == "0.095000"
    assert world.wallet().held == 0


def test_cutting_twice_is_cutting_once_and_a_call_that_is_over_is_refused(world, decide):
    call = begin(world, decide)
    for _ in range(3):
        hang_up(call=call, by=SYSTEM)
    assert AuditEvent.objects.filter(action="call.hang_up").count() == 1
    decide(world.ask("terminate", session_id=CALL, used_seconds=0))
    with pytest.raises(Refused, match="over already"):
        hang_up(call=call, by=SYSTEM)


def test_a_restcomm_that_lets_us_is_asked_to_end_it(world, decide, restcomm):
    call = begin(world, decide)
    assert hang_up(call=call, by=SYSTEM) is Way.RESTCOMM
    assert deliver_due() == 1
    path = f"/restcomm/2012-04-24/Accounts/{world.sid}/Calls/{CALL}.json"
    assert restcomm.asked == [(path, {"Status": ["completed"]})]


def test_restcomm_is_asked_again_until_it_answers_and_not_after_the_call_is_over(world, decide, restcomm):
    call = begin(world, decide)
    hang_up(call=call, by=SYSTEM)
    restcomm.status = 500
    assert deliver_due() == 0
    assert TOKEN not in str(OutboxMessage.objects.values().get())
    decide(world.ask("terminate", session_id=CALL, used_seconds=1))
    assert deliver_due(clock=lambda: timezone.now() + timedelta(minutes=1)) == 1
    assert len(restcomm.asked) == 1


def test_a_call_that_restcomm_no_longer_knows_is_let_be(world, decide, restcomm):
    hang_up(call=begin(world, decide), by=SYSTEM)
    restcomm.status = 404
    assert deliver_due() == 1


def test_a_session_that_is_no_call_of_restcomms_waits_for_its_next_report(world, decide, restcomm):
    assert way_of(begin(world, decide, "radius-4711")) is Way.NEXT_REPORT


def test_between_reports_the_clock_and_the_cost_go_on_up_to_what_was_granted(world, decide):
    call = begin(world, decide)
    asked = live_calls.seen(call, at=call.authorized_at + timedelta(seconds=40))
    assert (asked.seconds, asked.is_reported) == (0, False)
    decide(world.ask("update", session_id=CALL, seq=1, used_seconds=30))
    call.refresh_from_db()
    costs = {}
    for passed in (0, 31, 500):
        seen = live_calls.seen(call, at=call.heard_at + timedelta(seconds=passed))
        costs[seen.seconds] = seen.cost
    assert costs == {30: Decimal("0.06"), 61: Decimal("0.061"), 150: Decimal("0.15")}


def test_a_buyer_and_a_seller_see_their_own_live_calls_only(world, decide):
    begin(world, decide)
    assert live_calls.of_buyer(world.buyer.pk).count() == live_calls.of_seller(world.seller.pk).count() == 1
    assert not live_calls.of_buyer(world.seller.pk).exists()
    assert not live_calls.of_seller(world.buyer.pk).exists()
    before = live_calls.standing(live_calls.of_buyer(world.buyer.pk))
    decide(world.ask("update", session_id=CALL, seq=1, used_seconds=30))
    after = live_calls.standing(live_calls.of_buyer(world.buyer.pk))
    assert (after.count, after.charged) == (1, Decimal("0.06"))
    assert before.mark != after.mark
