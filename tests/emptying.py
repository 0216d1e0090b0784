"""Empties the database after a test that committed, quicker than Django's TRUNCATE of every table.

Most tests fill a few tables out of a hundred, and TRUNCATE costs the same for an empty one. Triggers that keep rows for
ever are told to look away, which only a superuser of the tests' own cluster may do.
"""

from django.apps import apps
from django.db import connection

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


def empty_database() -> None:
    """Delete every row that a test left."""
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - KEPT
    with connection.cursor() as cursor:
        parts = [f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in sorted(tables)]
        cursor.execute(" UNION ALL ".join(parts))
        filled = [row[0] for row in cursor.fetchall()]
        if not filled:
            return
        statements = "; ".join(f'DELETE FROM "{table}"' for table in filled)
        cursor.execute(f"SET session_replication_role = replica; {statements}; RESET session_replication_role")
