"""The checks of an authorization, in their order; the first that fails names the reason.

They are data, so that the same list decides a call and explains to a person why one would be refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from authz.engine import destinations, limits, rating, routing
from authz.engine.inbound import InboundNumber
from authz.engine.reasons import Reason
from authz.engine.requests import Authorize, Event
from authz.engine.state import PER, AccountState, Batch, Route
from tcxc.money import ZERO


@dataclass(slots=True)
class Attempt:
    """An authorization under way: what is asked, and what the checks have found so far."""

    batch: Batch
    request: Authorize | Event
    wanted: int
    account: AccountState | None
    offers: list[Route]
    number: InboundNumber | None = None
    routes: list[Route] = field(default_factory=list)
    granted: int = 0


def account_known(attempt: Attempt) -> Reason | None:
    """The sub-account is linked, or (inbound) the number names an account."""
    if attempt.account is not None:
        return None
    if attempt.request.direction == "outbound":
        return Reason.UNKNOWN_ACCOUNT
    is_named = attempt.request.account is not None or attempt.request.account_sid is not None
    was_released = attempt.number is not None and attempt.number.owner_id is None
    return Reason.NUMBER_NOT_ACTIVE if was_released and not is_named else Reason.NUMBER_UNKNOWN


def account_not_blocked(attempt: Attempt) -> Reason | None:
    """Neither the account nor its buyer is blocked."""
    return None if _of(attempt).is_active else Reason.ACCOUNT_BLOCKED


def within_request_rate(attempt: Attempt) -> Reason | None:
    """The account does not ask faster than it may. A conforming request counts, even if a later check refuses it."""
    account, is_call = _of(attempt), attempt.request.service == "voice"
    per_second = account.calls_per_second if is_call else account.smpp_messages_per_second
    if per_second is None:
        return None
    tat = limits.next_arrival(account.call_tat if is_call else account.message_tat, attempt.batch.now, per_second)
    if tat is None:
        return Reason.RATE_LIMITED
    if is_call:
        account.call_tat = tat
    else:
        account.message_tat = tat
    account.tat_changed = True
    return None


def within_live_calls(attempt: Attempt) -> Reason | None:
    """One more call is not one too many."""
    account = _of(attempt)
    limit = account.concurrent_call_limit
    if attempt.request.service != "voice" or limit is None or account.live_calls < limit:
        return None
    return Reason.CONCURRENT_CALL_LIMIT


def destination_allowed(attempt: Attempt) -> Reason | None:
    """The account's rules let it reach the destination."""
    rules = _of(attempt).rules
    if not rules or destinations.is_allowed(rules, attempt.request.to or "", attempt.request.mccmnc):
        return None
    return Reason.DESTINATION_NOT_AUTHORIZED


def rate_found(attempt: Attempt) -> Reason | None:
    """At least one interconnected route has a live price for the destination, and room."""
    account = _of(attempt)
    policy = account.voice_policy if attempt.request.service == "voice" else account.sms_policy
    attempt.routes = routing.offered(
        routing.usable(attempt.offers, attempt.batch.riding),
        policy,
        per=PER[attempt.request.service],
        wanted=attempt.wanted,
    )
    return None if attempt.routes else Reason.NO_RATE


def number_owned(attempt: Attempt) -> Reason | None:
    """The number is the account's; its subscription's price is the one that counts."""
    number = attempt.number
    if number is None or number.account_id != _of(attempt).id:
        return Reason.NUMBER_UNKNOWN
    attempt.routes = attempt.offers
    return None if number.owner_id is not None else Reason.NUMBER_NOT_ACTIVE


def number_active(attempt: Attempt) -> Reason | None:
    """The number is neither suspended nor blocked; in grace it works."""
    return None if _called(attempt).is_working else Reason.NUMBER_NOT_ACTIVE


def documents_shown(attempt: Attempt) -> Reason | None:
    """Every document that the number needs is approved."""
    return None if _called(attempt).documents_shown else Reason.DOCUMENTS_PENDING


def capability_there(attempt: Attempt) -> Reason | None:
    """The number carries calls, or messages."""
    return None if _called(attempt).has(attempt.request.service) else Reason.CAPABILITY_MISSING


def number_has_room(attempt: Attempt) -> Reason | None:
    """One more call is not one too many for the number."""
    number = _called(attempt)
    if attempt.request.service != "voice" or number.capacity is None:
        return None
    up = number.live_calls + attempt.batch.ringing[number.number]
    return None if up < number.capacity else Reason.CONCURRENT_CALL_LIMIT


def within_spend_limit(attempt: Attempt) -> Reason | None:
    """The daily limit covers at least the first increment of a call, or the whole of a message or debit."""
    account = _of(attempt)
    left = account.left_to_spend(attempt.batch.now)
    if left is None:
        attempt.granted = attempt.wanted
        return None
    attempt.granted = _covered(attempt, attempt.wanted, left)
    return None if attempt.granted else Reason.SPEND_LIMIT


def money_covers(attempt: Attempt) -> Reason | None:
    """The wallet covers at least the first increment of a call, or the whole of a message or debit."""
    available = attempt.batch.ledger.wallets[_of(attempt).wallet_id].available
    attempt.granted = _covered(attempt, attempt.granted, available)
    return None if attempt.granted else Reason.INSUFFICIENT_BALANCE


def _covered(attempt: Attempt, wanted: int, money: Decimal) -> int:
    price = attempt.routes[0].price(PER[attempt.request.service])
    covered = rating.affordable_units(price, wanted, max(money, ZERO))
    if attempt.request.service == "sms" or isinstance(attempt.request, Event):  # whole or not at all
        return wanted if covered >= wanted else 0
    return covered


def _of(attempt: Attempt) -> AccountState:
    assert attempt.account is not None, "account_known comes first"
    return attempt.account


def _called(attempt: Attempt) -> InboundNumber:
    assert attempt.number is not None, "number_owned comes first"
    return attempt.number


Check = Callable[[Attempt], Reason | None]
CHECKS: tuple[Check, ...] = (
    account_known,
    account_not_blocked,
    within_request_rate,
    within_live_calls,
    destination_allowed,
    rate_found,
    within_spend_limit,
    money_covers,
)

INBOUND_CHECKS: tuple[Check, ...] = (
    account_known,
    account_not_blocked,
    within_request_rate,
    within_live_calls,
    number_owned,
    number_active,
    documents_shown,
    capability_there,
    number_has_room,
    within_spend_limit,
    money_covers,
)
_OF_A_PRICE: tuple[Check, ...] = (account_known, destination_allowed, rate_found)
_OF_AN_INBOUND_PRICE: tuple[Check, ...] = (
    account_known,
    number_owned,
    number_active,
    documents_shown,
    capability_there,
)


def checks_of(request: Authorize | Event) -> tuple[Check, ...]:
    """What is asked of a request, in order."""
    return CHECKS if request.direction == "outbound" else INBOUND_CHECKS


def first_refusal(attempt: Attempt) -> Reason | None:
    """The reason of the first check that fails; None when the attempt may go, with its routes and its grant."""
    for check in checks_of(attempt.request):
        reason = check(attempt)
        if reason is not None:
            return reason
    return None


def price_refusal(attempt: Attempt) -> Reason | None:
    """As `first_refusal`, for an enquiry of a price: limits and money do not count."""
    for check in _OF_A_PRICE if attempt.request.direction == "outbound" else _OF_AN_INBOUND_PRICE:
        reason = check(attempt)
        if reason is not None:
            return reason
    return None
