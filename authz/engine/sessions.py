"""Decides authorize, update and terminate, one request at a time, over a batch that was read under lock.

Whatever order, repetition or loss the messages come in, the charge follows from the facts they carry: used units are
totals that only grow until the terminate, which is the truth. A repeat gets the reply that was given first.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from authz import segments
from authz.engine import checks, rating, records, replies, usage
from authz.engine.inbound import account_sid_of, number_for, offers_for
from authz.engine.reasons import Reason
from authz.engine.requests import Authorize, Terminate, Update, fingerprint
from authz.engine.state import PER, AccountState, Answer, Ask, Batch, Route, SessionState
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.money import ZERO


def authorize(batch: Batch, ask: Ask, index: int) -> Answer:
    """Decide an authorize, or give a repeat its first reply."""
    request: Authorize = ask.request  # type: ignore[assignment]
    digest = fingerprint(request)
    known = batch.sessions.get((ask.platform_id, request.session_id))
    if known is not None:
        return _repeated_authorize(known, digest)
    session, attempt = begin(batch, ask, digest, index)
    return conclude(batch, session, attempt, checks.first_refusal(attempt))


def begin(batch: Batch, ask: Ask, digest: str, index: int) -> tuple[SessionState, checks.Attempt]:
    """A new session, and the attempt that the checks decide."""
    request: Authorize = ask.request  # type: ignore[assignment]
    encoding, parts = _parts(request.text, request.parts) if request.service == "sms" else ("", 0)
    account = find_account(batch, ask)
    session = _new_session(batch, ask, request, digest, account)
    session.encoding = encoding
    wanted = parts or request.requested_seconds or (account.slice_seconds if account is not None else 0)
    offers = offers_for(batch, ask, index, account)
    return session, checks.Attempt(batch, request, wanted, account, offers, number_for(batch, ask))


def conclude(batch: Batch, session: SessionState, attempt: checks.Attempt, reason: Reason | None) -> Answer:
    """Grant what the checks let through, or deny it for this reason."""
    if reason is not None:
        batch.refused_offers[session.id] = attempt.offers
        return _deny(batch, session, reason)
    return _grant(batch, session, attempt)


def _repeated_authorize(known: SessionState, digest: str) -> Answer:
    if not known.request_hash:  # it was terminated without ever having been authorized
        return Answer(200, replies.deny("session_id", known.session_id, Reason.SESSION_CLOSED))
    if known.request_hash != digest:
        raise Refused("This session id came before with another request; use a new one.", type_="session_id_reused")
    return Answer(200, known.reply)


def _parts(text: str | None, parts: int | None) -> tuple[str, int]:
    if text is None:
        return "", parts or 1
    counted = segments.count_parts(text)
    return counted.encoding, counted.parts


def find_account(batch: Batch, ask: Ask) -> AccountState | None:
    """The account that a request names, if its platform may use it; unless it names any, the number's owner."""
    request = ask.request
    if request.account_sid is not None:  # type: ignore[union-attr]
        return batch.accounts.get(batch.links.get((ask.platform_id, request.account_sid), 0))  # type: ignore[union-attr]
    account_id: int | None = request.account  # type: ignore[union-attr]
    if account_id is None:
        number = number_for(batch, ask)
        return batch.accounts.get(number.owner_id or 0) if number is not None else None
    return batch.accounts.get(account_id) if (ask.platform_id, account_id) in batch.reachable else None


def _new_session(
    batch: Batch, ask: Ask, request: Authorize | Terminate, digest: str, account: AccountState | None
) -> SessionState:
    session = SessionState(
        id=next(batch.ids.session),
        platform_id=ask.platform_id,
        session_id=request.session_id,
        request_hash=digest,
        state="live",
        service=request.service or "voice",
        direction=request.direction,
        account_id=account.id if account is not None else None,
        buyer_id=account.buyer_id if account is not None else None,
        wallet_id=account.wallet_id if account is not None else None,
        account_sid=account_sid_of(batch, ask),
        caller=request.caller,
        callee=request.to or "",
        mccmnc=request.mccmnc,
        encoding="",
        routes=[],
        route=0,
        connection_id=None,
        granted_units=0,
        used_units=0,
        last_seq=0,
        charged=ZERO,
        commission=ZERO,
        postings=0,
        hold_id=None,
        held=ZERO,
        reason="",
        overrun=False,
        unsolicited=False,
        authorized_at=batch.now,
        heard_at=batch.now,
        sweep_at=None,
        closed_at=None,
        reply="",
        close_reply="",
        record_id=None,
        last_transfer_id=None,
        cut_at=None,
        is_new=True,
    )
    batch.sessions[ask.platform_id, request.session_id] = session
    return session


