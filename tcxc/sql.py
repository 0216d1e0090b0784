"""SQL that lives beside its migration, forward and reverse."""

from pathlib import Path

from django.db.migrations import RunSQL


def sql_beside(migration_file: str) -> RunSQL:
    """The operation of `NAME.sql` and, backwards, `NAME.reverse.sql` beside the migration `NAME.py`."""
    forward = Path(migration_file).with_suffix(".sql")
    reverse = forward.with_suffix(".reverse.sql")
    return RunSQL(forward.read_text(), reverse.read_text())
