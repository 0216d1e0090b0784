"""Verdicts on documents: by the seller of a number, or by an operator in the place of every seller that waits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from numbers import locks, paperwork
from numbers.models import Document, Subscription, Verdict
from numbers.models.subscriptions import OPEN
from numbers.notices.documents import tell_buyer
from sellers.models import Seller
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused
from tcxc.queries.people import is_operator

State = Verdict.State


@transaction.atomic
def approve_document(
    *,
    document: Document,
    by: Actor,
    seller: Seller | None = None,
    reason: str = "",
    expires_on: date | None = None,
    now: datetime | None = None,
) -> Document:
    """Say that a document will do: the numbers it was shown for work as soon as nothing else is missing.

    `seller` is whose verdict it is; without one (operators) that of every seller it was shown to. `expires_on` is the
    last day on which it is valid. Raises `Invalid`, `Refused` (`document_gone`: nobody can look at it any more).
    """
    moment = now or utc_now()
    held = _lock_visible(document)
    last_day = expires_on or held.expires_on
    if last_day is not None and last_day <= moment.date():
        sentence = "It is valid until a day that is over: reject it, or give the day that it says."
        raise Invalid(sentence, errors={"expires_on": [sentence]})
    if last_day != held.expires_on:
        held.expires_on, held.reminded_days = last_day, None
        held.save(update_fields=["expires_on", "reminded_days"])
    return _decide(held, seller, _Decision(State.APPROVED, reason.strip(), by, moment))


@transaction.atomic
def reject_document(
    *, document: Document, by: Actor, reason: str, seller: Seller | None = None, now: datetime | None = None
) -> Document:
    """Say that a document won't do, and why: the buyer reads it, and may send another one.

    An approved one can be rejected too: then its numbers stop at once. `seller` is as for `approve_document`. Raises
    `Invalid` without a reason, `Refused` (`document_gone`).
    """
    if not reason.strip():
        raise Invalid("Say why: the buyer reads it.", errors={"reason": ["From 1 to 255 characters."]})
    said = _Decision(State.REJECTED, reason.strip(), by, now or utc_now())
    return _decide(_lock_visible(document), seller, said)


def _lock_visible(document: Document) -> Document:
    held = locks.lock_document(document.pk)
    if held.is_purged:
        raise Refused("Its file has been deleted, so nobody can look at it: ask for it anew.", type_="document_gone")
    return held


@dataclass(frozen=True, slots=True)
class _Decision:
    """What is said of a document, by whom and when."""

    state: Verdict.State
    reason: str
    by: Actor
    now: datetime


def _decide(document: Document, seller: Seller | None, said: _Decision) -> Document:
    if len(said.reason) > 255:
        raise Invalid("The reason is too long.", errors={"reason": ["At most 255 characters."]})
    verdicts = document.verdicts.select_related("seller__company").order_by("pk")
    for verdict in verdicts if seller is None else verdicts.filter(seller=seller):
        if (verdict.state, verdict.reason) != (said.state, said.reason):
            verdict.document = document
            _write(verdict, said)
    return document


def _write(verdict: Verdict, said: _Decision) -> None:
    """Change one verdict of a locked document, and all that follows from it."""
    before = {"state": verdict.state, "reason": verdict.reason}
    verdict.state, verdict.reason, verdict.decided_at = said.state, said.reason, said.now
    verdict.decided_by, verdict.by_operator = said.by.user, is_operator(said.by)
    verdict.save(update_fields=["state", "reason", "decided_at", "decided_by", "by_operator"])
    audit.record(
        "document.approve" if said.state == State.APPROVED else "document.reject",
        verdict.document,
        by=said.by,
        company=verdict.seller.company,
        before=before,
        after={"state": said.state.value, "seller": verdict.seller_id},
        reason=said.reason,
    )
    tell_buyer(verdict, settle_uses([verdict], by=said.by, now=said.now))


def settle_uses(verdicts: Iterable[Verdict], *, by: Actor, now: datetime) -> list[Subscription]:
    """Work out anew where the open subscriptions stand that verdicts of locked documents speak of. Returns them."""
    wanted = [(verdict.document_id, verdict.seller_id) for verdict in verdicts]
    found = Subscription.objects.filter(OPEN, document_uses__document__in=[document for document, _ in wanted])
    found = found.filter(seller__in=[seller for _, seller in wanted])
    held = [locks.lock_subscription(pk) for pk in sorted(set(found.values_list("pk", flat=True)))]
    for subscription in held:
        paperwork.settle(subscription, by=by, now=now)
    return held
