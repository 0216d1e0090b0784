"""What may befall the connection of an engine without being lost, and without costing more than another try."""

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from authz.engine.group_commit import Bounds, GroupCommit, Unavailable
from authz.operations import open_engine
from tests.world import an_engine, body


def test_an_engine_outlives_what_made_it_roll_back(world, engine):
    """The driver drops prepared statements after a rollback; those of the engine have to stay."""
    for number in range(3):
        engine.expire(timezone.now())
        engine._wire._plans_until = 0.0
        assert engine.decide([world.call(f"CA{number}")])[0].status == 200
        engine._roll_back()
    assert engine.decide([world.call("CA9")])[0].status == 200


def test_statements_that_are_gone_are_prepared_anew(world, engine):
    engine.decide([world.call("CA1")])
    engine._connection.execute("DEALLOCATE ALL")
    assert [body(answer)["decision"] for answer in engine.decide([world.call("CA2"), world.call("CA3")])] == [
        "allow"
    ] * 2


def test_a_migration_under_its_feet_costs_no_decision(world, engine):
    engine.decide([world.call("CA1")])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE buyers_account ALTER COLUMN voice_policy TYPE text")
        try:
            assert body(engine.decide([world.call("CA2")])[0])["decision"] == "allow"
        finally:
            cursor.execute("ALTER TABLE buyers_account ALTER COLUMN voice_policy TYPE varchar(12)")
    assert body(engine.decide([world.call("CA3")])[0])["decision"] == "allow"


def test_a_database_that_can_only_be_read_is_away(world):
    def open_reader():
        engine = open_engine()
        engine._connection.execute("SET default_transaction_read_only = on")
        return engine

    with pytest.raises(psycopg.OperationalError):
        open_reader().decide([world.call("CA1")])
    with pytest.raises(Unavailable):
        GroupCommit(open_reader, Bounds(patience=0.2)).decide([world.call("CA1")])


def test_a_connection_that_is_cut_is_told_from_a_request_that_is_wrong(world):
    with an_engine() as engine:
        engine.decide([world.call("CA1")])
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [engine._connection.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            engine.decide([world.call("CA2"), world.call("CA3")])
        assert engine.is_broken


def test_a_group_commit_goes_on_over_another_connection(world):
    engines = []

    def opened():
        engines.append(open_engine())
        return engines[-1]

    group = GroupCommit(opened, Bounds())
    for number in range(3):
        assert body(group.decide([world.call(f"CA{number}")])[0])["decision"] == "allow"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [engines[-1]._connection.info.backend_pid])
    assert len(engines) == 3
    engines[-1].close()
