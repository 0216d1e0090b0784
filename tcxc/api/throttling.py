"""A limit on each key's requests a minute. It protects the house, not the money, so without Redis it lets through."""

import logging
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, cast

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from tcxc.api.caller import Caller

if TYPE_CHECKING:  # REST framework imports this module while it loads its views
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

WINDOW = 60
REST_AFTER_FAILURE = 5.0
DAYS_KEPT = 40  # after the last request with a key


class RequestCounter:
    """Counts in Redis, by fixed windows; after a failure it leaves Redis alone for a few seconds."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url, socket_timeout=0.1, socket_connect_timeout=0.1, retry=Retry(NoBackoff(), 0)
        )
        self._away_until = 0.0

    def count(self, name: str, now: float, *, window: int = WINDOW, by_day: bool = False) -> int:
        """How many times `name` was counted in this window of seconds, this one included; 0 when Redis is away.

        With `by_day` it is counted for `days` too.
        """
        if time.monotonic() < self._away_until:
            return 0
        slot = f"api-requests:{name}:{int(now // window)}"
        try:
            with self._client.pipeline(transaction=False) as pipe:
                pipe.incr(slot)
                pipe.expire(slot, 2 * window)
                if by_day:
                    pipe.hincrby(f"api-days:{name}", datetime.fromtimestamp(now, UTC).date().isoformat(), 1)
                    pipe.expire(f"api-days:{name}", DAYS_KEPT * 86_400)
                return int(pipe.execute()[0])
        except redis.RedisError:
            logger.warning("Redis is away: requests are not counted", exc_info=True)
            self._away_until = time.monotonic() + REST_AFTER_FAILURE
            return 0

    def days(self, name: str, days: Sequence[date]) -> list[int] | None:
        """How often `name` was counted on each of these days (UTC), as far as Redis remembers; None when it is away."""
        try:
            counts = self._client.hmget(f"api-days:{name}", [day.isoformat() for day in days])
        except redis.RedisError:
            logger.warning("Redis is away: requests by day are not known", exc_info=True)
            return None
        return [int(count or 0) for count in cast("list[bytes | None]", counts)]


@cache
def request_counter() -> RequestCounter:
    """The one counter of this process."""
    return RequestCounter(settings.REDIS_URL)


class KeyThrottle(BaseThrottle):
    """At most `API_RATE_LIMIT` requests a minute with one key; 0 lifts the limit."""

    def __init__(self) -> None:
        self._now = time.time()

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether this request is still within its minute."""
        limit: int = settings.API_RATE_LIMIT
        if not limit or not isinstance(request.auth, Caller):
            return True
        return request_counter().count(str(request.auth.api_key.pk), self._now, by_day=True) <= limit

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - self._now % WINDOW
