"""A call from authorize to CDR."""

from decimal import Decimal

from authz.models import Cdr, Session
from billing.models import Entry, Hold


def test_a_call_is_held_charged_and_recorded(world, decide):
    allowed = decide(world.call("CA1"))
    assert allowed["decision"] == "allow"
    assert allowed["granted_seconds"] == 120
    assert allowed["held"] == "0.120000"
    assert allowed["available"] == "99.880000"
    assert allowed["rate"]["prefix"] == "447"
    assert allowed["routes"][0]["sip"] == "sip:447700900123@host:5060"
    assert allowed["final_unit"] is False
    assert allowed["account"] == world.account.pk

    updated = decide(world.ask("update", session_id="CA1", seq=1, used_seconds=61, requested_seconds=240))
    assert (updated["granted_seconds"], updated["held"]) == (240, "0.179000")
    assert updated["available"] == "99.760000"

    closed = decide(world.ask("terminate", session_id="CA1", used_seconds=125, cause=16))
    assert closed["decision"] == "closed"
    assert closed["charged"] == "0.125000"
    assert closed["billed_seconds"] == 125
    assert closed["available"] == "99.875000"

    cdr = Cdr.objects.get(pk=closed["cdr"])
    assert (cdr.amount, cdr.commission, cdr.prefix, cdr.cause) == (Decimal("0.125"), Decimal("0.00625"), "447", 16)
    assert Session.objects.get().state == "closed"
    assert not Hold.objects.filter(state="pending").exists()
    wallet = world.wallet()
    assert (wallet.balance, wallet.held) == (Decimal("99.875"), 0)
    assert sum(Entry.objects.values_list("amount", flat=True)) == 0
