"""What sellers and operators do with hosted numbers: change, withdraw, block and unblock them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from numbers import details, events, locks
from numbers.errors import NumberInUse
from numbers.models import Number, NumberEvent, PriceChange, Subscription
from numbers.models.numbers import CAPABILITIES
from numbers.models.prices import PRICES
from numbers.models.subscriptions import OPEN
from numbers.notices.prices import tell_prices
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, NotAllowed, NotFound
from tcxc.queries.people import is_operator

State, Kind = Number.State, NumberEvent.Kind


@transaction.atomic
def change_number(*, number: Number, changes: Mapping[str, Any], by: Actor, now: datetime | None = None) -> Number:
    """Change any of a hosted number's `details.FIELDS`, for the next buyer at once.

    A buyer who has the number keeps its prices until a renewal at least `NUMBER_PRICE_NOTICE_DAYS` ahead, of which
    they are told now. Raises `Invalid` by field, `NumberInUse` for a capability that a buyer has, `NotFound`.
    """
    values, moment = details.checked(changes), now or utc_now()
    held = _lock_hosted(number)
    before = {name: getattr(held, name) for name in values}
    for name, value in values.items():
        setattr(held, name, value)
    changed = [name for name in values if getattr(held, name) != before[name]]
    if not changed:
        return held
    _check_capabilities(held, [name for name in changed if name in CAPABILITIES])
    held.save(update_fields=changed)
    after = {name: getattr(held, name) for name in changed}
    audit.record("number.change", held, by=by, company=held.seller.company, before=before, after=after)
    events.write([events.of_number(held, Kind.CHANGED, by=by, now=moment, note=", ".join(changed))])
    if held.state == State.SOLD and any(name in PRICES and name != "setup_fee" for name in changed):
        _tell_new_prices(held, by, moment)
    return held


@transaction.atomic
def withdraw_number(*, number: Number, by: Actor, now: datetime | None = None) -> Number:
    """Take a number away from the exchange; it may be hosted again. Raises `NumberInUse` while a buyer has it."""
    held, moment = locks.lock_number(number.pk), now or utc_now()
    if held.state == State.WITHDRAWN:
        return held
    if held.state == State.SOLD:
        raise NumberInUse("A buyer has this number: block it, so that it is not sold again after they release it.")
    if held.blocked_by_operator and not is_operator(by):
        raise NotAllowed("An operator has blocked this number, and only an operator can withdraw it.")
    return _move(held, State.WITHDRAWN, Kind.WITHDRAWN, "number.withdraw", by=by, now=moment)


@transaction.atomic
def block_number(*, number: Number, by: Actor, reason: str = "", now: datetime | None = None) -> Number:
    """Take a number off the market; one that a buyer has stays theirs, and is not sold again. Operators give a reason.

    An operator's block replaces a seller's, not the reverse. Raises `Invalid`, `NotFound`.
    """
    held, operator, reason = _lock_hosted(number), is_operator(by), reason.strip()
    if len(reason) > 255 or (operator and not reason):
        raise Invalid("Say why.", errors={"reason": ["From 1 to 255 characters."]})
    if held.is_blocked and (held.blocked_by_operator or not operator):
        return held
    held.is_blocked, held.blocked_by_operator, held.block_reason = True, operator, reason
    state = State.BLOCKED if held.state == State.FOR_SALE else State(held.state)
    return _move(held, state, Kind.BLOCKED, "number.block", by=by, now=now or utc_now(), reason=reason)


@transaction.atomic
def unblock_number(*, number: Number, by: Actor, reason: str = "", now: datetime | None = None) -> Number:
    """Put a blocked number back on the market, unless a buyer has it. `NotAllowed`: an operator's block."""
    held = _lock_hosted(number)
    if not held.is_blocked:
        return held
    if held.blocked_by_operator and not is_operator(by):
        raise NotAllowed("An operator has blocked this number, and only an operator can lift that.")
    held.is_blocked, held.blocked_by_operator, held.block_reason = False, False, ""
    state = State.FOR_SALE if held.state == State.BLOCKED else State(held.state)
    return _move(held, state, Kind.UNBLOCKED, "number.unblock", by=by, now=now or utc_now(), reason=reason.strip())


def _lock_hosted(number: Number) -> Number:
    held = locks.lock_number(number.pk)
    if held.state == State.WITHDRAWN:
        raise NotFound("This number is not hosted any more.")
    return held


def _move(
    number: Number,
    state: Number.State,
    kind: NumberEvent.Kind,
    action: str,
    *,
    by: Actor,
    now: datetime,
    reason: str = "",
) -> Number:
    """Write a locked number's block and state, with the event and the audit row."""
    before = number.state
    if state != before:
        number.state, number.state_since, number.quarantined_until = state, now, None
    number.save(
        update_fields=[
            "state",
            "state_since",
            "quarantined_until",
            "is_blocked",
            "blocked_by_operator",
            "block_reason",
        ]
    )
    events.write([events.of_number(number, kind, by=by, now=now, note=reason)])
    facts: dict[str, Any] = {"before": {"state": before}, "after": {"state": state.value}}
    audit.record(action, number, by=by, company=number.seller.company, reason=reason, **facts)
    return number


def _check_capabilities(number: Number, changed: list[str]) -> None:
    if not number.capabilities:
        raise Invalid(
            "A number carries something.", errors={changed[0]: ["At least one of voice, sms, fax and video."]}
        )
    lost = [name for name in changed if not getattr(number, name)]
    if lost and number.state == State.SOLD:
        sentence = "A buyer has this number and may use it: it can't be taken away."
        raise NumberInUse(sentence, errors={name: [sentence] for name in lost})


def _tell_new_prices(number: Number, by: Actor, now: datetime) -> None:
    """Tell the one who has the number, and note from when on the new prices may apply."""
    subscription = Subscription.objects.select_related("buyer__company", "account", "number").get(OPEN, number=number)
    change = PriceChange.objects.create(
        subscription=subscription,
        told_at=now,
        effective_from=now + timedelta(days=settings.NUMBER_PRICE_NOTICE_DAYS),
        **{name: getattr(number, name) for name in PRICES},
    )
    events.write([events.of_subscription(subscription, Kind.PRICE_TOLD, by=by, now=now)])
    tell_prices(change)
