"""The clock: UTC, and calendars in a reader's or a buyer's time zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def utc_now() -> datetime:
    """This moment, in UTC. Operations take it as an argument, so that tests can move it."""
    return datetime.now(UTC)


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day of a moment in a time zone (an IANA name)."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