def _deny(batch: Batch, session: SessionState, reason: Reason) -> Answer:
    session.state, session.reason, session.closed_at = "denied", reason, batch.now
    session.reply = replies.deny("session_id", session.session_id, reason)
    records.write(batch, session)
    return Answer(200, session.reply)


def _grant(batch: Batch, session: SessionState, attempt: checks.Attempt) -> Answer:
    account = attempt.account
    assert account is not None
    session.routes = attempt.routes
    session.granted_units = attempt.granted
    _take_slots(batch, session, account)
    usage.set_aside(batch, session, account, granted_before=0)
    valid = _keep_alive(batch, session)
    wanted = rating.billed_units(session.price, attempt.wanted)
    session.reply = replies.allow(batch, session, valid_seconds=valid, final_unit=session.granted_units < wanted)
    return Answer(200, session.reply)


def _take_slots(batch: Batch, session: SessionState, account: AccountState) -> None:
    """Count a granted session among what is live, where those behind it in the batch see it."""
    if session.service == "voice":
        account.live_calls += 1
    if session.direction == "outbound":
        _ride(batch, session, session.routes[0].connection)
    elif session.service == "voice":
        batch.ringing[session.callee] += 1


def _ride(batch: Batch, session: SessionState, connection: int) -> None:
    """Let a live session take room on a connection, where those behind it in the batch see it."""
    _alight(batch, session)
    session.connection_id = connection
    batch.riding[connection] += 1


def _alight(batch: Batch, session: SessionState) -> None:
    """Give back the room that a live session takes on its connection."""
    if session.connection_id is not None:
        batch.riding[session.connection_id] -= 1


def _keep_alive(batch: Batch, session: SessionState) -> int:
    """The seconds within which the next message is due.

    The sweep looks at a session no later than it would be silent. Each message puts that off, but the sweep looks when
    it meant to, and puts off its next look: it is an indexed time, and moving it at each update would cost every index.
    """
    session.heard_at = batch.now
    silent_at = silent_from(session)
    if session.sweep_at is None or silent_at < session.sweep_at:
        session.sweep_at = silent_at
    return _valid_seconds(session)


def _valid_seconds(session: SessionState) -> int:
    if session.service == "sms":
        return int(settings.AAA_SMS_VALID_SECONDS)
    return max(session.granted_units - session.used_units, int(settings.AAA_MIN_VALID_SECONDS))


def silent_from(session: SessionState) -> datetime:
    """When a live session has fallen silent, unless it is heard of before: after twice the time it is valid for."""
    return session.heard_at + timedelta(seconds=2 * _valid_seconds(session))


def update(batch: Batch, ask: Ask, index: int) -> Answer:
    """Charge what was used so far, and grant as much more as the money covers."""
    request: Update = ask.request  # type: ignore[assignment]
    session = batch.sessions.get((ask.platform_id, request.session_id))
    if session is None:
        raise NotFound("No such session was authorized.", type_="session_unknown")
    digest = fingerprint(request)
    seen = batch.updates.get((ask.platform_id, request.session_id, request.seq))
    if seen is not None:
        if seen[0] != digest:
            raise Refused("This seq came before with other figures; use the next one.", type_="session_id_reused")
        return Answer(200, seen[1])
    if session.service == "sms":
        raise Invalid("An update is for a call; a message is only terminated.", type_="malformed")
    reply = _decide_update(batch, session, request)
    batch.updates[ask.platform_id, request.session_id, request.seq] = (digest, reply)
    batch.new_updates.append(
        (session.id, request.seq, digest, request.used_seconds, session.granted_units, batch.now, reply)
    )
    return Answer(200, reply)


