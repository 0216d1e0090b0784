"""Which documents a number needs, and whether a subscription's have all been approved."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from numbers import events
from numbers.models import Number, NumberEvent, Requirement, Subscription
from numbers.models.documents import ANY_KIND, Verdict
from tcxc.actors import Actor

Documents = Subscription.Documents
_KIND = re.compile(r"[a-z][a-z0-9_]{1,39}")
# Of several documents of one kind the best counts; of several kinds the worst, most of all what the buyer has to mend.
_BEST_FIRST = (Documents.APPROVED, Documents.PENDING, Documents.REJECTED, Documents.EXPIRED, Documents.MISSING)
_WORST_FIRST = (Documents.REJECTED, Documents.EXPIRED, Documents.MISSING, Documents.PENDING, Documents.APPROVED)


def requirements_for(number: Number, requirements: Iterable[Requirement]) -> list[Requirement]:
    """Those that hold for a number, by kind; of one kind the seller's own, else the closer one."""
    found: dict[str, Requirement] = {}
    for one in sorted(requirements, key=_closeness):
        if _holds(one, number):
            found[one.kind] = one
    return [found[kind] for kind in sorted(found)]


def _holds(one: Requirement, number: Number) -> bool:
    return (
        one.country in {"", number.country}
        and one.type in {"", number.type}
        and one.seller_id in {None, number.seller_id}
    )


def _closeness(one: Requirement) -> tuple[bool, bool, bool]:
    return one.seller_id is not None, bool(one.country), bool(one.type)


def needed_kinds(number: Number, requirements: Iterable[Requirement]) -> list[str]:
    """The kinds that whoever buys the number has to show; `any` when its seller asks in words alone."""
    kinds = [one.kind for one in requirements_for(number, requirements)]
    return kinds or ([ANY_KIND] if number.documents_required else [])


def state_at_purchase(needed: Sequence[str]) -> str:
    """Where the documents of a new subscription stand."""
    return Documents.MISSING if needed else Documents.NOT_REQUIRED


def is_kind(text: str) -> bool:
    """Whether a text can name a kind of documents."""
    return _KIND.fullmatch(text) is not None and text != ANY_KIND


def overall(states: Iterable[str]) -> str:
    """Of several verdicts on one document the one that asks for most."""
    return _first(_WORST_FIRST, states)


def settle(subscription: Subscription, *, by: Actor, now: datetime) -> bool:
    """Work out where a locked subscription's documents stand, and write it with its event. Returns whether it moved."""
    state = _state_of(subscription)
    if state == subscription.documents_state:
        return False
    subscription.documents_state = state
    subscription.save(update_fields=["documents_state"])
    note = Documents(state).label
    events.write([events.of_subscription(subscription, NumberEvent.Kind.DOCUMENTS, by=by, now=now, note=str(note))])
    return True


def _state_of(subscription: Subscription) -> str:
    if not subscription.documents_needed:
        return Documents.NOT_REQUIRED
    shown = _shown(subscription)
    if subscription.documents_needed == [ANY_KIND]:
        return _first(_BEST_FIRST, [state for _, state in shown])
    each = [_first(_BEST_FIRST, [s for k, s in shown if k == kind]) for kind in subscription.documents_needed]
    return _first(_WORST_FIRST, each)


def _shown(subscription: Subscription) -> list[tuple[str, str]]:
    """Each document that was shown for it: its kind, and what the number's seller says of it."""
    verdicts = Verdict.objects.filter(document__uses__subscription=subscription, seller_id=subscription.seller_id)
    return list(verdicts.values_list("document__kind", "state"))


def _first(order: Sequence[str], states: Iterable[str]) -> str:
    found = set(states)
    return next((state for state in order if state in found), Documents.MISSING)
