"""A durable PostgreSQL with the product's tables, for all tests of faults; each leaves it running."""

from collections.abc import Iterator

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

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


@pytest.fixture
def models_there(cluster, transactional_db) -> Iterator[None]:
    """Models use the durable cluster."""
    usual = dict(connection.settings_dict)
    there = conninfo_to_dict(cluster.conninfo)
    connection.close()
    names = {"HOST": there["host"], "NAME": there["dbname"], "USER": there["user"], "PORT": ""}
    connection.settings_dict.update(names)
    yield
    connection.close()
    connection.settings_dict.update(usual)
