"""Finds calls and messages: those of a buyer, of a seller, or all."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet

from authz.models.records import TrafficRecord

Record = TypeVar("Record", bound=TrafficRecord)

PATHS = {
    "since": "recorded_at__gte",
    "until": "recorded_at__lt",
    "account": "account_id",
    "account_sid": "account_sid",
    "buyer": "buyer_id",
    "seller": "seller_id",
    "connection": "connection_id",
    "prefix": "callee__startswith",
    "direction": "direction",
    "result": "result",
    "session_id": "session_id",
}


def records_of(model: type[Record], *, buyer_id: int | None = None, seller_id: int | None = None) -> QuerySet[Record]:
    """The calls or messages of one buyer or one seller (their companies' ids), or all of them, for operators."""
    owner = {"buyer_id": buyer_id, "seller_id": seller_id}
    return model._default_manager.filter(**{name: value for name, value in owner.items() if value is not None})


def narrowed(rows: QuerySet[Record], filters: Mapping[str, Any]) -> QuerySet[Record]:
    """The records that all filters leave; each is named as in `PATHS`."""
    return rows.filter(**{PATHS[name]: value for name, value in filters.items()})
