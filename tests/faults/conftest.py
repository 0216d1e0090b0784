"""A durable PostgreSQL with the product's tables, for all tests of faults; each leaves it running."""

from collections.abc import Iterator

import pytest

from tests.cluster import DurablePostgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[DurablePostgres]:
    """A running cluster with fsync on. Crash it, and start it again."""
    made = DurablePostgres()
    try:
        made.start()
        made.migrate()
        yield made
    finally:
        made.remove()