def _decide_update(batch: Batch, session: SessionState, request: Update) -> str:
    if session.state != "live" or session.account_id is None:
        return replies.deny("session_id", session.session_id, Reason.SESSION_CLOSED)
    account = batch.accounts[session.account_id]
    _choose_route(batch, session, request.connection)
    session.changed = True
    session.last_seq = max(session.last_seq, request.seq)
    used = max(session.used_units, request.used_seconds)
    wanted = request.requested_seconds if request.requested_seconds is not None else used + account.slice_seconds
    granted_before, hold_id = session.granted_units, session.hold_id
    _post_used(batch, session, used)
    if not account.is_active or session.cut_at is not None:
        usage.set_aside(batch, session, account, granted_before=granted_before, renewed=hold_id)
        _keep_alive(batch, session)
        reason = Reason.SESSION_CLOSED if account.is_active else Reason.ACCOUNT_BLOCKED
        return replies.deny("session_id", session.session_id, reason)
    wanted = max(wanted, 1)
    session.granted_units = max(granted_before, _affordable(batch, session, account, wanted))
    usage.set_aside(batch, session, account, granted_before=granted_before, renewed=hold_id)
    final = session.granted_units < rating.billed_units(session.price, wanted)
    return replies.allow(batch, session, valid_seconds=_keep_alive(batch, session), final_unit=final)


def _post_used(batch: Batch, session: SessionState, used: int) -> None:
    """Charge the used units, out of the hold as far as it goes; what is left of the hold is free again."""
    session.used_units = used
    amount = usage.unposted(session, used)
    usage.release_hold(batch, session, posted=amount)
    usage.post(batch, session, amount)
    if used > session.granted_units and not session.overrun:
        session.overrun = True
        _alert(batch, session, "overrun")


def _affordable(batch: Batch, session: SessionState, account: AccountState, wanted: int) -> int:
    money = batch.ledger.wallets[session.wallet_id or 0].available
    left = account.left_to_spend(batch.now)
    if left is not None:
        money = min(money, left)
    return rating.affordable_units(session.price, wanted, session.charged + max(money, ZERO))


def _choose_route(batch: Batch, session: SessionState, connection: int | None) -> None:
    """Charge the offered route that carries the call; without a word the first one."""
    if connection is None or connection == session.connection_id:
        return
    for place, route in enumerate(session.routes):
        if route.connection == connection:
            session.moved_from = session.chosen if session.charged else None
            session.route = place
            if session.state == "live":
                _ride(batch, session, connection)
            session.connection_id = connection
            return
    raise _not_offered()


def _not_offered() -> Invalid:
    message = "Give one of the connections that were offered for this session."
    return Invalid(message, errors={"connection": [message]}, type_="malformed")


def terminate(batch: Batch, ask: Ask, index: int) -> Answer:
    """Charge the truth, release the rest, and record the call or message; once, whatever is repeated."""
    request: Terminate = ask.request  # type: ignore[assignment]
    session = batch.sessions.get((ask.platform_id, request.session_id))
    if session is None:
        return _unsolicited(batch, ask, request, index)
    _check_units(session.service, request)
    if session.close_reply:
        if session.used_units != request.used:
            raise Refused("This session was terminated before with other usage.", type_="session_id_reused")
        return Answer(200, session.close_reply)
    if session.state == "denied" and request.used:
        offers = batch.refused_offers.get(session.id) or batch.offers.get(index, [])
        session.routes = _carrying_route(offers, session.service, request.connection)
        session.routes_changed = True
    _choose_route(batch, session, request.connection)
    return _close(batch, session, request)


def _check_units(service: str, request: Terminate) -> None:
    if (service == "sms") != (request.used_parts is not None):
        name = "used_parts" if service == "sms" else "used_seconds"
        message = f"This session is {service}: give {name}."
        raise Invalid(message, errors={name: [message]}, type_="malformed")


