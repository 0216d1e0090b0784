"""Opening a document's file: each look is noted, for ever, before anything is shown."""

from datetime import datetime

import structlog
from django.db import transaction

from numbers.models import Document, DocumentLook
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import NotFound
from tcxc.files import vault

log = structlog.get_logger(__name__)


def look_at(*, document: Document, side: DocumentLook.Side, by: Actor, now: datetime | None = None) -> bytes:
    """The file of a document that the caller may see, for the buyer, the seller or an operator.

    The look is noted and committed first. Raises `NotFound` when the file is gone, `vault.SealBrokenError` when it
    was tampered with.
    """
    if document.is_purged:
        raise NotFound("The file has been deleted; what was said of it stays.")
    with transaction.atomic():
        DocumentLook.objects.create(
            document=document,
            looked_at=now or utc_now(),
            side=side,
            user=by.user,
            acting_for=by.acting_for,
            api_key=by.api_key,
            address=by.address,
        )
    try:
        return vault.read(document.name, document.sealed_key)
    except FileNotFoundError:  # deleted meanwhile, or lost: the operators' business, not the caller's
        log.error("document_file_missing", document=document.pk)
        raise NotFound("The file is not there any more; what was said of it stays.") from None
