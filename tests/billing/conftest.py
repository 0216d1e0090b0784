"""A world with its engine."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from authz.engine.engine import Engine
from authz.engine.state import Ask
from tests.world import World, an_engine, body, make_world

Decide = Callable[..., dict[str, Any]]


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