def _carrying_route(offers: list[Route], service: str, connection: int | None) -> list[Route]:
    """The route that carried what was never granted: the one that is named, else the cheapest; none if there is none.

    The traffic happened, so a full or forbidden route is charged like any other.
    """
    named = [route for route in offers if connection in (None, route.connection)]
    if offers and not named:
        raise _not_offered()
    return sorted(named, key=lambda route: rating.charge(route.price(PER[service]), 1))[:1]


def _close(batch: Batch, session: SessionState, request: Terminate) -> Answer:
    _release_slots(batch, session)
    stays_denied = session.state == "denied" and not request.used
    session.changed = True
    _settle(batch, session, request.used)
    session.state = "denied" if stays_denied else "closed"
    session.closed_at = session.closed_at or batch.now
    session.heard_at, session.sweep_at = batch.now, None
    if not stays_denied:
        records.write(batch, session, request)
    billed = rating.billed_units(session.price, request.used) if session.routes else 0
    session.close_reply = replies.closed(batch, session, billed)
    return Answer(200, session.close_reply)


def _release_slots(batch: Batch, session: SessionState) -> None:
    """Give back what a live session takes of its account's live calls, and of its connection's or number's capacity."""
    if session.state != "live":
        return
    _alight(batch, session)
    if session.service != "voice":
        return
    if session.direction == "inbound":
        batch.ringing[session.callee] -= 1
    account = batch.accounts.get(session.account_id or 0)
    if account is not None:
        account.live_calls -= 1


def _settle(batch: Batch, session: SessionState, used: int) -> None:
    if not session.routes:
        session.used_units = used
        if used:
            session.overrun = True
            _alert(batch, session, "not_charged")
        return
    _post_used(batch, session, used)


def _unsolicited(batch: Batch, ask: Ask, request: Terminate, index: int) -> Answer:
    if not request.has_facts:
        message = "This session was never authorized: give account_sid (or account), service and to to charge it."
        missing = [name for name in ("service", "to") if not getattr(request, name)]
        if request.account is None and request.account_sid is None and request.direction == "outbound":
            missing.append("account_sid")
        errors = {name: ["This field is required."] for name in missing}
        raise Invalid(message, errors=errors, type_="session_unknown")
    account = find_account(batch, ask)
    offers = offers_for(batch, ask, index, account)
    if request.direction == "inbound" and not offers:
        message = "Nobody has this number here, or not the account that you name."
        raise Invalid(message, errors={"to": [message]}, type_="session_unknown")
    if account is None:
        message = "This account is not known here."
        raise Invalid(message, errors={"account_sid": [message]}, type_="session_unknown")
    _check_units(request.service or "voice", request)
    routes = _carrying_route(offers, request.service or "voice", request.connection)
    session = _new_session(batch, ask, request, "", account)
    session.unsolicited = True
    if request.used:
        session.routes = routes
        session.connection_id = routes[0].connection or None if routes else None
        _alert(batch, session, "unsolicited")
    session.granted_units = request.used
    session.state = "closed"
    return _close(batch, session, request)


def sweep(batch: Batch, session: SessionState) -> bool:
    """Settle a session that has fallen silent, or put off the next look at one that was heard of. Returns which."""
    session.changed = True
    session.sweep_at = silent_from(session)
    if session.sweep_at > batch.now:
        return False
    expire(batch, session)
    return True


def expire(batch: Batch, session: SessionState) -> None:
    """Settle a silent session at its last reported usage; its hold and its slot are free again.

    A late terminate may still correct it once.
    """
    _release_slots(batch, session)
    amount = usage.unposted(session, session.used_units)
    usage.release_hold(batch, session, posted=amount, expired=True)
    usage.post(batch, session, amount)
    session.state, session.closed_at, session.sweep_at = "expired", batch.now, None
    records.write(batch, session, expired=True)


def _alert(batch: Batch, session: SessionState, what: str) -> None:
    """Tell operators of traffic that was not covered by a grant."""
    facts = {"session": session.session_id, "platform": session.platform_id, "account": session.account_id}
    used = {"used": session.used_units, "granted": session.granted_units, "what": what}
    batch.alerts.append((f"{what}:{session.id}", facts | used))


DECIDERS: dict[type, Callable[[Batch, Ask, int], Answer]] = {
    Authorize: authorize,
    Update: update,
    Terminate: terminate,
}
