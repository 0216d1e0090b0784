"""The rows of CDRs and message records: every input of a charge, so that anyone can compute it again."""

from typing import Any

from authz.engine import rating
from authz.engine.inbound import account_sid_of
from authz.engine.requests import Event, Terminate
from authz.engine.state import PER, AccountState, Ask, Batch, EventState, Route, SessionState
from authz.models import Result
from tcxc.bulk import BulkInsert

_COMMON = {
    "id": "bigint",
    "recorded_at": "timestamptz",
    "session_pk": "bigint",
    "platform_id": "bigint",
    "session_id": "text",
    "buyer_id": "bigint",
    "account_id": "bigint",
    "account_sid": "text",
    "direction": "text",
    "caller": "text",
    "callee": "text",
    "mccmnc": "text",
    "started_at": "timestamptz",
    "result": "text",
    "reason": "text",
    "seller_id": "bigint",
    "connection_id": "bigint",
    "interconnect_id": "bigint",
    "rate_pk": "bigint",
    "price_list_id": "bigint",
    "prefix": "text",
    "price_1": "numeric",
    "price_n": "numeric",
    "interval_1": "int",
    "interval_n": "int",
    "commission_rate": "numeric",
    "subscription_id": "bigint",
    "currency": "text",
    "amount": "numeric",
    "commission": "numeric",
    "overrun": "bool",
    "unsolicited": "bool",
    "expired": "bool",
    "adjusted_at": "timestamptz",
}
INSERT_CDRS = BulkInsert(
    "authz_cdr",
    **_COMMON,
    connected_at="timestamptz",
    disconnected_at="timestamptz",
    used_seconds="int",
    billed_seconds="int",
    cause="smallint",
)
INSERT_MESSAGES = BulkInsert("authz_messagerecord", **_COMMON, encoding="text", parts="int", billed_parts="int")

REPLACE = {"voice": "DELETE FROM authz_cdr", "sms": "DELETE FROM authz_messagerecord"}
REFUND = """
UPDATE {table} SET amount = 0, commission = 0, reason = 'refunded', adjusted_at = %s WHERE id = ANY(%s::bigint[])
"""
_NO_ROUTE = (None, None, None, None, None, "", None, None, None, None, None, None)


def write(batch: Batch, session: SessionState, closing: Terminate | None = None, *, expired: bool = False) -> None:
    """Record how the session ended. A later truth replaces the record under its id and its time."""
    assert session.closed_at is not None, "a record is of what has ended"
    corrected = session.record_id is not None
    if session.record_id is None:
        session.record_id = next(batch.ids.cdr if session.service == "voice" else batch.ids.message)
    else:
        batch.replaced[session.service].append((session.record_id, session.closed_at))
    row = (
        session.record_id,
        session.closed_at,
        session.id,
        *(session.platform_id, session.session_id, session.buyer_id, session.account_id, session.account_sid),
        *(session.direction, session.caller, session.callee, session.mccmnc, session.authorized_at),
        *(_result(session), session.reason, *_route_facts(session.chosen)),
        *(_currency(batch, session.wallet_id), session.charged, session.commission),
        *(session.overrun, session.unsolicited, expired, batch.now if corrected else None),
    )
    if session.service == "voice":
        batch.records["voice"][session.record_id] = (*row, *_call(session, closing))
    else:
        batch.records["sms"][session.record_id] = (*row, *_message(session))


def write_event(batch: Batch, event: EventState, ask: Ask, account: AccountState, *, units: int, encoding: str) -> None:
    """Record a one-shot debit as the call or message that it was."""
    request: Event = ask.request  # type: ignore[assignment]
    is_call = request.service == "voice"
    event.record_id = next(batch.ids.cdr if is_call else batch.ids.message)
    row = (
        *(event.record_id, batch.now, None, event.platform_id, event.event_id),
        *(account.buyer_id, account.id, account_sid_of(batch, ask), request.direction, request.caller, request.to),
        *(request.mccmnc, batch.now, Result.ANSWERED if is_call else Result.SENT, "", *_route_facts(event.route)),
        *(_currency(batch, account.wallet_id), event.amount, event.commission, False, False, False, None),
    )
    if is_call:
        assert event.route is not None
        billed = rating.billed_units(event.route.price(PER["voice"]), units)
        batch.records["voice"][event.record_id] = (*row, None, None, units, billed, None)
    else:
        batch.records["sms"][event.record_id] = (*row, encoding, units, units)


def _route_facts(route: Route | None) -> tuple[Any, ...]:
    if route is None:
        return _NO_ROUTE
    return (
        *(route.seller_id, route.connection or None, route.interconnect or None, route.rate or None),
        *(route.price_list or None, route.code, route.price_1, route.price_n, route.interval_1, route.interval_n),
        *(route.commission_rate, route.subscription or None),
    )


def _currency(batch: Batch, wallet_id: int | None) -> str:
    wallet = batch.ledger.wallets.get(wallet_id or 0)
    return wallet.currency if wallet is not None else ""


def _call(session: SessionState, closing: Terminate | None) -> tuple[Any, ...]:
    connected, disconnected = (closing.connect_time, closing.disconnect_time) if closing else (None, None)
    billed = rating.billed_units(session.price, session.used_units) if session.routes else 0
    return connected, disconnected, session.used_units, billed or None, closing.cause if closing else None


def _message(session: SessionState) -> tuple[Any, ...]:
    billed = session.used_units if session.routes else 0
    return session.encoding, session.granted_units or session.used_units, billed or None


def _result(session: SessionState) -> str:
    if session.used_units:
        return Result.ANSWERED if session.service == "voice" else Result.SENT
    if session.reason:
        return Result.DENIED
    return Result.UNANSWERED if session.service == "voice" else Result.UNSENT
