"""Price lists as a whole: the one that holds, and the one that held before a publication."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from sellers.decks.sql import statement
from sellers.decks.writing import ListedRate
from sellers.models import Connection, PriceListUpload, Rate

ROWS_AT_ONCE = 2_000


def current_list(held: Connection) -> Iterator[ListedRate]:
    """The latest word on each code, by code: the announced price where there is one, else the live one.

    Codes that are withdrawn, or will be, are not in it. Reading it from a file again changes nothing.
    """
    open_rates = Rate.objects.filter(connection=held, effective_until__isnull=True).order_by("prefix")
    for row in open_rates.values_list(*ListedRate._fields).iterator(chunk_size=ROWS_AT_ONCE):
        yield ListedRate(*row)


def list_before(publication: PriceListUpload) -> Iterator[ListedRate]:
    """The latest word on each code as it stood before that list was published, by code."""
    facts = {"connection": publication.connection_id, "version": publication.version}
    for row in stream("list_before", facts):
        yield ListedRate(*row)


def stream(name: str, facts: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement, fetched some thousand at a time, so that any number of them takes little memory."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(statement(name), facts)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
