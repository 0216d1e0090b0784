"""Any sequence of price lists leaves the prices that the rules, written down in plain Python, call for."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sellers.decks.writing import csv_lines
from sellers.models import Connection, PriceListUpload, Rate
from sellers.operations.price_lists import publish_price_list
from sellers.queries.price_lists import current_list
from sellers.queries.publications import published_changes
from tcxc.errors import Refused
from tests.sellers.lists import START, SYSTEM, Lists, changes, deck, errors, row
from tests.sellers.reference import Reference, Row, Terms, worth

pytestmark = pytest.mark.django_db

CODES = ["4", "44", "447"]
HOURS = 24
DAYS = st.integers(0, 30).map(lambda days: days * HOURS)

rows = st.builds(
    Row,
    code=st.sampled_from(CODES),
    price=st.integers(1, 3),
    date=st.none() | DAYS,
    forbidden=st.sampled_from([False, False, False, True]),
    discontinued=st.sampled_from([False, False, False, True]),
)
uploads = st.tuples(
    st.lists(rows, min_size=1, max_size=3, unique_by=lambda each: each.code),
    st.integers(0, 8),  # days since the last publication
    st.sampled_from([0, 0, 1, 9]),  # days between upload and check
    st.sampled_from([0, 0, 0, 2]),  # days between check and publication
    st.sampled_from([False, False, False, True]),  # whether it replaces the whole list
)


def at_hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def hour(moment: datetime | None) -> float:
    return float("inf") if moment is None else (moment - START) / timedelta(hours=1)


def written(each: Row) -> str:
    at = "ASAP" if each.date is None else at_hour(each.date)
    return row(each.code, str(each.price), at=at, forbidden=each.forbidden, discontinued=each.discontinued)


@given(st.lists(uploads, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_prices_are_those_of_the_reference(connection: Connection, sequence):
    with transaction.atomic():
        play(Lists(connection), sequence)
        transaction.set_rollback(True)
    connection.refresh_from_db()


def play(lists: Lists, sequence) -> None:
    reference, now = Reference(), 0
    for list_rows, pause, until_check, until_publication, replace in sequence:
        uploaded = now + pause * HOURS + 1  # not the moment of any date
        checked = uploaded + until_check * HOURS
        now = checked + until_publication * HOURS
        mode = "replace" if replace else "merge"
        content = deck(*(written(each) for each in list_rows))
        upload = lists.upload(content, on=uploaded / HOURS, mode=mode)
        upload = lists.check_waiting(on=checked / HOURS)
        assert upload.status == "ready", errors(upload)
        upload, judged = published(lists, upload, checked, now)
        counts = reference.publish(list_rows, uploaded=uploaded, checked=judged, published=now, replace=replace)
        assert changes(upload) == counts
        compare(lists, reference, now)
        told = [change.change for change in published_changes(upload)]
        assert {kind: told.count(kind) for kind in told} == {k: n for k, n in counts.items() if k != "unchanged"}
    comes_back_unchanged(lists, now)


def published(lists: Lists, upload: PriceListUpload, checked: int, now: int) -> tuple[PriceListUpload, int]:
    """The published list and the hour it was compared at: again, if prices began or ended since."""
    with suppress(Refused):
        return publish_price_list(upload=upload, by=SYSTEM, now=at_hour(now)), checked
    return publish_price_list(upload=lists.check_waiting(on=now / HOURS), by=SYSTEM, now=at_hour(now)), now


def compare(lists: Lists, reference: Reference, now: int) -> None:
    """At every turn and between them each code has one live price at most, and it is the reference's."""
    for code in CODES:
        rates = list(Rate.objects.filter(connection=lists.connection, prefix=code))
        spans = [(hour(r.effective_from), hour(r.effective_until), r) for r in rates]
        turns = {turn for start, end, _ in spans for turn in (start, end) if turn != float("inf")}
        turns |= {turn for turn, _ in reference.codes.get(code, [])}
        for moment in {at for turn in turns for at in (turn - 0.5, turn, turn + 0.5)}:
            live = [r for start, end, r in spans if start <= moment < end]
            assert len(live) <= 1
            found = Terms(int(live[0].price_1), live[0].forbidden) if live else None
            assert found == worth(reference.codes.get(code, []), moment), (code, moment, now)
    worths = [worth(reference.codes.get(code, []), now) for code in reversed(CODES)]
    expected = next((terms for terms in worths if terms is not None), None)
    assert lists.price("4479", on=now / HOURS) == (None if expected is None or expected.forbidden else expected.price)


def comes_back_unchanged(lists: Lists, now: int) -> None:
    """The export, sent in again in either mode, changes nothing."""
    content = "".join(csv_lines(current_list(lists.connection)))
    if content.count("\n") < 2:
        return
    for mode in ("merge", "replace"):
        assert set(changes(lists.check(content, on=now / HOURS, mode=mode))) <= {"unchanged"}
