"""Uploads of a connection, and the preview of what publishing one would change."""

from collections.abc import Iterator
from enum import StrEnum

from django.db.models import F, Q, QuerySet

from sellers.models import Change, Connection, PriceListUpload, StagedRate, UploadProblem
from tcxc.errors import NotFound

Position = tuple[str, str]


class View(StrEnum):
    """Which rows of a preview to look at."""

    ALL = "all"
    CHANGED = "changed"
    NEW = "new"
    INCREASE = "increase"
    DECREASE = "decrease"
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    OUTLIERS = "outliers"
    RENAMED = "renamed"
    MISSING = "missing"
    FALLS_TO_CHEAPER = "falls_to_cheaper"
    FALLS_TO_DEARER = "falls_to_dearer"


_MOVING = [Change.INCREASE, Change.DECREASE]
_CONDITIONS: dict[View, Q] = {
    View.ALL: Q(),
    View.CHANGED: Q(change__in=[Change.NEW, Change.INCREASE, Change.DECREASE, Change.WITHDRAWN]),
    **{View(change.value): Q(change=change) for change in Change},
    View.MOVED: Q(change=Change.INCREASE, is_moved=True),
    View.OUTLIERS: Q(change__in=_MOVING)
    & (
        Q(price_1__gt=3 * F("old_price_1"))
        | Q(price_n__gt=3 * F("old_price_n"))
        | Q(old_price_1__gt=3 * F("price_1"))
        | Q(old_price_n__gt=3 * F("price_n"))
    ),
    View.RENAMED: Q(change=Change.UNCHANGED, is_renamed=True),
    View.MISSING: Q(change=Change.WITHDRAWN, row__isnull=True),
    View.FALLS_TO_CHEAPER: Q(change=Change.WITHDRAWN)
    & (Q(fallback_price_1__lt=F("old_price_1")) | Q(fallback_price_n__lt=F("old_price_n"))),
    View.FALLS_TO_DEARER: Q(change=Change.WITHDRAWN)
    & (Q(fallback_price_1__gt=F("old_price_1")) | Q(fallback_price_n__gt=F("old_price_n"))),
}


def uploads_of(connection: Connection) -> QuerySet[PriceListUpload]:
    """Every upload of a connection, newest first."""
    uploads = PriceListUpload.objects.filter(connection=connection)
    return uploads.select_related("uploaded_by", "published_by", "restores").order_by("-id")


def upload_of(connection: Connection, pk: int) -> PriceListUpload:
    """One upload of a connection. Raises `NotFound`."""
    upload = uploads_of(connection).filter(pk=pk).first()
    if upload is None:
        raise NotFound("There is no such upload.")
    return upload


def problems_of(upload: PriceListUpload, *, is_warning: bool = False) -> QuerySet[UploadProblem]:
    """The kept errors, or warnings, of an upload, by row; `error_count` and `warning_count` tell how many there are."""
    return upload.problems.filter(is_warning=is_warning).order_by("row", "id")


def preview_rows(upload: PriceListUpload, view: View) -> QuerySet[StagedRate]:
    """All rows of that view of the preview, in no order."""
    return StagedRate.objects.filter(_CONDITIONS[view], upload_id=upload.pk)


def preview(
    upload: PriceListUpload, *, view: View = View.CHANGED, after: Position | None = None, limit: int = 50
) -> list[StagedRate]:
    """A page of what publishing would change, by kind and code; the next page is after the `position` of the last row.

    Empty once the upload is published: then `published_changes` tells what it changed.
    """
    rows = preview_rows(upload, view)
    if after is not None:
        rows = rows.filter(pk__gt=(upload.pk, *after))
    return list(rows.order_by("upload_id", "change", "prefix")[:limit])


def position(row: StagedRate) -> Position:
    """Where a row stands in its preview."""
    return row.change, row.prefix


def is_stale(upload: PriceListUpload) -> bool:
    """Whether another list was published on the connection since this one was checked: it will be checked again."""
    return upload.status == PriceListUpload.Status.READY and upload.base_version != upload.connection.prices_version


def problem_lines(upload: PriceListUpload) -> Iterator[tuple[int, str, str, str]]:
    """The error file: row, column, kind and message of each kept problem, by row."""
    for problem in upload.problems.order_by("row", "id").iterator():
        yield problem.row, problem.column, "warning" if problem.is_warning else "error", problem.message
