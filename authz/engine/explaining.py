"""Explains a decision: every check with what it looked at, and the reply that the gateway would get.

The checks are those that decide (`checks.checks_of`), run once and in their order over what was read under lock; the
reply is made of their outcome as for a call that counts. Only then is everything rolled back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from authz.engine import checks, destinations, limits, rating, routing, sessions
from authz.engine.inbound import InboundNumber
from authz.engine.reasons import Reason
from authz.engine.requests import fingerprint
from authz.engine.state import PER, AccountState, Answer, Ask, Batch, Route
from tcxc.clock import local_day
from tcxc.money import ZERO

Attempt = checks.Attempt
Check = Callable[[Attempt], Reason | None]


class Outcome(StrEnum):
    """How a check went."""

    PASSED = "passed"
    REFUSED = "refused"
    SKIPPED = "skipped"  # there is nothing it could look at


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what it asks, what it looked at, and what it found.

    `is_beyond` says that the engine had refused before it; it tells what else would refuse. `facts` hold amounts in the
    currency of the account's wallet.
    """

    check: str
    asks: str
    outcome: Outcome
    reason: str = ""
    is_beyond: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer that an authorize would get, and how it comes about.

    `considered` are the routes with a live price for the destination, `offered` those of the answer, in order. Without
    steps the engine could not decide, and the answer says why.
    """

    answer: Answer
    steps: list[Step] = field(default_factory=list)
    considered: list[Route] = field(default_factory=list)
    offered: list[Route] = field(default_factory=list)
    full: frozenset[int] = frozenset()  # connections among the considered that have no room
    wanted: int = 0
    encoding: str = ""


def explain(batch: Batch, ask: Ask) -> Explanation:
    """Decide an authorize whose session id is new, in memory, and tell how."""
    session, attempt = sessions.begin(batch, ask, fingerprint(ask.request), 0)
    steps = list(_until_refused(attempt))
    refused = Reason(steps[-1].reason) if steps[-1].reason else None
    roomy = {route.connection for route in routing.usable(attempt.offers, batch.riding)}
    answer = sessions.conclude(batch, session, attempt, refused)
    return Explanation(
        answer,
        steps + list(_beyond(attempt, steps, batch)),
        attempt.offers,
        session.routes,
        frozenset(r.connection for r in attempt.offers if not r.forbidden and r.connection not in roomy),
        attempt.wanted,
        session.encoding,
    )


def _until_refused(attempt: Attempt) -> Iterator[Step]:
    for check in checks.checks_of(attempt.request):
        step = _step(check, attempt)
        yield step
        if step.outcome is Outcome.REFUSED:
            return


def _beyond(attempt: Attempt, steps: list[Step], batch: Batch) -> Iterator[Step]:
    """The checks that the engine did not come to, as far as they can be asked by themselves."""
    if attempt.account is None:  # none of its numbers is known to the platform: look at the account that was named
        attempt.account = next(iter(batch.accounts.values()), None)
    for check in checks.checks_of(attempt.request)[len(steps) :]:
        attempt.granted = attempt.granted or attempt.wanted  # as if what refused had let it pass
        can_ask = (
            attempt.account is not None and check in EVIDENCE and (check not in _OF_NUMBER or _own_number(attempt))
        )
        can_price = attempt.routes or check not in _PRICED
        yield _step(check, attempt, is_beyond=True) if can_ask and can_price else _skipped(check)


def _step(check: Check, attempt: Attempt, *, is_beyond: bool = False) -> Step:
    look = EVIDENCE.get(check)
    facts = look(attempt) if look is not None and attempt.account is not None else {}
    reason = check(attempt)
    if check is checks.money_covers and reason is None:
        facts["granted"] = attempt.granted
    outcome = Outcome.PASSED if reason is None else Outcome.REFUSED
    return Step(check.__name__, _asks(check), outcome, reason or "", is_beyond, facts)


def _skipped(check: Check) -> Step:
    return Step(check.__name__, _asks(check), Outcome.SKIPPED, is_beyond=True)


def _asks(check: Check) -> str:
    return (check.__doc__ or check.__name__).partition("\n")[0]


def _account(attempt: Attempt) -> AccountState:
    assert attempt.account is not None, "evidence is taken of known accounts only"
    return attempt.account


def _known(attempt: Attempt) -> dict[str, Any]:
    return {"account": _account(attempt).id, "name": _account(attempt).name}


def _blocked(attempt: Attempt) -> dict[str, Any]:
    return {"is_active": _account(attempt).is_active}


def _request_rate(attempt: Attempt) -> dict[str, Any]:
    account, is_call = _account(attempt), attempt.request.service == "voice"
    limit = account.calls_per_second if is_call else account.smpp_messages_per_second
    if limit is None:
        return {"limit": None}
    used = limits.used_of(account.call_tat if is_call else account.message_tat, attempt.batch.now, limit)
    return {"limit": limit, "used": used, "left": limit - used}


def _live_calls(attempt: Attempt) -> dict[str, Any]:
    account = _account(attempt)
    limit = account.concurrent_call_limit
    if attempt.request.service != "voice" or limit is None:
        return {"limit": None}
    return {"limit": limit, "used": account.live_calls, "left": max(limit - account.live_calls, 0)}


def _destination(attempt: Attempt) -> dict[str, Any]:
    rules, request = _account(attempt).rules, attempt.request
    matched = destinations.matching(rules, request.to or "", request.mccmnc)
    return {"rules": len(rules), "matched": matched, "is_closed": any(rule.allows for rule in rules)}


def _rates(attempt: Attempt) -> dict[str, Any]:
    account = _account(attempt)
    policy = account.voice_policy if attempt.request.service == "voice" else account.sms_policy
    return {"policy": policy, "considered": len(attempt.offers)}


def _own_number(attempt: Attempt) -> InboundNumber | None:
    """The number called, if the account has it or had it last; of the numbers of others nothing is told."""
    number = attempt.number
    return number if number is not None and number.account_id == _account(attempt).id else None


def _of_number(look: Callable[[InboundNumber], dict[str, Any]]) -> Callable[[Attempt], dict[str, Any]]:
    def evidence(attempt: Attempt) -> dict[str, Any]:
        number = _own_number(attempt)
        return {} if number is None else look(number)

    return evidence


def _owned(number: InboundNumber) -> dict[str, Any]:
    return {"number": number.number, "seller": number.seller, "is_released": number.owner_id is None}


def _active(number: InboundNumber) -> dict[str, Any]:
    return {"state": number.state, "is_stopped": number.is_stopped}


def _documents(number: InboundNumber) -> dict[str, Any]:
    return {"documents": number.documents_state, "are_shown": number.documents_shown}


def _capability(number: InboundNumber) -> dict[str, Any]:
    return {"voice": number.has_voice, "sms": number.has_sms}


def _room(attempt: Attempt) -> dict[str, Any]:
    number = _own_number(attempt)
    if number is None or number.capacity is None:
        return {"limit": None}
    used = number.live_calls + attempt.batch.ringing[number.number]
    return {"limit": number.capacity, "used": used, "left": max(number.capacity - used, 0)}


def _spend(attempt: Attempt) -> dict[str, Any]:
    account, now = _account(attempt), attempt.batch.now
    if account.spend_limit_daily is None:
        return {"limit": None}
    spent = account.spent.get(local_day(now, account.time_zone), ZERO)
    left = account.left_to_spend(now)
    return {"limit": account.spend_limit_daily, "spent": spent, "held": account.open_holds, "left": left}


def _money(attempt: Attempt) -> dict[str, Any]:
    wallet = attempt.batch.ledger.wallets[_account(attempt).wallet_id]
    price = attempt.routes[0].price(PER[attempt.request.service])
    first = attempt.wanted if attempt.request.service == "sms" else 1
    return {
        "available": wallet.available,
        "currency": wallet.currency,
        "wanted": attempt.wanted,
        "cost": rating.charge(price, attempt.wanted),
        "least": rating.charge(price, first),
    }


EVIDENCE: dict[Check, Callable[[Attempt], dict[str, Any]]] = {
    checks.account_known: _known,
    checks.account_not_blocked: _blocked,
    checks.within_request_rate: _request_rate,
    checks.within_live_calls: _live_calls,
    checks.destination_allowed: _destination,
    checks.rate_found: _rates,
    checks.number_owned: _of_number(_owned),
    checks.number_active: _of_number(_active),
    checks.documents_shown: _of_number(_documents),
    checks.capability_there: _of_number(_capability),
    checks.number_has_room: _room,
    checks.within_spend_limit: _spend,
    checks.money_covers: _money,
}
_OF_NUMBER: set[Check] = {
    checks.number_active,
    checks.documents_shown,
    checks.capability_there,
    checks.number_has_room,
}
_PRICED: set[Check] = {checks.within_spend_limit, checks.money_covers}
