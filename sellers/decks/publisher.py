"""Publishes a checked upload: every change of it, in one transaction, or none."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import F, Q

from sellers.decks.sql import statement
from sellers.models import Connection, PriceListUpload, Rate, StagedRate

_ENDING = ("overwrite", "drop_pending", "end_prices")  # a first list has nothing to end


def is_staged(upload: PriceListUpload) -> bool:
    """Whether every row is still staged: a crash of the database may have emptied that table, and time clears it."""
    return StagedRate.objects.filter(upload_id=upload.pk).count() == upload.rows + upload.missing


def is_outdated(upload: PriceListUpload, held: Connection, now: datetime) -> bool:
    """Whether the connection's live prices are no longer those that the upload was compared with.

    Either another list was published since, or the time came for a price that was announced.
    """
    if upload.base_version != held.prices_version:
        return True
    began = Q(effective_from__gt=upload.checked_at, effective_from__lte=now)
    ended = Q(effective_until__gt=upload.checked_at, effective_until__lte=now)
    return Rate.objects.filter(began | ended, connection_id=held.pk).exists()


def rises_beyond(upload: PriceListUpload, percent: Decimal) -> bool:
    """Whether any price of the upload rises by more than this, by itself or since its code falls back to another."""
    most = 1 + percent / 100
    steep = Q()
    for new in ("price_1", "price_n", "fallback_price_1", "fallback_price_n"):
        steep |= Q(**{f"{new}__gt": F(f"old_{new.removeprefix('fallback_')}") * most})
    return StagedRate.objects.filter(steep, upload_id=upload.pk).exists()


def apply_changes(upload: PriceListUpload, *, now: datetime) -> None:
    """Change the rates as the staged rows say; those without a time of their own begin now. Locks are the caller's."""
    facts: dict[str, Any] = {"upload": upload.pk, "connection": upload.connection_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("SET LOCAL statement_timeout = '10min'")  # for a million rows, from the web too
        for step in (*(_ENDING if upload.connection.rates.exists() else ()), "begin_prices"):
            cursor.execute(statement(step), facts)
        if upload.renamed:
            cursor.execute(statement("rename"), facts)
