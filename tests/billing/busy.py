"""A world in which everything has happened once: what an audit must find right, and damage must show in."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from authz.engine.engine import Engine
from authz.models import Session
from billing import folding
from billing.operations import debit_wallet
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tests.world import LONG_AGO, World, body, interconnect, make_connection, make_rate

Tell = Callable[..., dict[str, Any]]


def make_busy(world: World, engine: Engine) -> None:
    """Calls and messages in every state, refunds, an overrun, an operator's debit; a part of it folded."""

    def tell(operation: str, **fields: Any) -> dict[str, Any]:
        return body(engine.decide([world.ask(operation, **fields)])[0])

    to = {"account_sid": world.sid, "to": "447700900123"}
    _call(tell, to)
    _send(world, tell, to)
    folding.fold(now=utc_now())
    debit_wallet(wallet_id=world.account.wallet_id, amount=Decimal("1.5"), reason="x", by=Actor.system(), key="debit")
    tell("terminate", session_id="closed", used_seconds=70)
    Session.objects.filter(session_id="silent").update(sweep_at=LONG_AGO, heard_at=LONG_AGO)
    assert engine.expire(utc_now()) == 1


def _call(tell: Tell, to: dict[str, Any]) -> None:
    for session in ("live", "updated", "closed", "overrun", "silent", "refunded", "unanswered"):
        assert tell("authorize", session_id=session, service="voice", **to)["decision"] == "allow"
    tell("update", session_id="updated", seq=1, used_seconds=61)
    tell("terminate", session_id="overrun", used_seconds=500)
    tell("terminate", session_id="unanswered", used_seconds=0)
    tell("update", session_id="silent", seq=1, used_seconds=30)
    tell("terminate", session_id="refunded", used_seconds=90)
    assert tell("event", event_id="refund-call", type="refund", refund_of="refunded")["decision"] == "allow"
    assert tell("terminate", session_id="unasked", used_seconds=10, service="voice", **to)["decision"] == "closed"
    denied = {"account_sid": to["account_sid"], "to": "999"}
    assert tell("authorize", session_id="denied", service="voice", **denied)["decision"] == "deny"


def _send(world: World, tell: Tell, to: dict[str, Any]) -> None:
    sms = make_connection(world.seller, service="sms", smpp_uri="smpp:{destination}@host:2775")
    make_rate(sms, "44", "0.01")
    interconnect(world.account, sms)
    assert tell("authorize", session_id="text", service="sms", parts=3, **to)["decision"] == "allow"
    tell("terminate", session_id="text", used_parts=3)
    for event in ("debit", "taken-back"):
        assert tell("event", event_id=event, type="debit", parts=2, **to)["decision"] == "allow"
    assert tell("event", event_id="refund-text", type="refund", refund_of="taken-back")["decision"] == "allow"
