"""A world with its engine, and connections of a test's own beside Django's."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from authz.engine.engine import Engine
from authz.engine.state import Ask
from tests.world import World, an_engine, body, make_world

Decide = Callable[..., dict[str, Any]]
AtOnce = Callable[[list[Callable[[], Any]]], list[Any]]


@pytest.fixture
def world(transactional_db: None) -> World:
    """A fresh world, committed."""
    return make_world()


@pytest.fixture
def engine(transactional_db: None) -> Iterator[Engine]:
    """An engine over its own connection."""
    with an_engine() as opened:
        yield opened


@pytest.fixture
def decide(engine: Engine) -> Decide:
    """Decide one request, at a given moment if one is given, and give its decoded body."""

    def decide_one(ask: Ask, now: datetime | None = None) -> dict[str, Any]:
        return body(engine.decide([ask], now)[0])

    return decide_one


@pytest.fixture
def at_once() -> AtOnce:
    """Run functions at the same moment, each in a thread with a connection of its own; what they return or raise."""

    def run_all(functions: list[Callable[[], Any]]) -> list[Any]:
        start = Barrier(len(functions))

        def run(function: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                start.wait(30)
                return function()
            except Exception as problem:
                return problem
            finally:
                connection.close()

        with ThreadPoolExecutor(len(functions)) as threads:
            return list(threads.map(run, functions))

    return run_all
