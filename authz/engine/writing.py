"""Writes what a batch decided, in one round trip, and commits it."""

from collections.abc import Iterator
from typing import Any

import msgspec

from authz.engine.records import INSERT_CDRS, INSERT_MESSAGES, REFUND, REPLACE
from authz.engine.state import Batch, EventState, Route, SessionState
from authz.engine.wire import Wire
from tcxc.bulk import BulkInsert, Statement, array

_SESSION_TYPES = {
    "id": "bigint",
    "platform_id": "bigint",
    "session_id": "text",
    "request_hash": "text",
    "service": "text",
    "direction": "text",
    "account_id": "bigint",
    "buyer_id": "bigint",
    "wallet_id": "bigint",
    "account_sid": "text",
    "caller": "text",
    "callee": "text",
    "mccmnc": "text",
    "encoding": "text",
    "authorized_at": "timestamptz",
    "reply": "text",
    "routes": "jsonb",
    "unsolicited": "bool",
}
_MUTABLE_TYPES = {
    "state": "text",
    "route": "smallint",
    "connection_id": "bigint",
    "granted_units": "int",
    "used_units": "int",
    "last_seq": "int",
    "charged": "numeric",
    "commission": "numeric",
    "postings": "int",
    "hold_id": "bigint",
    "held": "numeric",
    "reason": "text",
    "overrun": "bool",
    "heard_at": "timestamptz",
    "sweep_at": "timestamptz",
    "closed_at": "timestamptz",
    "close_reply": "text",
    "record_id": "bigint",
    "last_transfer_id": "bigint",
}
INSERT_SESSIONS = BulkInsert("authz_session", **_SESSION_TYPES, **_MUTABLE_TYPES)
INSERT_UPDATES = BulkInsert(
    "authz_sessionupdate",
    session_id="bigint",
    seq="int",
    request_hash="text",
    used_units="int",
    granted_units="int",
    at="timestamptz",
    reply="text",
)
UPDATE_SESSIONS = (
    f"UPDATE authz_session s SET {', '.join(f'{name} = t.{name}' for name in _MUTABLE_TYPES)} "  # noqa: S608 (our own names)
    f"FROM unnest(%s::bigint[], {', '.join(f'%s::{kind}[]' for kind in _MUTABLE_TYPES.values())}) "
    f"t(id, {', '.join(_MUTABLE_TYPES)}) WHERE s.id = t.id"
)
PIN_ROUTES = """
UPDATE authz_session s SET routes = t.routes FROM unnest(%s::bigint[], %s::jsonb[]) t(id, routes) WHERE s.id = t.id
"""
INSERT_EVENTS = BulkInsert(
    "authz_chargeevent",
    platform_id="bigint",
    event_id="text",
    request_hash="text",
    type="text",
    account_id="bigint",
    wallet_id="bigint",
    route="jsonb",
    amount="numeric",
    commission="numeric",
    refunded_by="text",
    record_id="bigint",
    transfer_id="bigint",
    at="timestamptz",
    reply="text",
)
MARK_REFUNDED = """
UPDATE authz_chargeevent e SET refunded_by = t.refunded_by FROM unnest(%s::bigint[], %s::text[]) t(id, refunded_by)
WHERE e.id = t.id
"""
UPDATE_TATS = """
UPDATE buyers_account a SET call_tat = t.call_tat, message_tat = t.message_tat
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) t(id, call_tat, message_tat) WHERE a.id = t.id
"""
ADD_SPENT = BulkInsert(
    "authz_dailyspend",
    "ON CONFLICT (account_id, day) DO UPDATE SET amount = authz_dailyspend.amount + EXCLUDED.amount",
    account_id="bigint",
    day="date",
    amount="numeric",
)
INSERT_ALERTS = BulkInsert(
    "tcxc_outboxmessage",
    "ON CONFLICT (key) DO NOTHING",
    topic="text",
    key="text",
    payload="jsonb",
    created_at="timestamptz",
    due_at="timestamptz",
    attempts="int",
    last_error="text",
)

_JSON = msgspec.json.Encoder(decimal_format="string")


def write(wire: Wire, batch: Batch) -> None:
    """Send every statement and the COMMIT at once; when this returns, all of it is durable."""
    wire.run([*_statements(batch), ("COMMIT", ())])


