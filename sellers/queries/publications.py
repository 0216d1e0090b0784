"""Publications of a connection: which there were, by whom, and what each of them changed."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from sellers.models import Connection, PriceListUpload
from sellers.queries.price_lists import stream


class PublishedChange(NamedTuple):
    """How one publication changed the price of one code. Prices a minute or a part, in the seller's currency.

    Without a new price the code was withdrawn; a forbidden one is refused, whatever its price. `at` is when the change
    takes, or took, effect.
    """

    prefix: str
    description: str
    change: str
    at: datetime
    forbidden: bool
    old_price_1: Decimal | None
    old_price_n: Decimal | None
    old_interval_1: int | None
    old_interval_n: int | None
    price_1: Decimal | None
    price_n: Decimal | None
    interval_1: int | None
    interval_n: int | None


def publications_of(connection: Connection) -> QuerySet[PriceListUpload]:
    """What was published on a connection, newest first, with who did it and the counts of what it changed."""
    published = PriceListUpload.objects.filter(connection=connection, status=PriceListUpload.Status.PUBLISHED)
    return published.select_related("published_by", "uploaded_by", "restores").order_by("-version")


def published_changes(publication: PriceListUpload) -> Iterator[PublishedChange]:
    """Every code that a publication changed, by code: for notices to buyers and their CSV. Of any age."""
    facts = {
        "connection": publication.connection_id,
        "upload": publication.pk,
        "published_at": publication.published_at,
    }
    for row in stream("published_changes", facts):
        yield PublishedChange(*row)
