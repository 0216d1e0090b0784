"""Price lists: uploaded, checked, published, restored."""

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import IO
from uuid import uuid4

from django.core.files import File
from django.db import transaction

from sellers.decks import checker, publisher
from sellers.decks.waking import wake_checkers
from sellers.decks.writing import csv_lines
from sellers.locks import lock_connection, lock_upload
from sellers.models import Connection, PriceListUpload, StagedRate
from sellers.queries.price_lists import list_before
from tcxc import audit, outbox
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused

KEPT_STAGED = timedelta(days=7)
COUNTS = ("new", "increase", "decrease", "withdrawn", "unchanged")
Status = PriceListUpload.Status


@transaction.atomic
def upload_price_list(
    *,
    connection: Connection,
    file: IO[bytes],
    file_name: str,
    by: Actor,
    mode: str = PriceListUpload.Mode.MERGE,
    restores: PriceListUpload | None = None,
    now: datetime | None = None,
) -> PriceListUpload:
    """Take in a price list, to be checked by a worker soon. `now` is when increases begin to count their seven days.

    In mode `replace` the codes that the file does not name are withdrawn. Raises `Invalid` for an unknown mode.
    """
    if mode not in PriceListUpload.Mode.values:
        raise Invalid("The mode is not known.", errors={"mode": ["One of merge and replace."]})
    plain_name = PurePath(file_name.replace("\\", "/")).name[-255:] or "price-list.csv"
    upload = PriceListUpload(
        connection=connection,
        mode=mode,
        restores=restores,
        file_name=plain_name,
        uploaded_at=now or utc_now(),
        uploaded_by=by.user,
    )
    upload.file.save(f"{uuid4().hex}{PurePath(plain_name).suffix.lower()[:8]}", File(file), save=False)
    upload.save()
    after = {"connection": connection.pk, "file_name": plain_name, "mode": mode}
    audit.record("price_list.upload", upload, by=by, company=connection.seller.company, after=after)
    wake_checkers()
    return upload


def check_next_upload(*, clock: Callable[[], datetime] = utc_now) -> PriceListUpload | None:
    """Check the oldest upload that waits and that no worker holds; None when nothing waits."""
    return checker.check_next_upload(clock=clock)


def publish_price_list(*, upload: PriceListUpload, by: Actor, now: datetime | None = None) -> PriceListUpload:
    """Make a checked list's changes, all of them in one transaction. A second time changes nothing.

    Raises `Refused`: `still_checking`, `has_errors`, `another_publisher_needed`, or `prices_changed` when the live
    prices are no longer those of the preview. Then the list is checked again at once, and publishing that takes another
    call: keep such a refusal outside of a transaction of your own, which would undo that.
    """
    published = _publish(upload, by, now or utc_now())
    if published.status == Status.CHECKING:
        raise Refused(
            "The prices changed since the preview. The list is being checked again: look at the new preview, "
            "then publish.",
            type_="prices_changed",
        )
    return published


@transaction.atomic
def _publish(upload: PriceListUpload, by: Actor, now: datetime) -> PriceListUpload:
    connection = lock_connection(upload.connection_id)
    held = lock_upload(upload.pk)
    held.connection = connection
    if held.status == Status.PUBLISHED:
        return held
    if held.status != Status.READY:
        raise _not_ready(held)
    if publisher.is_outdated(held, connection, now) or not publisher.is_staged(held):
        return _check_again(held)
    held.needs_another = needs_another_publisher(upload=held)
    if held.needs_another:
        _check_another(held, by)
    publisher.apply_changes(held, now=now)
    connection.prices_version += 1
    connection.save(update_fields=["prices_version"])
    held.status, held.version = Status.PUBLISHED, connection.prices_version
    held.published_at, held.published_by = now, by.user
    held.save(update_fields=["status", "version", "published_at", "published_by", "needs_another"])
    _tell(held, by)
    return held


def needs_another_publisher(*, upload: PriceListUpload) -> bool:
    """Whether a price of this checked list rises by more than one person of the seller's may publish alone."""
    percent = upload.connection.seller.second_person_rise_percent
    return percent is not None and publisher.rises_beyond(upload, percent)


def _check_another(upload: PriceListUpload, by: Actor) -> None:
    """Pass a colleague in person: no key, nobody on somebody's behalf, and not who uploaded it."""
    colleague = by.user if by.api_key is None and by.acting_for is None else None
    if colleague is None or colleague.pk == upload.uploaded_by_id:
        percent = upload.connection.seller.second_person_rise_percent
        raise Refused(
            f"Prices rise by more than {percent:f} %: another colleague than who uploaded the list publishes it.",
            type_="another_publisher_needed",
        )


def _not_ready(upload: PriceListUpload) -> Refused:
    if upload.status == Status.CHECKING:
        return Refused("The list is still being checked.", type_="still_checking")
    return Refused("The list has errors: mend them and upload it again.", type_="has_errors")


def _check_again(upload: PriceListUpload) -> PriceListUpload:
    upload.status, upload.claimed_until, upload.base_version = Status.CHECKING, None, None
    upload.save(update_fields=["status", "claimed_until", "base_version"])
    wake_checkers()
    return upload


def _tell(upload: PriceListUpload, by: Actor) -> None:
    """Write the audit row, and owe those who buy here a notice (floors above know who that is)."""
    counts = {name: getattr(upload, name) for name in COUNTS}
    facts = {"connection": upload.connection_id, "version": upload.version, **counts}
    audit.record("price_list.publish", upload, by=by, company=upload.connection.seller.company, after=facts)
    payload = {"upload": upload.pk, "published_at": upload.published_at, **facts}
    outbox.enqueue("prices.published", key=f"prices:{upload.pk}", payload=payload)


def restore_price_list(*, publication: PriceListUpload, by: Actor, now: datetime | None = None) -> PriceListUpload:
    """Upload the list as it stood before a publication, in mode `replace`: to be checked, seen and published as any.

    So an increase that this brings back takes its seven days too. Raises `Refused` (`not_published`).
    """
    if publication.status != Status.PUBLISHED:
        raise Refused("Only what was published can be taken back.", type_="not_published")
    with tempfile.TemporaryFile() as file:
        for part in csv_lines(list_before(publication)):
            file.write(part.encode())
        file.seek(0)
        return upload_price_list(
            connection=publication.connection,
            file=file,
            file_name=f"before-version-{publication.version}.csv",
            by=by,
            mode=PriceListUpload.Mode.REPLACE,
            restores=publication,
            now=now,
        )


@transaction.atomic
def clear_staged_rates(*, now: datetime | None = None) -> int:
    """Remove the staged rows of lists that are decided, or that waited for a week: those are checked again later."""
    before = (now or utc_now()) - KEPT_STAGED
    ready = PriceListUpload.objects.filter(status=Status.READY, checked_at__gte=before)
    return StagedRate.objects.exclude(upload_id__in=ready.values("pk")).delete()[0]
