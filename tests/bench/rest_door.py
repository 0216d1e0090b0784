"""The AAA paths through Django REST framework, beside an empty view of it on the same server."""

from collections.abc import Iterator
from typing import Any

from tests.bench import servers
from tests.bench.figures import figure, versus
from tests.bench.load import send
from tests.bench.servers import serve
from tests.bench.settings import Settings

EMPTY = "tests.bench.empty_server:application"
BARE = "tests.bench.bare_server:application"


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Single authorizes, batches of 100, whole calls."""
    house = settings.house
    house.fresh()
    with (
        serve(house, servers.REST) as rest,
        serve(house, EMPTY, settings="tests.bench.empty_settings") as empty,
        serve(house, BARE, settings="tests.bench.bare_settings") as bare,
    ):
        singles, empties, bares, batches, calls = versus(
            settings,
            lambda seconds: send(rest, "authorize", seconds).rate,
            lambda seconds: send(empty, "empty", seconds).rate,
            lambda seconds: send(bare, "empty", seconds).rate,
            lambda seconds: send(rest, "batch", seconds, connections=4).rate * 100,
            lambda seconds: send(rest, "call", seconds).rate / 3,
        )
    beside = ("empty DRF view, same middleware", empties)
    yield figure("REST door, authorize, 64 connections", singles, "authorize/s", against=beside, at_least=0.7)
    beside = ("empty DRF view, no middleware", bares)
    yield figure("REST door, authorize, against a bare project", singles, "authorize/s", against=beside)
    beside = ("single calls", singles)
    yield figure("REST door, batches of 100", batches, "authorize/s", against=beside, at_least=5)
    beside = ("authorize alone", singles)
    yield figure("REST door, whole calls", calls, "calls/s", against=beside, at_least=0.35)
