"""How many requests a log-in may send in a second and in an hour; without Redis nothing is counted."""

import time

from django.conf import settings

from tcxc.api.throttling import request_counter
from tcxc.errors import Refused


class TooMany(Refused):
    """The log-in has to wait before it asks again."""

    type = "rate_limited"
    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests: wait {seconds} s.")
        self.retry_after = seconds


def check_quotas(name: str) -> None:
    """Count one request of this log-in. Raises `TooMany`; a limit of 0 is none."""
    now = time.time()
    for window, limit in ((1, settings.DIALECT_REQUESTS_A_SECOND), (3_600, settings.DIALECT_REQUESTS_AN_HOUR)):
        if limit and request_counter().count(f"{window}:{name}", now, window=window) > limit:
            raise TooMany(max(1, int(window - now % window)))
