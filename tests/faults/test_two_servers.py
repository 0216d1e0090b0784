"""Accounts split over two PostgreSQL servers by buyer: every request is decided on one of them alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from authz.models import Session
from billing.models import Entry
from tests.cluster import DurablePostgres
from tests.world import World, an_engine, body, make_world


@contextmanager
def on_server(server: DurablePostgres) -> Iterator[None]:
    """Models and engines use that server inside, and the usual one afterwards."""
    usual = dict(connection.settings_dict)
    there = conninfo_to_dict(server.conninfo)
    connection.close()
    names = {"HOST": there["host"], "NAME": there["dbname"], "USER": there["user"], "PORT": ""}
    connection.settings_dict.update(names)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


def a_call(world: World) -> None:
    """One call of 61 seconds at 6 cents, on the server in use."""
    with an_engine() as engine:
        [allowed] = engine.decide([world.call("CA-the-same-id")])
        assert body(allowed)["decision"] == "allow"
        [closed] = engine.decide([world.ask("terminate", session_id="CA-the-same-id", used_seconds=61)])
        assert body(closed)["charged"] == "0.061000"


@pytest.mark.django_db(transaction=True)
def test_each_server_decides_for_its_own_buyers_and_knows_nothing_of_the_others(durable_postgres) -> None:
    durable_postgres.migrate()
    first = make_world("5")
    with on_server(durable_postgres):
        second = make_world("7")
        a_call(second)
        assert second.wallet().balance == Decimal("6.939")
        assert Session.objects.count() == 1
        assert sum(Entry.objects.values_list("amount", flat=True)) == 0
    assert first.wallet().balance == 5
    assert not Session.objects.exists()
    a_call(first)
    assert first.wallet().balance == Decimal("4.939")
