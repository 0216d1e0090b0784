"""Redis may go away at any moment: nobody waits for it long, and an empty cache is the worst that happens."""

import time

import pytest
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

from tcxc.cache import ForgivingRedisCache
from tcxc.embedded.redis import broker_url
from tests.house.test_health import listen


@pytest.fixture(params=["gone", "hangs"])
def address(request, tmp_path):
    """The address of a Redis that is not there, and of one that never answers."""
    server = listen(tmp_path / "redis.sock") if request.param == "hangs" else None
    yield f"unix://{tmp_path}/redis.sock"
    if server:
        server.close()


def test_a_wake_up_fails_at_once(address):
    app = Celery()
    app.config_from_object(settings, namespace="CELERY")
    app.conf.update(broker_url=broker_url(address))
    started = time.monotonic()

    with pytest.raises(OperationalError):
        app.send_task("anything")

    assert time.monotonic() - started < 2


def test_a_cache_answers_as_an_empty_one(address):
    cache = ForgivingRedisCache(address, settings.CACHES["default"])
    started = time.monotonic()

    cache.set("a", 1)
    assert cache.get("a", "nothing") == "nothing"
    assert cache.add("a", 1) is True
    assert cache.incr("a") == 1
    assert cache.get_many(["a"]) == {}

    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("redis://cache.example:6379/0", "redis://cache.example:6379/0"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_celery_gets_the_address_in_its_own_spelling(url, broker):
    assert broker_url(url) == broker
