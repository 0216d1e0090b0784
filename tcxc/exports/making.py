"""Writes exports. The database says which wait; any number of workers may look.

An export is claimed for some time, the claim is renewed as rows are written, and one whose worker died is written anew
by another when that time is over. The file gets its name when it is whole, so nobody fetches half of one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tcxc import live
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.exports import files
from tcxc.exports.sheets import Sheet, kind_of
from tcxc.models import Export

CLAIM = timedelta(minutes=2)
MOST_ATTEMPTS = 3
log = structlog.get_logger(__name__)
Clock = Callable[[], datetime]


class ClaimLost(Exception):  # noqa: N818
    """Another worker writes it, or it has been deleted."""


def write_next_export(clock: Clock = utc_now) -> Export | None:
    """Write one export that waits, if there is one, and give it as it then is."""
    export = _claim(clock())
    if export is None:
        return None
    path = files.folder() / f"{export.pk}-{export.attempts}-{token_hex(8)}.part"
    try:
        _write(export, path, clock)
    except ClaimLost:
        log.info("export_claim_lost", export=export.pk)
    except Refused as refusal:
        _fail(export, refusal.detail, clock())
    except Exception as problem:
        log.exception("export_failed", export=export.pk)
        if export.attempts >= MOST_ATTEMPTS:
            _fail(export, f"It could not be written: {type(problem).__name__}.", clock())
    finally:
        path.unlink(missing_ok=True)
    return export


@transaction.atomic
def _claim(now: datetime) -> Export | None:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    waiting = Export.objects.filter(free, status=Export.Status.WRITING).order_by("pk")
    export = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("company", "made_by").first()
    if export is None:
        return None
    export.attempts += 1
    export.claimed_until, export.rows_written = now + CLAIM, 0
    export.save(update_fields=["attempts", "claimed_until", "rows_written"])
    return export


def _write(export: Export, path: Path, clock: Clock) -> None:
    kind = kind_of(export.kind)
    if kind is None or export.attempts > MOST_ATTEMPTS:
        raise Refused("It could not be written. Ask for it again, or for a shorter period.")
    with timezone.override(ZoneInfo(export.made_by.time_zone)):  # days of filters are those of who asked
        sheet = kind.opened(export)
    _note(export, clock(), rows=sheet.rows.count())
    _fill(export, sheet, path, clock)
    size, name = path.stat().st_size, f"{token_hex(16)}.{export.format}"
    path.rename(files.folder() / name)
    try:
        now = clock()
        done = {"status": Export.Status.READY, "size": size, "file": name, "finished_at": now}
        _note(export, now, **done, rows=export.rows_written, claimed_until=None)
    except ClaimLost:
        (files.folder() / name).unlink(missing_ok=True)
        raise


def _fill(export: Export, sheet: Sheet, path: Path, clock: Clock) -> None:
    writer = files.writer_of(export.format, path, sheet.heading)
    try:
        for chunk in sheet.chunks():
            writer.write(chunk)
            export.rows_written += len(chunk)
            _note(export, clock(), rows_written=export.rows_written)
    finally:
        writer.close()


def _note(export: Export, now: datetime, **facts: object) -> None:
    """Write how far it has come and renew the claim. Raises `ClaimLost`."""
    held = _held(export)
    if not held.update(**({"claimed_until": now + CLAIM} | facts)):
        raise ClaimLost
    for name, value in facts.items():
        setattr(export, name, value)
    live.tell_on_commit((live.What.JOBS, export.company_id))


def _fail(export: Export, problem: str, now: datetime) -> None:
    facts = {"status": Export.Status.FAILED, "problem": problem[:255], "finished_at": now}
    _held(export).update(**facts, claimed_until=None)
    live.tell_on_commit((live.What.JOBS, export.company_id))


def _held(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, attempts=export.attempts, status=Export.Status.WRITING)


def forget_exports(now: datetime) -> int:
    """Delete exports that have expired, with their files, and files that belong to none. Returns how many exports."""
    expired = list(Export.objects.filter(expires_at__lt=now).values_list("pk", "file")[:5_000])
    Export.objects.filter(pk__in=[pk for pk, _ in expired]).delete()
    for _, name in expired:
        if name:
            (files.folder() / name).unlink(missing_ok=True)
    _sweep(now - timedelta(days=1))
    return len(expired)


def _sweep(before: datetime) -> None:
    """Remove what a worker that died, or a deletion that was cut off, has left behind."""
    old = [path for path in files.folder().iterdir() if path.stat().st_mtime < before.timestamp()]
    known = set(Export.objects.filter(file__in=[path.name for path in old]).values_list("file", flat=True))
    for path in old:
        if path.name not in known:
            path.unlink(missing_ok=True)
