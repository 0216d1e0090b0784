"""A cache that forgets instead of failing when Redis is away: nothing decided from a cache may be vital."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as TooSlow

logger = structlog.get_logger(__name__)

# What an empty cache would answer to each call of the client, which also gives it the call's arguments.
ANSWERS: dict[str, Callable[..., Any]] = {
    "add": lambda key, value, timeout: True,
    "get": lambda key, default: default,
    "set": lambda key, value, timeout: None,
    "touch": lambda key, timeout: False,
    "delete": lambda key: False,
    "get_many": lambda keys: {},
    "has_key": lambda key: False,
    "incr": lambda key, delta: delta,
    "set_many": lambda data, timeout: None,
    "delete_many": lambda keys: None,
}


class ForgivingClient(RedisCacheClient):
    """Django's client, whose calls below `ANSWERS` survive the loss of Redis."""


def forgiving(method: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
    """The method, which gives the empty cache's answer when Redis can't be reached in time."""

    @wraps(method)
    def call(self: RedisCacheClient, *arguments: Any) -> Any:
        try:
            return method(self, *arguments)
        except (NoConnection, TooSlow) as problem:
            logger.warning("cache_unavailable", call=method.__name__, problem=type(problem).__name__)
            return answer(*arguments)

    return call


for _name, _answer in ANSWERS.items():
    setattr(ForgivingClient, _name, forgiving(getattr(RedisCacheClient, _name), _answer))


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache with the client above."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient
