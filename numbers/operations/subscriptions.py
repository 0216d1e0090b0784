"""What buyers do with their numbers: delivery, link, renewal, release."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from numbers import contacts, events, locks
from numbers.errors import NumberReleased
from numbers.models import Number, NumberEvent, Subscription
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid

Kind = NumberEvent.Kind
BY_BUYER = "by the buyer"


def change_routing(
    *, subscription: Subscription, changes: Mapping[str, Any], by: Actor, now: datetime | None = None
) -> Subscription:
    """Change where a number's traffic is delivered (`sip_contact`, `smpp_contact`) or its `tags`.

    Raises `Invalid` by field, `NumberReleased`.
    """
    return _change(subscription, contacts.checked(changes), Kind.ROUTED, "number.route", by=by, now=now)


def assign_link(
    *, subscription: Subscription, account_sid: str, by: Actor, now: datetime | None = None
) -> Subscription:
    """Tie a number to a Restcomm sub-account that is linked to its account, or with an empty SID to none.

    Raises `Invalid` (`account_sid`), `NumberReleased`.
    """
    link = contacts.link_of(subscription.account, account_sid)
    return _change(subscription, {"link": link}, Kind.ROUTED, "number.link", by=by, now=now)


def set_auto_renew(
    *, subscription: Subscription, auto_renew: bool, by: Actor, now: datetime | None = None
) -> Subscription:
    """Renew the number by itself, or release it when its period is over. Raises `NumberReleased`."""
    kind = Kind.RENEWAL_ON if auto_renew else Kind.RENEWAL_OFF
    return _change(subscription, {"auto_renew": auto_renew}, kind, "number.renewal", by=by, now=now)


@transaction.atomic
def release(
    *, subscription: Subscription, by: Actor, reason: str = BY_BUYER, now: datetime | None = None
) -> Subscription:
    """Give a number back at once: it is for sale again, after its quarantine where it has one. Nothing is paid back.

    Released before: nothing changes. Calls under way go on at their price. Raises `Invalid` for a reason that is too
    long.
    """
    held = locks.lock_number_and_subscription(subscription)
    if not held.is_open:
        return held
    if not 0 < len(reason.strip()) <= 255:
        raise Invalid("Say why.", errors={"reason": ["From 1 to 255 characters."]})
    moment, before = now or utc_now(), held.state
    held.state, held.state_since, held.released_at = Subscription.State.RELEASED, moment, moment
    held.release_reason = reason.strip()
    held.save(update_fields=["state", "state_since", "released_at", "release_reason"])
    freed = _freed(held.number, moment)
    events.write(
        [
            events.of_subscription(held, Kind.RELEASED, by=by, now=moment, note=held.release_reason),
            events.of_number(held.number, freed, by=by, now=moment),
        ]
    )
    audit.record(
        "number.release",
        held,
        by=by,
        company=held.buyer.company,
        before={"state": before},
        after={"state": held.state, "number": held.number.number},
        reason=held.release_reason,
    )
    return held


def _freed(number: Number, now: datetime) -> NumberEvent.Kind:
    """Let a locked number go: into quarantine, off the market, or on it. Returns the event that says so."""
    number.state_since = now
    if number.quarantine_days:
        number.state, kind = Number.State.QUARANTINED, Kind.QUARANTINED
        number.quarantined_until = now + timedelta(days=number.quarantine_days)
    elif number.is_blocked:
        number.state, kind = Number.State.BLOCKED, Kind.BLOCKED
    else:
        number.state, kind = Number.State.FOR_SALE, Kind.FOR_SALE
    number.save(update_fields=["state", "state_since", "quarantined_until"])
    return kind


@transaction.atomic
def _change(
    subscription: Subscription,
    values: Mapping[str, Any],
    kind: NumberEvent.Kind,
    action: str,
    *,
    by: Actor,
    now: datetime | None,
) -> Subscription:
    held = locks.lock_subscription(subscription.pk)
    if not held.is_open:
        raise NumberReleased("This number has been released: buy it again first.")
    before = {name: getattr(held, name) for name in values}
    changed = [name for name, value in values.items() if value != before[name]]
    if not changed:
        return held
    for name in changed:
        setattr(held, name, values[name])
    held.save(update_fields=changed)
    events.write([events.of_subscription(held, kind, by=by, now=now or utc_now(), note=", ".join(changed))])
    shown = {name: (_plain(before[name]), _plain(values[name])) for name in changed}
    audit.record(
        action,
        held,
        by=by,
        company=held.buyer.company,
        before={name: pair[0] for name, pair in shown.items()},
        after={name: pair[1] for name, pair in shown.items()},
    )
    return held


def _plain(value: Any) -> Any:
    return getattr(value, "account_sid", value)
