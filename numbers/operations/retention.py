"""What time does to documents: reminders, expiry, and the deletion of files that nobody needs any more.

Jobs claim rows with SKIP LOCKED, a few at a time: two of them, or one that is killed, do no harm.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from numbers.models import Document, DocumentUse, Verdict
from numbers.notices.documents import tell_expiry
from numbers.operations.reviews import settle_uses
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.files import vault

REMIND_DAYS = (7, 30)  # the nearer first: who hears of the seventh day needs no word of the thirtieth
AT_ONCE = 100
STRAY_AFTER = timedelta(days=1)
State = Verdict.State
_USES = DocumentUse.objects.filter(document=OuterRef("pk"))
_VERDICTS = Verdict.objects.filter(document=OuterRef("pk"))
_IN_USE = Exists(_USES.exclude(subscription__state="released"))


def expire_due(now: datetime | None = None) -> int:
    """Let documents expire whose last day is over: their numbers stop, and their buyers hear of it. How many."""
    moment = now or utc_now()
    due = Document.objects.filter(Exists(_VERDICTS.filter(state=State.APPROVED)), expires_on__lt=moment.date())
    return _claimed(due, partial(_expire, now=moment))


def remind_due(now: datetime | None = None) -> int:
    """Tell buyers once 30 and once 7 days before a document in use expires. How many were told."""
    moment, told = now or utc_now(), 0
    for days in REMIND_DAYS:
        due = Document.objects.filter(
            Q(reminded_days=None) | Q(reminded_days__gt=days),
            Exists(_VERDICTS.filter(state=State.APPROVED)),
            _IN_USE,
            expires_on__gte=moment.date(),
            expires_on__lte=moment.date() + timedelta(days=days),
        )
        told += _claimed(due, partial(_remind, days=days))
    return told


def purge_due(now: datetime | None = None) -> int:
    """Delete the files that nobody has needed for `DOCUMENT_KEPT_DAYS`; rows and verdicts stay. How many.

    Not needed are a document whose numbers were all released, and one that every seller rejected or that has expired.
    """
    moment = now or utc_now()
    since = moment - timedelta(days=settings.DOCUMENT_KEPT_DAYS)
    unused = ~_IN_USE & ~Exists(_USES.filter(subscription__released_at__gte=since))
    refused = ~Exists(_VERDICTS.filter(state__in=[State.PENDING, State.APPROVED]))
    due = Document.objects.filter(
        Q(unused) | Q(refused), ~Exists(_VERDICTS.filter(decided_at__gte=since)), purged_at=None, uploaded_at__lt=since
    )
    return _claimed(due, partial(_purge, now=moment))


def remove_strays(now: datetime | None = None) -> int:
    """Remove files that no kept document names: of uploads that were undone, and of purges that were cut off."""
    removed = 0
    for names in vault.names_before((now or utc_now()) - STRAY_AFTER):
        known = set(Document.objects.filter(name__in=names, purged_at=None).values_list("name", flat=True))
        for name in set(names) - known:
            vault.remove(name)
            removed += 1
    return removed


def rotate_keys() -> int:
    """Encrypt the keys of all kept files with the newest of `DOCUMENT_ENCRYPTION_KEYS`. How many.

    Raises `vault.SealBrokenError` for one that none of the setting's keys opens.
    """
    done = 0
    for pk, key in Document.objects.filter(purged_at=None).values_list("pk", "sealed_key").iterator():
        done += Document.objects.filter(pk=pk, sealed_key=key).update(sealed_key=vault.sealed_anew(key))
    return done


def _claimed(due: QuerySet[Document], do: Callable[[list[Document]], None]) -> int:
    """Do something to all that is due, so many in a transaction, each claimed by one worker alone.

    What is due is asked again under the locks: a document may have been shown for a number while it was being found.
    """
    done = 0
    while True:
        with transaction.atomic():
            found = due.order_by("pk").select_for_update(skip_locked=True, of=("self",), no_key=True)
            claimed = [document.pk for document in found[:AT_ONCE]]
            still_due = list(due.filter(pk__in=claimed).select_related("buyer__company").order_by("pk"))
            do(still_due)
        done += len(still_due)
        if len(claimed) < AT_ONCE:
            return done


def _expire(documents: list[Document], *, now: datetime) -> None:
    by = Actor.system()
    approved = Verdict.objects.filter(document__in=documents, state=State.APPROVED).select_related("document")
    verdicts = list(approved.order_by("pk"))
    approved.update(state=State.EXPIRED, decided_at=now)
    settle_uses(verdicts, by=by, now=now)
    for document in documents:
        facts = {"expires_on": document.expires_on}
        audit.record("document.expire", document, by=by, company=document.buyer.company, after=facts)
        tell_expiry(document, "expired")


def _remind(documents: list[Document], *, days: int) -> None:
    Document.objects.filter(pk__in=[document.pk for document in documents]).update(reminded_days=days)
    for document in documents:
        tell_expiry(document, f"expires_{days}")


def _purge(documents: list[Document], *, now: datetime) -> None:
    """Forget the keys, which no copy of the files can be read without; the files go when that is committed."""
    by = Actor.system()
    Document.objects.filter(pk__in=[document.pk for document in documents]).update(sealed_key="", purged_at=now)
    for document in documents:
        facts = {"kind": document.kind, "uploaded_at": document.uploaded_at}
        audit.record("document.purge", document, by=by, company=document.buyer.company, before=facts)
        transaction.on_commit(partial(vault.remove, document.name), robust=True)
