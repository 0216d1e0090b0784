"""The preview: every row by what it would do, a page at a time."""

from decimal import Decimal

import pytest

from sellers.queries.uploads import View, is_stale, position, preview, problem_lines, upload_of, uploads_of
from tcxc.errors import NotFound
from tests.sellers.lists import Lists, day, deck, row

pytestmark = pytest.mark.django_db


def codes(upload, view: View) -> list[str]:
    return [staged.prefix for staged in preview(upload, view=view)]


@pytest.fixture
def upload(lists: Lists):
    lists.publish(
        row("44", "0.02"), row("4479", "0.05"), row("447911", "0.01"), row("45", "0.02"), row("46", "0.02"), row("47"),
        row("48", "0.02"), row("481", "0.03"),
    )  # fmt: skip
    return lists.check(
        deck(
            row("44", "0.07"), row("4479", "0.05", discontinued=True), row("447911", "0.01", discontinued=True),
            row("45", "0.005"), row("46", "0.03", at=day(3)), row("47", text="Norway"), row("49"),
            row("48", "0.02", forbidden=True), row("481", discontinued=True),
        ),
        on=1,
    )  # fmt: skip


def test_rows_are_shown_by_kind(upload):
    assert codes(upload, View.NEW) == ["49"]
    assert codes(upload, View.INCREASE) == ["44", "46"]
    assert codes(upload, View.DECREASE) == ["45"]
    assert codes(upload, View.WITHDRAWN) == ["4479", "447911", "48", "481"]
    assert codes(upload, View.UNCHANGED) == ["47"]
    assert codes(upload, View.CHANGED) == ["45", "44", "46", "49", "4479", "447911", "48", "481"]
    assert len(codes(upload, View.ALL)) == upload.rows == 9


def test_old_and_new_price_stand_side_by_side_with_their_day(upload):
    moved, dated = preview(upload, view=View.INCREASE)
    assert (moved.old_price_1, moved.price_1, moved.starts_at) == (Decimal("0.02"), Decimal("0.07"), day(8))
    assert (dated.old_price_1, dated.price_1, dated.starts_at) == (Decimal("0.02"), Decimal("0.03"), day(3))


def test_what_deserves_a_look_is_counted_and_shown(upload):
    assert (upload.moved, codes(upload, View.MOVED)) == (1, ["44"])
    assert (upload.outliers, codes(upload, View.OUTLIERS)) == (2, ["45", "44"])
    assert (upload.renamed, codes(upload, View.RENAMED)) == (1, ["47"])


def test_withdrawn_codes_say_what_they_fall_back_to(upload):
    assert (upload.falls_to_cheaper, codes(upload, View.FALLS_TO_CHEAPER)) == (1, ["4479"])
    assert (upload.falls_to_dearer, codes(upload, View.FALLS_TO_DEARER)) == (1, ["447911"])
    falls = {
        staged.prefix: (staged.fallback_prefix, staged.fallback_price_1)
        for staged in preview(upload, view=View.WITHDRAWN)
    }
    assert falls["4479"][0] == falls["447911"][0] == "44"
    assert falls["481"] == ("48", None)  # which refuses


def test_a_code_falls_back_to_the_price_that_the_list_itself_begins(lists: Lists):
    lists.publish(row("44", "0.02"), row("4479", "0.05"))
    upload = lists.check(deck(row("44", "0.01"), row("4479", discontinued=True), row("447", "0.9")), on=1)
    withdrawn = preview(upload, view=View.WITHDRAWN)[0]
    assert (withdrawn.fallback_prefix, withdrawn.fallback_price_1) == ("447", Decimal("0.9"))


def test_codes_missing_from_a_list_that_replaces_are_shown(lists: Lists):
    lists.publish(row("44"), row("45"))
    upload = lists.check(deck(row("44")), on=1, mode="replace")
    assert (upload.missing, codes(upload, View.MISSING)) == (1, ["45"])


def test_pages_follow_each_other_without_gap_or_repeat(lists: Lists):
    upload = lists.check(deck(*[row(f"{number}", forbidden=number % 3 == 0) for number in range(100, 200)]))
    seen, after = [], None
    while page := preview(upload, view=View.ALL, after=after, limit=7):
        seen += [staged.prefix for staged in page]
        after = position(page[-1])
    assert sorted(seen) == [f"{number}" for number in range(100, 200)]


def test_a_preview_is_stale_once_another_list_is_published(lists: Lists):
    upload = lists.check(deck(row("44")))
    assert not is_stale(upload)
    lists.publish(row("45"))
    assert is_stale(upload_of(lists.connection, upload.pk))


def test_the_error_file_names_each_problem(lists: Lists):
    upload = lists.check(deck(row("44", "0"), row("045")))
    assert [line[:3] for line in problem_lines(upload)] == [(3, "Prefix", "error")]


def test_uploads_are_found_from_their_own_connection_only(lists: Lists, networks):
    upload = lists.upload(deck(row("44")))
    assert list(uploads_of(lists.connection)) == [upload]
    with pytest.raises(NotFound):
        upload_of(networks, upload.pk)
