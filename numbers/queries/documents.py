"""What was shown for numbers: to its buyer, to the sellers it was shown to, to operators."""

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from numbers.models import Document, DocumentUse, Requirement, Subscription, Verdict
from tcxc.errors import NotFound

_USES = DocumentUse.objects.select_related("subscription__number").order_by("pk")


def documents_of(buyer_id: int | None) -> QuerySet[Document]:
    """A buyer's documents, the newest first, with their verdicts and uses; with None everybody's."""
    verdicts = Prefetch("verdicts", Verdict.objects.select_related("seller__company").order_by("pk"))
    found = Document.objects.prefetch_related(verdicts, Prefetch("uses", _USES)).order_by("-id")
    return found if buyer_id is None else found.filter(buyer_id=buyer_id)


def documents_for(subscription: Subscription) -> QuerySet[Document]:
    """What its buyer showed for a subscription, the newest first."""
    return documents_of(subscription.buyer_id).filter(uses__subscription=subscription)


def document_of(pk: int, *, buyer_id: int | None) -> Document:
    """One document of a buyer; with None anybody's. Raises `NotFound`."""
    return _one(documents_of(buyer_id), pk)


def reusable_for(subscription: Subscription) -> QuerySet[Document]:
    """The buyer's documents that the subscription's seller has approved, and that were not shown for it yet."""
    approved = Verdict.objects.filter(
        document=OuterRef("pk"), seller_id=subscription.seller_id, state=Verdict.State.APPROVED
    )
    return documents_of(subscription.buyer_id).filter(Exists(approved)).exclude(uses__subscription=subscription)


def shown_to(seller_id: int | None, *, state: str = "") -> QuerySet[Document]:
    """The documents that a seller was shown, with its verdict and its numbers alone; with None everybody's.

    With `state` those of this verdict; `pending` leaves out whose file is gone, which nobody can decide any more.
    """
    verdicts, uses = Verdict.objects.select_related("seller__company").order_by("pk"), _USES
    if seller_id is not None:
        verdicts, uses = verdicts.filter(seller=seller_id), uses.filter(subscription__seller=seller_id)
    wanted = verdicts.order_by().filter(document=OuterRef("pk"))
    wanted = wanted.filter(state=state) if state else wanted
    found = Document.objects.filter(Exists(wanted)).select_related("buyer__company").order_by("-id")
    if state == Verdict.State.PENDING:
        found = found.filter(purged_at=None)
    return found.prefetch_related(Prefetch("verdicts", verdicts), Prefetch("uses", uses))


def document_shown_to(pk: int, *, seller_id: int | None) -> Document:
    """One document that a seller was shown; with None anybody's. Raises `NotFound`."""
    return _one(shown_to(seller_id), pk)


def requirements_seen_by(seller_id: int | None, *, everybody: bool = False) -> QuerySet[Requirement]:
    """What is required of all numbers, and by a seller of its own; with `everybody` also by every other seller."""
    found = Requirement.objects.select_related("seller__company").order_by("id")
    return found if everybody else found.filter(seller=None) | found.filter(seller_id=seller_id)


def _one(documents: QuerySet[Document], pk: int) -> Document:
    found = documents.filter(pk=pk).first()
    if found is None:
        raise NotFound("There is no such document.")
    return found
