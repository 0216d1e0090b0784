"""Months are counted from the first day: nothing drifts, nothing is skipped, whatever the calendar or the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from numbers.months import boundary, month_day

ZONES = [
    "UTC",
    "Europe/London",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "America/Santiago",
    "Asia/Beirut",
]
days = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2028, 1, 31), [(2, 29), (3, 31), (4, 30), (5, 31)]),
        (date(2027, 1, 31), [(2, 28), (3, 31), (4, 30), (5, 31)]),
        (date(2028, 1, 30), [(2, 29), (3, 30), (4, 30), (5, 30)]),
        (date(2027, 1, 29), [(2, 28), (3, 29), (4, 29), (5, 29)]),
        (date(2028, 2, 29), [(3, 29), (4, 29), (5, 29), (6, 29)]),
        (date(2028, 12, 31), [(1, 31), (2, 28), (3, 31), (4, 30)]),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(first, expected):
    found = [month_day(first, n) for n in range(1, 5)]
    assert [(day.month, day.day) for day in found] == expected


@given(days, st.integers(0, 600))
def test_every_month_has_its_day_and_none_is_skipped(first, months):
    day, following = month_day(first, months), month_day(first, months + 1)
    assert day.day == first.day or (day + timedelta(days=1)).day == 1
    assert (following.year - day.year) * 12 + following.month - day.month == 1
    assert month_day(first, 0) == first


@given(days, st.integers(0, 240), st.sampled_from(ZONES))
def test_periods_touch_without_a_gap_and_begin_with_the_day(first, months, zone):
    start, end = boundary(first, months, zone), boundary(first, months + 1, zone)
    assert timedelta(days=27, hours=22) < end - start < timedelta(days=31, hours=2)
    local = start.astimezone(ZoneInfo(zone))
    assert local.date() == month_day(first, months)
    assert (start - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() < local.date()


def test_where_midnight_is_skipped_the_day_begins_after_it():
    assert boundary(date(2026, 8, 6), 1, "America/Santiago") == datetime(2026, 9, 6, 4, tzinfo=UTC)