def _statements(batch: Batch) -> Iterator[Statement]:
    yield from batch.ledger.statements()
    yield from _session_statements(batch)
    yield from _record_statements(batch)
    yield from _event_statements(batch)
    yield from _account_statements(batch)
    if batch.alerts:
        now = batch.now
        rows = [("operator.alert", key, _json(facts), now, now, 0, "") for key, facts in batch.alerts]
        yield INSERT_ALERTS.statement(rows)


def _session_statements(batch: Batch) -> Iterator[Statement]:
    new = [session for session in batch.sessions.values() if session.is_new]
    changed = [session for session in batch.sessions.values() if session.changed and not session.is_new]
    if new:
        yield INSERT_SESSIONS.statement([(*_born(session), *_mutable(session)) for session in new])
    if changed:
        rows = [(session.id, *_mutable(session)) for session in changed]
        yield UPDATE_SESSIONS, [array(column) for column in zip(*rows, strict=True)]
    repriced = [session for session in changed if session.routes_changed]
    if repriced:
        yield PIN_ROUTES, [array(s.id for s in repriced), array(_json(s.routes) for s in repriced)]
    if batch.new_updates:
        yield INSERT_UPDATES.statement(batch.new_updates)


def _born(s: SessionState) -> tuple[Any, ...]:
    return (
        *(s.id, s.platform_id, s.session_id, s.request_hash, s.service, s.direction, s.account_id, s.buyer_id),
        *(s.wallet_id, s.account_sid, s.caller, s.callee, s.mccmnc, s.encoding, s.authorized_at, s.reply),
        *(_json(s.routes), s.unsolicited),
    )


def _mutable(s: SessionState) -> tuple[Any, ...]:
    return (
        *(s.state, s.route, s.connection_id, s.granted_units, s.used_units, s.last_seq, s.charged),
        *(s.commission, s.postings, s.hold_id, s.held, s.reason, s.overrun, s.heard_at, s.sweep_at, s.closed_at),
        *(s.close_reply, s.record_id, s.last_transfer_id),
    )


def _record_statements(batch: Batch) -> Iterator[Statement]:
    for service, insert in (("voice", INSERT_CDRS), ("sms", INSERT_MESSAGES)):
        if batch.replaced[service]:
            ids, times = zip(*batch.replaced[service], strict=True)
            of_these = "WHERE id = ANY(%s::bigint[]) AND recorded_at = ANY(%s::timestamptz[])"
            yield f"{REPLACE[service]} {of_these}", [array(ids), array(times)]
        if batch.records[service]:
            yield insert.statement(list(batch.records[service].values()))
        if batch.refunded[service]:
            table = "authz_cdr" if service == "voice" else "authz_messagerecord"
            yield REFUND.format(table=table), [batch.now, array(batch.refunded[service])]


def _event_statements(batch: Batch) -> Iterator[Statement]:
    new = [event for event in batch.events.values() if event.is_new]
    if new:
        yield INSERT_EVENTS.statement([_event_row(batch, event) for event in new])
    refunded = [event for event in batch.events.values() if event.changed and not event.is_new]
    if refunded:
        yield MARK_REFUNDED, [array(e.id for e in refunded), array(e.refunded_by for e in refunded)]


def _event_row(batch: Batch, e: EventState) -> tuple[Any, ...]:
    return (
        *(e.platform_id, e.event_id, e.request_hash, e.type, e.account_id, e.wallet_id, _json_or_none(e.route)),
        *(e.amount, e.commission, e.refunded_by, e.record_id, e.transfer_id, batch.now, e.reply),
    )


def _account_statements(batch: Batch) -> Iterator[Statement]:
    accounts = batch.accounts.values()
    paced = [(a.id, a.call_tat, a.message_tat) for a in accounts if a.tat_changed]
    if paced:
        yield UPDATE_TATS, [array(column) for column in zip(*paced, strict=True)]
    spent = [(a.id, day, amount) for a in accounts for day, amount in a.newly_spent.items()]
    if spent:
        yield ADD_SPENT.statement(spent)


def _json(value: Any) -> str:
    return _JSON.encode(value).decode()


def _json_or_none(route: Route | None) -> str | None:
    return None if route is None else _json(route)
