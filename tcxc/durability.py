"""Refuses a PostgreSQL that would acknowledge what it can still lose."""

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

_QUESTION = "SELECT current_setting('fsync'), current_setting('synchronous_commit')"


def how_unsafe(database: "psycopg.Connection[tuple[str, str]]") -> str | None:
    """What is wrong with the server's settings for this connection's user and database; None when nothing is."""
    row = database.execute(_QUESTION).fetchone()
    return judge(*row) if row else "no answer"


def judge(fsync: str, synchronous_commit: str) -> str | None:
    """The settings that are not what we need, as one text; None when all are."""
    found = {"fsync": fsync, "synchronous_commit": synchronous_commit}
    return ", ".join(f"{name} is off" for name, value in found.items() if value == "off") or None


def ask() -> str | None:
    """The same of Django's own connection; None also when no database answers, so that nothing can be lost yet."""
    if settings.TESTING_DATABASE:
        return None
    try:
        with connection.cursor() as cursor:
            cursor.execute(_QUESTION)
            return judge(*cursor.fetchone())
    except OperationalError:
        return None


def refuse_unsafe_database() -> None:
    """Raise ImproperlyConfigured when the database may lose what it acknowledges: start-up ends there."""
    wrong = ask()
    connection.close()
    if wrong:
        raise ImproperlyConfigured(f"PostgreSQL would lose acknowledged money in a crash: {wrong}. Set both to on.")
