"""Checks an upload: reads its file, finds every fault, and stages what publishing it would change.

Any number of workers may look for work at once: an upload is claimed for some time, the claim is renewed as rows are
read, and one whose worker died is claimed again when that time is over. What a worker found is written in one
transaction, and only while its claim is the newest.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import transaction

from sellers.decks import staging
from sellers.decks.checking import RowChecker, check_header
from sellers.decks.problems import ProblemLog, Unreadable
from sellers.decks.reading import read_rows
from sellers.decks.text import Record, Run
from sellers.locks import lock_connection, lock_next_to_check, lock_upload
from sellers.models import PriceListUpload, UploadProblem
from tcxc import live
from tcxc.clock import utc_now

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
ROWS_AT_ONCE = 10_000
CLAIM = timedelta(minutes=2)
MOST_ATTEMPTS = 5


class ClaimLost(Exception):  # noqa: N818  (somebody else goes on)
    """Another worker has claimed the upload, or it was decided meanwhile."""


def check_next_upload(*, clock: Clock = utc_now) -> PriceListUpload | None:
    """Claim the oldest upload that waits, and check it; None when nothing waits."""
    upload = _claim(clock())
    if upload is None:
        return None
    try:
        return _check(upload, clock)
    except ClaimLost:
        logger.info("another worker checks upload %s", upload.pk)
        return upload


@transaction.atomic
def _claim(now: datetime) -> PriceListUpload | None:
    upload = lock_next_to_check(now)
    if upload is None:
        return None
    upload.attempts += 1
    upload.claimed_until = now + CLAIM
    upload.rows_read = 0
    upload.save(update_fields=["attempts", "claimed_until", "rows_read"])
    return upload


def _check(upload: PriceListUpload, clock: Clock) -> PriceListUpload:
    log = ProblemLog()
    with staging.raw_rows():
        rows = _read(upload, log, clock)
        with transaction.atomic():
            return _conclude(upload, rows, log, clock())


def _read(upload: PriceListUpload, log: ProblemLog, clock: Clock) -> int:
    """Bring the file's good rows into the database, log the others, and say how many rows there are."""
    checker = RowChecker(upload.connection, log)
    if upload.attempts > MOST_ATTEMPTS:
        log.error(1, "", "The file could not be checked in several attempts. Upload it again, or in smaller parts.")
        return 0
    try:
        with upload.file.open("rb") as file:
            rows = read_rows(file, upload.file_name, checker.good_rows)
            check_header(rows)
            is_more = True
            while is_more:
                last_row = checker.last_row
                staging.copy_lines(_batch(rows, checker, log))
                _renew(upload, checker.rows, clock())
                is_more = checker.last_row - last_row >= ROWS_AT_ONCE
    except Unreadable as unreadable:
        _log(unreadable, log)
    except FileNotFoundError:
        log.error(1, "", "The file is no longer there. Upload it again.")
    if not checker.rows and not log.error_count and upload.restores_id is None:
        log.error(2, "", "The file has a header and no rows. Add a row for each code.")
    return checker.rows


def _batch(rows: Iterator[Run | Record], checker: RowChecker, log: ProblemLog) -> Iterator[list[str]]:
    """Lines of the good ones among the next some thousand rows, a run at a time.

    Where the file can't be read on it ends too, and that is logged: raised, it would undo the COPY it goes into.
    """
    last_row = checker.last_row
    try:
        for found in rows:
            yield checker.lines(found)
            if checker.last_row - last_row >= ROWS_AT_ONCE:
                return
    except Unreadable as unreadable:
        _log(unreadable, log)


def _log(unreadable: Unreadable, log: ProblemLog) -> None:
    log.error(unreadable.problem.row, unreadable.problem.column, unreadable.problem.message)


def _renew(upload: PriceListUpload, rows_read: int, now: datetime) -> None:
    held = PriceListUpload.objects.filter(
        pk=upload.pk, attempts=upload.attempts, status=PriceListUpload.Status.CHECKING
    )
    if not held.update(rows_read=rows_read, claimed_until=now + CLAIM):
        raise ClaimLost
    _say_how_far(upload)


def _say_how_far(upload: PriceListUpload) -> None:
    """Pages that show it look again once this is committed."""
    live.tell_on_commit((live.What.JOBS, upload.connection.seller_id))


def _conclude(upload: PriceListUpload, rows: int, log: ProblemLog, now: datetime) -> PriceListUpload:
    """Write what was found. The connection is locked, so that its prices stay while they are compared."""
    held_connection = lock_connection(upload.connection_id)
    held = lock_upload(upload.pk)
    if held.attempts != upload.attempts or held.status != PriceListUpload.Status.CHECKING:
        raise ClaimLost
    held.connection = held_connection
    staging.prepare_comparison(held)
    staging.log_duplicates(log)
    if not log.error_count:
        _stage(held, log, now)
    held.status = PriceListUpload.Status.REJECTED if log.error_count else PriceListUpload.Status.READY
    held.rows = held.rows_read = rows
    held.error_count, held.warning_count = log.error_count, log.warning_count
    held.checked_at, held.claimed_until = now, None
    held.save()
    _say_how_far(held)
    _keep_problems(held, log)
    return held


def _stage(held: PriceListUpload, log: ProblemLog, now: datetime) -> None:
    counts = staging.stage(held, now=now)
    staging.log_oddities(held, counts, log)
    for name in counts.keys() - set(staging.ODDITIES):
        setattr(held, name, counts[name])
    held.base_version = held.connection.prices_version


def _keep_problems(upload: PriceListUpload, log: ProblemLog) -> None:
    upload.problems.all().delete()
    found = [(False, problem) for problem in log.errors] + [(True, problem) for problem in log.warnings]
    UploadProblem.objects.bulk_create(
        UploadProblem(
            upload=upload, is_warning=is_warning, row=problem.row, column=problem.column, message=problem.message
        )
        for is_warning, problem in sorted(found, key=lambda pair: pair[1].row)
    )
