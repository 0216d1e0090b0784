"""Rates of requests, by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): exact, one time stamp.

The theoretical arrival time says when the account's bucket will be empty again. With `per_second` = n, n requests may
come at once, and one more every 1/n of a second.
"""

from datetime import datetime, timedelta


def next_arrival(tat: datetime | None, now: datetime, per_second: int) -> datetime | None:
    """The new theoretical arrival time if a request conforms now, None if it comes too soon."""
    interval = timedelta(seconds=1) / per_second
    expected = now if tat is None or tat < now else tat
    if expected - now > interval * (per_second - 1):
        return None
    return expected + interval


def used_of(tat: datetime | None, now: datetime, per_second: int) -> int:
    """How many of the requests that may come at once are taken at this moment."""
    behind = max((tat or now) - now, timedelta(0))
    return min(-(-behind // (timedelta(seconds=1) / per_second)), per_second)
