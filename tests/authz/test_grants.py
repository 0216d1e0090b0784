"""How much is granted and held: whole increments, what was asked for, and never more than the money covers."""

from decimal import Decimal

from billing.models import Wallet
from billing.operations import open_wallet
from tests.authz.changes import set_account
from tests.world import give_money, interconnect, link, make_account, make_rate, make_world


def grant(answer):
    return answer["granted_seconds"], answer["held"], answer["available"], answer["final_unit"]


def update(world, seq, used, **more):
    return world.ask("update", session_id="CA1", seq=seq, used_seconds=used, **more)


def test_the_slice_of_the_account_is_granted_unless_the_request_says(world, decide):
    assert grant(decide(world.call("CA1"))) == (120, "0.120000", "99.880000", False)
    assert grant(decide(world.call("CA2", requested_seconds=600))) == (600, "0.600000", "99.280000", False)
    assert grant(decide(world.call("CA3", requested_seconds=1))) == (60, "0.060000", "99.220000", False)
    set_account(world.account, slice_seconds=300)
    assert grant(decide(world.call("CA4"))) == (300, "0.300000", "98.920000", False)


def test_a_part_of_an_increment_is_granted_as_a_whole_one(world, decide):
    make_rate(world.voice, "4477", "0.06", interval_1=30, interval_n=6)
    assert grant(decide(world.call("CA1", requested_seconds=31)))[:2] == (36, "0.036000")


def test_short_money_is_granted_to_the_last_increment(world, decide):
    poor = make_world(money="0.100999")
    assert grant(decide(poor.call("CA1"))) == (100, "0.100000", "0.000999", True)
    assert decide(poor.call("CA2"))["reason"] == "insufficient_balance"


def test_exactly_enough_money_is_not_the_end(world, decide):
    exact = make_world(money="0.12")
    assert grant(decide(exact.call("CA1"))) == (120, "0.120000", "0.000000", False)
    over = decide(exact.ask("update", session_id="CA1", seq=1, used_seconds=60))
    assert grant(over) == (120, "0.060000", "0.000000", True)


def test_an_update_grants_totals_and_charges_what_was_used(world, decide):
    decide(world.call("CA1"))
    assert grant(decide(update(world, 1, 60))) == (180, "0.120000", "99.820000", False)
    assert world.wallet().balance == Decimal("99.94")
    assert grant(decide(update(world, 2, 61, requested_seconds=400))) == (400, "0.339000", "99.600000", False)
    assert grant(decide(update(world, 3, 61, requested_seconds=100))) == (400, "0.339000", "99.600000", False)


def test_a_final_unit_is_taken_back_when_money_arrives(world, decide):
    poor = make_world(money="0.15")
    decide(poor.call("CA1"))
    assert grant(decide(update(poor, 1, 100))) == (150, "0.050000", "0.000000", True)
    give_money(poor.account, "1")
    assert grant(decide(update(poor, 2, 120))) == (240, "0.120000", "0.910000", False)


def test_a_credit_limit_is_money_too(world, decide):
    poor = make_world(money="0")
    Wallet.objects.filter(pk=poor.account.wallet_id).update(credit_limit=Decimal("0.1"))
    assert grant(decide(poor.call("CA1"))) == (100, "0.100000", "0.000000", True)
    closed = decide(poor.ask("terminate", session_id="CA1", used_seconds=100))
    assert (closed["charged"], closed["available"]) == ("0.100000", "0.000000")
    assert (poor.wallet().balance, poor.wallet().overrun) == (Decimal("-0.1"), Decimal(0))


def test_accounts_on_a_shared_wallet_spend_the_same_money(world, decide):
    wallet = open_wallet(company=world.buyer.company, currency="USD", is_shared=True)
    sids = []
    for money in ("0.2", "0"):
        account = make_account(world.buyer, money=money, wallet=wallet)
        interconnect(account, world.voice)
        sids.append(link(account, world.platform))
    assert grant(decide(world.call("CA1", account_sid=sids[0])))[:2] == (120, "0.120000")
    assert grant(decide(world.call("CA2", account_sid=sids[1]))) == (80, "0.080000", "0.000000", True)
    assert decide(world.call("CA3", account_sid=sids[0]))["reason"] == "insufficient_balance"
    decide(world.ask("terminate", session_id="CA1", used_seconds=0))
    assert grant(decide(world.call("CA4", account_sid=sids[1])))[0] == 120


def test_a_free_call_needs_no_money_and_holds_none(world, decide):
    poor = make_world(money="0")
    make_rate(poor.voice, "4477", "0")
    assert grant(decide(poor.call("CA1"))) == (120, "0.000000", "0.000000", False)
    assert decide(poor.ask("terminate", session_id="CA1", used_seconds=7_000))["charged"] == "0.000000"


def test_the_next_message_is_due_while_the_grant_lasts(world, decide):
    assert decide(world.call("CA1"))["valid_seconds"] == 120
    assert decide(update(world, 1, 110, requested_seconds=115))["valid_seconds"] == 30  # never less than half a minute
    assert decide(update(world, 2, 115, requested_seconds=300))["valid_seconds"] == 185
