"""Checking: any number of workers, each list once, and a worker that dies loses nothing."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from sellers import tasks
from sellers.decks import checker, staging
from sellers.models import PriceListUpload
from sellers.operations.price_lists import check_next_upload
from tests.sellers.lists import Lists, changes, day, deck, errors, row

pytestmark = pytest.mark.django_db


def test_lists_are_checked_in_the_order_they_came(lists: Lists):
    first, second = lists.upload(deck(row("44"))), lists.upload(deck(row("45")))
    assert [lists.check_waiting().pk, lists.check_waiting().pk] == [first.pk, second.pk]
    assert check_next_upload() is None


def test_the_job_checks_all_that_wait(lists: Lists):
    for _ in range(3):
        lists.upload(deck(row("44")))
    assert tasks.check_price_lists() == 3
    assert set(PriceListUpload.objects.values_list("status", flat=True)) == {"ready"}


def test_a_list_whose_worker_died_is_checked_by_another_in_time(lists: Lists, monkeypatch):
    upload = lists.upload(deck(row("44")))
    monkeypatch.setattr(staging, "copy_lines", lambda lines: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lists.check_waiting()
    monkeypatch.undo()
    assert check_next_upload(clock=lambda: day(0) + timedelta(seconds=1)) is None
    assert check_next_upload(clock=lambda: day(0) + checker.CLAIM) == upload
    upload.refresh_from_db()
    assert changes(upload) == {"new": 1}


def test_a_worker_that_lost_its_claim_writes_nothing(lists: Lists, monkeypatch):
    upload = lists.upload(deck(row("44")))
    copy_lines = staging.copy_lines

    def slowly(lines: Iterable[list[str]]) -> None:  # so that another worker claims the list meanwhile
        PriceListUpload.objects.filter(pk=upload.pk).update(attempts=2)
        copy_lines(lines)

    monkeypatch.setattr(staging, "copy_lines", slowly)
    lists.check_waiting()
    upload.refresh_from_db()
    assert (upload.status, upload.rows, upload.attempts) == ("checking", 0, 2)
    assert not upload.staged.exists()


def test_a_file_that_breaks_its_workers_is_given_up(lists: Lists, monkeypatch):
    upload = lists.upload(deck(row("44")))
    PriceListUpload.objects.filter(pk=upload.pk).update(attempts=checker.MOST_ATTEMPTS)
    assert "in several attempts" in errors(lists.check_waiting())[0][2]


def test_progress_is_told_while_rows_are_read(lists: Lists, monkeypatch):
    monkeypatch.setattr(checker, "ROWS_AT_ONCE", 1_000)
    seen = []
    copy = staging.copy_lines

    def copying(lines: Iterable[list[str]]) -> None:
        seen.append(PriceListUpload.objects.get().rows_read)
        copy(lines)

    monkeypatch.setattr(staging, "copy_lines", copying)
    quoted = [row(f"{10_000 + number}", text='"a, b"') for number in range(3_500)]
    assert lists.check(deck(*quoted)).rows_read == 3_500
    assert seen == sorted(seen)
    assert len(seen) == 4
