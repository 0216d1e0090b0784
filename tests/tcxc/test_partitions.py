"""The months to come have their partitions, and whoever looks after the house hears of it when they don't."""

from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tcxc import checks, partitions
from tcxc.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def table(monkeypatch):
    """A partitioned table of the test's own, and the only one that is looked after."""
    monkeypatch.setattr(partitions, "_tables", ["of_months"])
    monkeypatch.setattr(partitions, "PAUSE", 0.01)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE of_months (id bigint NOT NULL, recorded_at timestamptz NOT NULL)")
        cursor.execute("SELECT partition_by_month('of_months')")
    yield "of_months"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE of_months")


def drop(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")


def test_the_tables_of_money_and_records_are_looked_after():
    found = list(partitions.state())
    assert {partition.table for partition in found} == {"billing_entry", "authz_cdr", "authz_messagerecord"}
    assert len(found) == 12
    assert all(partition.exists for partition in found)
    assert partitions.keep() == []


def test_missing_months_are_made_by_the_command_and_warned_of_before(table):
    dropped = [partition.name for partition in partitions.state() if partition.months_ahead]
    assert checks.month_partitions(databases=["default"]) == []
    for name in dropped:
        drop(name)
    (warning,) = checks.month_partitions(databases=["default"])
    assert warning.id == "tcxc.W003"
    assert dropped[0] in warning.msg
    output = StringIO()
    call_command("partitions", stdout=output)
    assert output.getvalue().count("made") == 3
    assert output.getvalue().count("there") == 1
    assert checks.month_partitions(databases=["default"]) == []


def test_a_table_in_use_is_not_waited_for_but_tried_again(table, monkeypatch):
    monkeypatch.setattr(partitions, "PAUSE", 0.05)
    (name,) = (partition.name for partition in partitions.state() if partition.months_ahead == 3)
    drop(name)
    locked, free = Event(), Event()

    def use_it() -> None:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM of_months")
            locked.set()
            free.wait(0.5)
            cursor.execute("COMMIT")
        connection.close()

    user = Thread(target=use_it)
    user.start()
    assert locked.wait(10)
    assert partitions.keep() == [name]
    user.join(10)


def test_a_month_whose_rows_came_too_early_is_told_of_and_the_others_are_made(table):
    names = [partition.name for partition in partitions.state() if partition.months_ahead]
    for name in names:
        drop(name)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO of_months VALUES (1, now() + interval '1 month')")
    assert partitions.keep() == names[1:]
    alert = OutboxMessage.objects.get()
    assert alert.payload["name"] == names[0]
    with pytest.raises(CommandError, match="1 could not be made"):
        call_command("partitions", stdout=StringIO())
