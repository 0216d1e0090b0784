"""Finds calls and messages: those of a buyer, of a seller, or all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, QuerySet

from authz.models import Cdr, Result
from authz.models.records import TrafficRecord
from sellers.models import Rate

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

MOST_LOOKED_AT = 50_000  # calls of a buyer, the latest ones: a question about one number never reads a whole year


def records_of(model: type[Record], *, buyer_id: int | None = None, seller_id: int | None = None) -> QuerySet[Record]:
    """The calls or messages of one buyer or one seller (their companies' ids), or all of them, for operators."""
    owner = {"buyer_id": buyer_id, "seller_id": seller_id}
    return model._default_manager.filter(**{name: value for name, value in owner.items() if value is not None})


def narrowed(rows: QuerySet[Record], filters: Mapping[str, Any]) -> QuerySet[Record]:
    """The records that all filters leave; each is named as in `PATHS`."""
    return rows.filter(**{PATHS[name]: value for name, value in filters.items()})


def dialled_numbers(
    *, buyer_id: int, prefix: str, since: datetime, limit: int, description: str = ""
) -> list[tuple[str, str]]:
    """Numbers that the buyer's calls reached lately, once each, with the description of the rate that priced them."""
    answered = _latest_calls(buyer_id, since).filter(result=Result.ANSWERED, callee__startswith=prefix)
    found = dict(answered.values_list("callee", "rate_pk"))
    rates = {rate for rate in found.values() if rate is not None}
    texts = dict(Rate.objects.filter(pk__in=rates).values_list("pk", "description"))
    rows = [(number, texts.get(rate or 0, "")) for number, rate in sorted(found.items())]
    return [row for row in rows if description.casefold() in row[1].casefold()][:limit]


def calls_to(*, buyer_id: int, number: str, since: datetime) -> dict[str, int]:
    """How many of the buyer's latest calls to a number ended in which way."""
    calls = _latest_calls(buyer_id, since).filter(callee=number)
    return dict(calls.order_by().values_list("result").annotate(Count("id")))


def _latest_calls(buyer_id: int, since: datetime) -> QuerySet[Cdr]:
    latest = Cdr.objects.filter(buyer_id=buyer_id, recorded_at__gte=since).order_by("-recorded_at", "-id")
    return Cdr.objects.filter(pk__in=latest.values("pk")[:MOST_LOOKED_AT], recorded_at__gte=since)
