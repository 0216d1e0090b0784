"""Why traffic is refused: every reason with its codes, and which one is given when several apply."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from authz.engine.reasons import REFUSALS, Reason
from authz.models import Cdr, MessageRecord, Session
from buyers.models import Buyer, Interconnect
from sellers.models import Rate
from tests.authz.changes import add_rule, drop_rules, set_account
from tests.world import LONG_AGO, give_money, make_world

CODES = {
    "unknown_account": (403, 21, 0x0F),
    "account_blocked": (403, 21, 0x402),
    "insufficient_balance": (402, 21, 0x401),
    "concurrent_call_limit": (486, 17, 0x405),
    "rate_limited": (503, 42, 0x58),
    "spend_limit": (403, 21, 0x403),
    "destination_not_authorized": (403, 57, 0x0B),
    "no_rate": (404, 3, 0x404),
    "number_unknown": (404, 1, 0x0B),
    "number_not_active": (480, 20, 0x406),
    "documents_pending": (403, 21, 0x407),
    "capability_missing": (488, 65, 0x408),
    "session_closed": (481, 127, 0x409),
}


def test_every_reason_of_the_contract_has_its_codes():
    told = {reason.value: (r.sip_status, r.q850_cause, r.smpp_status) for reason, r in REFUSALS.items()}
    assert told == CODES
    assert set(REFUSALS) == set(Reason)


def test_the_first_check_that_fails_names_the_reason(world, decide):
    """Everything is wrong with this account; one thing after the other is put right."""
    poor = make_world(money="0")
    account, hour = poor.account, timedelta(hours=1)
    set_account(account, status="blocked", call_tat=timezone.now() + hour, calls_per_second=1)
    set_account(account, concurrent_call_limit=0, spend_limit_daily=0)
    add_rule(account, "deny", prefix="44")
    Rate.objects.filter(connection=poor.voice).update(effective_until=LONG_AGO + hour)
    sids = iter(["AC" + "f" * 32, *[poor.sid] * 20])
    mends = [
        ("unknown_account", lambda: None),  # the next call is from a sub-account that is linked
        ("account_blocked", lambda: set_account(account, status="active")),
        ("rate_limited", lambda: set_account(account, calls_per_second=None)),
        ("concurrent_call_limit", lambda: set_account(account, concurrent_call_limit=1)),
        ("destination_not_authorized", lambda: drop_rules(account)),
        ("no_rate", lambda: Rate.objects.filter(connection=poor.voice).update(effective_until=None)),
        ("spend_limit", lambda: set_account(account, spend_limit_daily=None)),
        ("insufficient_balance", lambda: give_money(account, "1")),
    ]
    for n, (reason, mend) in enumerate(mends):
        denied = decide(poor.call(f"CA{n}", account_sid=next(sids)))
        assert denied == {
            "decision": "deny",
            "session_id": f"CA{n}",
            "reason": reason,
            "message": REFUSALS[Reason(reason)].message,
            **dict(zip(("sip_status", "q850_cause", "smpp_status"), CODES[reason], strict=True)),
        }
        mend()
    assert decide(poor.call("CA-allowed"))["decision"] == "allow"


def test_a_refusal_is_recorded_and_takes_nothing(world, decide):
    set_account(world.account, status="blocked")
    decide(world.call("CA1", from_="+12025550100"))
    decide(world.message("SM1", from_="ACME"))
    cdr, message = Cdr.objects.get(), MessageRecord.objects.get()
    assert (cdr.result, cdr.reason, cdr.caller) == ("denied", "account_blocked", "12025550100")
    assert (message.result, message.reason, message.billed_parts) == ("denied", "account_blocked", None)
    assert {session.state for session in Session.objects.all()} == {"denied"}
    assert (world.wallet().balance, world.wallet().held) == (100, 0)


@pytest.mark.parametrize(
    "stop",
    [
        lambda world: set_account(world.account, status="blocked"),
        lambda world: Buyer.objects.filter(pk=world.buyer.pk).update(is_active=False),
    ],
)
def test_a_blocked_account_or_buyer_starts_nothing_and_gets_no_more(world, decide, stop):
    decide(world.call("CA1"))
    stop(world)
    assert decide(world.call("CA2"))["reason"] == "account_blocked"
    cut_off = decide(world.ask("update", session_id="CA1", seq=1, used_seconds=60))
    assert (cut_off["decision"], cut_off["reason"]) == ("deny", "account_blocked")
    assert world.wallet().balance == Decimal("99.94")
    closed = decide(world.ask("terminate", session_id="CA1", used_seconds=62))
    assert closed["charged"] == "0.062000"


def test_a_route_that_is_switched_off_in_any_place_is_not_offered(world, decide):
    seller, voice = world.seller, world.voice
    interconnects = Interconnect.objects.filter(account=world.account)
    switches: list[Any] = [
        (interconnects, "status", ["awaiting", "rejected", "ended"], "active"),
        (type(voice).objects.filter(pk=voice.pk), "status", ["paused", "blocked"], "active"),
        (type(seller).objects.filter(pk=seller.pk), "is_active", [False], True),
    ]
    for rows, name, off, on in switches:
        for value in off:
            rows.update(**{name: value})
            assert decide(world.call(f"CA-{name}-{value}"))["reason"] == "no_rate"
        rows.update(**{name: on})
    assert decide(world.call("CA-on"))["decision"] == "allow"


def test_inbound_traffic_to_a_number_that_nobody_has_is_refused(world, decide):
    call = {"session_id": "CA1", "service": "voice", "direction": "inbound", "to": "447700900123", "from_": "1202555"}
    assert decide(world.ask("authorize", **call))["reason"] == "number_unknown"
    assert decide(world.call("CA2", direction="inbound"))["reason"] == "number_unknown"
    assert Cdr.objects.filter(direction="inbound", result="denied").count() == 2


def test_an_account_is_named_by_its_id_only_where_its_buyer_has_a_link(world, decide):
    by_id = {"account_sid": None, "account": world.account.pk}
    assert decide(world.call("CA1", **by_id))["decision"] == "allow"
    stranger = make_world()
    foreign = {"account_sid": None, "account": stranger.account.pk}
    assert decide(world.call("CA2", **foreign))["reason"] == "unknown_account"
    assert decide(world.call("CA3", account_sid=stranger.sid))["reason"] == "unknown_account"
