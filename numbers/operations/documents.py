"""What buyers do with documents: show one for a number, or one again that was shown before."""

from datetime import date, datetime
from typing import IO

from django.db import transaction

from numbers import locks, paperwork
from numbers.errors import NumberReleased
from numbers.models import Document, DocumentUse, Subscription, Verdict
from numbers.models.documents import ANY_KIND
from numbers.notices.documents import tell_reviewers
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused
from tcxc.files import intake, vault

MOST_FOR_A_NUMBER = 20


@transaction.atomic
def upload_document(
    *,
    subscription: Subscription,
    kind: str,
    file: IO[bytes],
    by: Actor,
    expires_on: date | None = None,
    now: datetime | None = None,
) -> Document:
    """Show a document for a number: a PDF, JPEG or PNG, which is made anew, kept encrypted, and waits for review.

    The same file again, while it was not rejected, is the same document. Raises `Invalid` by field (`kind`, `file`,
    `expires_on`), `NumberReleased`, `Refused` (`documents_not_required`, `too_many_documents`).
    """
    moment = now or utc_now()
    _check_kind(subscription, kind)
    _check_expiry(expires_on, moment)
    clean = intake.take_in(file)
    held = _lock_open(subscription)
    known = _shown_already(held, kind, clean.content)
    if known is not None:
        return known
    _check_room(held)
    kept = vault.put(clean.content)
    document = Document.objects.create(
        buyer_id=held.buyer_id,
        kind=kind,
        name=kept.name,
        sealed_key=kept.key,
        digest=kept.digest,
        media_type=clean.kind.value,
        size=kept.size,
        uploaded_at=moment,
        uploaded_by=by.user,
        expires_on=expires_on,
    )
    facts = {"kind": kind, "number": held.number.number, "size": kept.size, "media_type": clean.kind.value}
    audit.record("document.upload", document, by=by, company=held.buyer.company, after=facts)
    _show(document, held, by=by, now=moment)
    return document


@transaction.atomic
def reuse_document(
    *, subscription: Subscription, document: Document, by: Actor, now: datetime | None = None
) -> Document:
    """Show a document again, for another number: of the same seller its verdict holds, another looks for themselves.

    Both must be the same buyer's: the caller sees to that. Shown before: nothing changes. Raises as
    `upload_document` does, and `Refused` (`document_unusable`) when it was rejected there, has expired, or its file
    is gone and the seller has not approved it.
    """
    held_document = locks.lock_document(document.pk)
    _check_kind(subscription, held_document.kind)
    held = _lock_open(subscription)
    if DocumentUse.objects.filter(document=held_document, subscription=held).exists():
        return held_document
    _check_room(held)
    _check_usable(held_document, held)
    facts = {"number": held.number.number, "kind": held_document.kind}
    audit.record("document.reuse", held_document, by=by, company=held.buyer.company, after=facts)
    _show(held_document, held, by=by, now=now or utc_now())
    return held_document


def _show(document: Document, subscription: Subscription, *, by: Actor, now: datetime) -> None:
    """Tie a document to a locked subscription, ask its seller for a verdict unless there is one, and settle."""
    DocumentUse.objects.create(document=document, subscription=subscription, used_at=now)
    verdict, is_new = Verdict.objects.get_or_create(
        document=document, seller_id=subscription.seller_id, defaults={"asked_at": now}
    )
    paperwork.settle(subscription, by=by, now=now)
    if is_new:
        tell_reviewers(verdict, subscription)


def _lock_open(subscription: Subscription) -> Subscription:
    held = locks.lock_subscription(subscription.pk)
    if not held.is_open:
        raise NumberReleased("This number has been released: buy it again first.")
    return held


def _check_kind(subscription: Subscription, kind: str) -> None:
    needed = subscription.documents_needed
    if not needed:
        raise Refused("This number needs no documents: keep them to yourself.", type_="documents_not_required")
    if not paperwork.is_kind(kind):
        sentence = "Say what it is in a word of small letters and underscores, such as identity or address_proof."
        raise Invalid(sentence, errors={"kind": [sentence]})
    if needed != [ANY_KIND] and kind not in needed:
        sentence = f"This number needs: {', '.join(needed)}."
        raise Invalid(sentence, errors={"kind": [sentence]})


def _check_expiry(expires_on: date | None, now: datetime) -> None:
    if expires_on is not None and expires_on <= now.date():
        sentence = "It has expired: send one that is valid."
        raise Invalid(sentence, errors={"expires_on": [sentence]})


def _check_room(subscription: Subscription) -> None:
    if DocumentUse.objects.filter(subscription=subscription).count() >= MOST_FOR_A_NUMBER:
        sentence = f"At most {MOST_FOR_A_NUMBER} documents are taken for a number. Ask its seller what is missing."
        raise Refused(sentence, type_="too_many_documents")


def _check_usable(document: Document, subscription: Subscription) -> None:
    verdict = Verdict.objects.filter(document=document, seller_id=subscription.seller_id).first()
    state = verdict.state if verdict is not None else ""
    if state in {Verdict.State.REJECTED, Verdict.State.EXPIRED}:
        raise Refused("It was rejected, or has expired: send another one.", type_="document_unusable")
    if document.is_purged and state != Verdict.State.APPROVED:
        raise Refused("Its file has been deleted, so nobody could look at it: send it anew.", type_="document_unusable")


def _shown_already(subscription: Subscription, kind: str, content: bytes) -> Document | None:
    """The same file, shown for the same number and not rejected: an upload that was sent twice."""
    found = Document.objects.filter(
        uses__subscription=subscription, kind=kind, digest=vault.digest_of(content), purged_at=None
    )
    return found.exclude(
        verdicts__seller_id=subscription.seller_id,
        verdicts__state__in=[Verdict.State.REJECTED, Verdict.State.EXPIRED],
    ).first()
