"""The replies of the AAA API, as dictionaries and as the JSON that is kept and sent."""

from collections.abc import Mapping
from typing import Any

import msgspec

from authz.engine.reasons import REFUSALS, Reason
from authz.engine.state import Answer, Batch, SessionState
from tcxc.api.problems import TYPE_ROOT, title_of
from tcxc.errors import Refused

_ENCODER = msgspec.json.Encoder(decimal_format="string")

# What a gateway does when it can't reach us for an update (RFC 8506, Credit-Control-Failure-Handling): it ends the
# call when the granted seconds are over.
ON_FAILURE = "terminate"


def encode(body: Mapping[str, Any]) -> str:
    """A body as JSON text."""
    return _ENCODER.encode(body).decode()


def allow(batch: Batch, session: SessionState, *, valid_seconds: int, final_unit: bool) -> str:
    """The traffic may go: how much of it, at which price, and where to."""
    wallet = batch.ledger.wallets[session.wallet_id]  # type: ignore[index]
    route = session.routes[session.route]
    return encode(
        {
            "decision": "allow",
            "session_id": session.session_id,
            "account": session.account_id,
            "granted_seconds" if session.service == "voice" else "parts": session.granted_units,
            "valid_seconds": valid_seconds,
            "final_unit": final_unit,
            "held": session.held,
            "available": wallet.available,
            "currency": wallet.currency,
            "rate": route.described(),
            "routes": [offer.offered(session.callee) for offer in session.routes],
            "on_failure": ON_FAILURE,
        }
    )


def deny(id_field: str, id_value: str, reason: Reason) -> str:
    """The traffic may not go, in the words and codes of each protocol."""
    refusal = REFUSALS[reason]
    return encode(
        {
            "decision": "deny",
            id_field: id_value,
            "reason": reason,
            "message": refusal.message,
            "sip_status": refusal.sip_status,
            "q850_cause": refusal.q850_cause,
            "smpp_status": refusal.smpp_status,
        }
    )


def closed(batch: Batch, session: SessionState, billed: int) -> str:
    """The session is over: what it cost, and what is left."""
    wallet = batch.ledger.wallets.get(session.wallet_id or 0)
    return encode(
        {
            "decision": "closed",
            "session_id": session.session_id,
            "charged": session.charged,
            "billed_seconds" if session.service == "voice" else "parts": billed,
            "cdr": session.record_id,
            "available": wallet.available if wallet is not None else None,
        }
    )


def problem(refusal: Refused, status: int | None = None) -> Answer:
    """A refusal as an RFC 9457 problem document."""
    status = status or refusal.status
    body: dict[str, Any] = {
        "type": TYPE_ROOT + refusal.type,
        "title": title_of(refusal.type),
        "status": status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        body["errors"] = refusal.errors
    return Answer(status, encode(body))
