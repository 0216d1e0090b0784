"""The three signatures of TCXC's API: each the SHA-256 of something with the API key behind or within it."""

import hashlib
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

LIVES = timedelta(seconds=300)  # before and after: clocks differ
_MILLISECONDS_FROM = 10**11  # as seconds that would be the year 5138


def of_controller(controller: str, *, api_key: str, api_login: str, ts: str) -> str:
    """The signature of a call; `ts` as it was sent."""
    return _sha256(f"{controller}{api_key}{api_login}{ts}")


def of_address(address: str, *, api_key: str) -> str:
    """The signature of a callback's path, or of path and query of a screen."""
    return _sha256(f"{address}{api_key}")


def is_same(signature: str, right: str) -> bool:
    """Compare in a time that tells nothing."""
    return constant_time_compare(signature, right)


def is_timely(ts: str, *, now: datetime) -> bool:
    """Whether a time stamp in unix seconds or milliseconds is within five minutes of now. It may come again."""
    if not (ts.isascii() and ts.isdigit() and len(ts) <= 16):
        return False
    seconds = int(ts) / 1000 if int(ts) >= _MILLISECONDS_FROM else int(ts)
    return abs(now.timestamp() - seconds) <= LIVES.total_seconds()


def unsigned(address: str) -> str:
    """Path and query as they were before `sign=…` was put to them."""
    path, mark, query = address.partition("?")
    parts = [part for part in query.split("&") if not part.startswith("sign=")]
    return f"{path}{mark}{'&'.join(parts)}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
