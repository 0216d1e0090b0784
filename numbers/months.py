"""Months as buyers count them: from the day of purchase, in their own time zone.

A month that has no such day ends on its last: from 31 January the boundaries are 28 (or 29) February, 31 March, 30
April. Each boundary is counted from the first day and never from the one before, so nothing drifts.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

MONTHS = 12


def month_day(first_day: date, months: int) -> date:
    """The day that is so many months after the first one: on its day of the month, or on the month's last."""
    year, month = divmod(first_day.year * MONTHS + first_day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(first_day.day, monthrange(year, month + 1)[1]))


def boundary(first_day: date, months: int, time_zone: str) -> datetime:
    """The moment (UTC) at which that day begins there; where midnight is skipped, the first moment after it."""
    midnight = datetime.combine(month_day(first_day, months), time(), ZoneInfo(time_zone))
    return midnight.astimezone(UTC)
