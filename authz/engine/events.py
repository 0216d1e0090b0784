"""Decides events: one-shot debits, refunds, and enquiries of a price or a balance (RFC 8506, section 6)."""

from decimal import Decimal
from typing import Any

from authz import segments
from authz.engine import checks, rating, records, replies, usage
from authz.engine.inbound import number_for, offers_for
from authz.engine.reasons import Reason
from authz.engine.requests import Event, fingerprint
from authz.engine.sessions import find_account
from authz.engine.state import PER, AccountState, Answer, Ask, Batch, EventState, Route, SessionState
from tcxc.errors import NotFound, Refused
from tcxc.money import ZERO


def decide(batch: Batch, ask: Ask, index: int) -> Answer:
    """Decide an event, or give a repeat its first reply."""
    request: Event = ask.request  # type: ignore[assignment]
    digest = fingerprint(request)
    known = batch.events.get((ask.platform_id, request.event_id))
    if known is not None:
        if known.request_hash != digest:
            raise Refused("This event id came before with another request; use a new one.", type_="session_id_reused")
        return Answer(200, known.reply)
    event = EventState(
        None, ask.platform_id, request.event_id, digest, request.type, None, None, None, ZERO, ZERO, "", None, None, ""
    )
    if request.type == "refund":
        event.reply = _refund(batch, event, request)
    else:
        event.reply = _for_account(batch, ask, event, request, index)
    event.is_new = True
    batch.events[ask.platform_id, request.event_id] = event
    return Answer(200, event.reply)


def _for_account(batch: Batch, ask: Ask, event: EventState, request: Event, index: int) -> str:
    account = find_account(batch, ask)
    if account is not None:
        event.account_id, event.wallet_id = account.id, account.wallet_id
    if request.type != "balance":
        return _priced(batch, event, ask, account, index)
    if account is None:
        return replies.deny("event_id", event.event_id, Reason.UNKNOWN_ACCOUNT)
    return _reply(batch, event, account.wallet_id, charged=ZERO, units=0)


def _priced(batch: Batch, event: EventState, ask: Ask, account: AccountState | None, index: int) -> str:
    request: Event = ask.request  # type: ignore[assignment]
    encoding, units = _units(request)
    offers = offers_for(batch, ask, index, account)
    attempt = checks.Attempt(batch, request, units, account, offers, number_for(batch, ask))
    reason = checks.price_refusal(attempt) if request.type == "price" else checks.first_refusal(attempt)
    if reason is not None or account is None:
        return replies.deny("event_id", event.event_id, reason or Reason.UNKNOWN_ACCOUNT)
    event.route = attempt.routes[0]
    amount = rating.charge(event.route.price(PER[request.service]), units)
    if request.type == "debit":
        _debit(batch, event, ask, account, (amount, units, encoding))
    return _reply(batch, event, account.wallet_id, charged=amount, units=units, service=request.service)


def _debit(batch: Batch, event: EventState, ask: Ask, account: AccountState, cost: tuple[Decimal, int, str]) -> None:
    amount, units, encoding = cost
    assert event.route is not None
    event.amount = amount
    if amount:
        key = f"event:{event.platform_id}:{event.event_id}"
        event.transfer_id, event.commission = usage.charge_event(batch, key, event.route, account, amount)
    records.write_event(batch, event, ask, account, units=units, encoding=encoding)


def _units(request: Event) -> tuple[str, int]:
    if request.service == "voice":
        return "", request.used_seconds or 0
    if request.text is None:
        return "", request.parts or 1
    counted = segments.count_parts(request.text)
    return counted.encoding, counted.parts


def _reply(
    batch: Batch, event: EventState, wallet_id: int, *, charged: Decimal, units: int, service: str = "sms"
) -> str:
    wallet = batch.ledger.wallets[wallet_id]
    body: dict[str, Any] = {
        "decision": "allow",
        "event_id": event.event_id,
        "account": event.account_id,
        "charged": charged,
        "parts" if service == "sms" else "billed_seconds": units,
        "available": wallet.available,
        "currency": wallet.currency,
    }
    if event.route is not None:
        body["rate"] = event.route.described()
    return replies.encode(body)


def _refund(batch: Batch, event: EventState, request: Event) -> str:
    key = (event.platform_id, request.refund_of or "")
    charged = batch.events.get(key)
    if charged is not None and charged.type == "debit":
        return _refund_event(batch, event, charged)
    session = batch.sessions.get(key)
    if session is None or session.state != "closed":
        message = "There is no debit and no ended session of this id to refund."
        raise NotFound(message, errors={"refund_of": [message]}, type_="charge_unknown")
    return _refund_session(batch, event, session)


def _refund_event(batch: Batch, event: EventState, charged: EventState) -> str:
    if charged.refunded_by:
        raise _refunded_already(charged.refunded_by)
    charged.refunded_by, charged.changed = event.event_id, True
    event.account_id, event.wallet_id = charged.account_id, charged.wallet_id
    service = "voice" if charged.route is not None and _is_call(charged) else "sms"
    _give_back(batch, event, (charged.amount, charged.commission), charged.transfer_id, charged.route)
    if charged.record_id is not None:
        batch.refunded[service].append(charged.record_id)
    return _reply(batch, event, event.wallet_id or 0, charged=-charged.amount, units=0)


def _is_call(charged: EventState) -> bool:
    return '"billed_seconds"' in charged.reply


def _refund_session(batch: Batch, event: EventState, session: SessionState) -> str:
    if not session.charged:
        raise _refunded_already(session.session_id)
    event.account_id, event.wallet_id = session.account_id, session.wallet_id
    amount = session.charged
    _give_back(batch, event, (amount, session.commission), session.last_transfer_id, session.chosen)
    session.charged, session.commission, session.changed = ZERO, ZERO, True
    session.last_transfer_id = event.transfer_id
    if session.record_id is not None:
        batch.refunded[session.service].append(session.record_id)
    return _reply(batch, event, event.wallet_id or 0, charged=-amount, units=0)


def _give_back(
    batch: Batch, event: EventState, amounts: tuple[Decimal, Decimal], reverses_id: int | None, route: Route | None
) -> None:
    event.amount, event.commission = -amounts[0], -amounts[1]
    if not amounts[0] or event.wallet_id is None or route is None:
        return
    event.transfer_id = usage.refund(
        batch,
        f"event:{event.platform_id}:{event.event_id}",
        wallet_id=event.wallet_id,
        account_id=event.account_id,
        seller_id=route.seller_id,
        amounts=amounts,
        reverses_id=reverses_id,
    )


def _refunded_already(by: str) -> Refused:
    return Refused(f"Nothing is left to refund: see {by}.", type_="refunded_already")
