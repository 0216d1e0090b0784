"""A world and an engine for the tests of the AAA engine, on real connections."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from authz.engine.engine import Engine
from authz.engine.state import Ask
from tests.world import World, an_engine, body, make_world


@pytest.fixture
def world(transactional_db: None) -> World:
    """A fresh world, committed, so that the engine's own connection sees it."""
    return make_world()


@pytest.fixture
def engine(transactional_db: None) -> Iterator[Engine]:
    """An engine over its own connection."""
    with an_engine() as opened:
        yield opened


@pytest.fixture
def decide(engine: Engine) -> Callable[[Ask], dict[str, Any]]:
    """Decide one request and give its decoded body."""
    return lambda ask: body(engine.decide([ask])[0])
