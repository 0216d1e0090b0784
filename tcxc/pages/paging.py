"""Pages by key for tables: any page costs what the first one does."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from tcxc.api.paging import BY_ID, BY_RECORDED_AT, OLDEST_FIRST, Cursor, Order
from tcxc.errors import Invalid

__all__ = ["BY_ID", "BY_RECORDED_AT", "OLDEST_FIRST", "Order", "TablePage", "table_page"]

ROWS = 50


@dataclass(frozen=True, slots=True)
class TablePage:
    """The rows of one page, and the query strings of its neighbours; filters stay in them."""

    rows: list[Any]
    older: str | None
    newer: str | None

    @property
    def is_alone(self) -> bool:
        """Whether this page is all there is."""
        return self.older is None and self.newer is None


def table_page(rows: QuerySet[Any], request: HttpRequest, order: Order = BY_ID, *, size: int = ROWS) -> TablePage:
    """The page that `cursor` of the address names, in one query. A cursor that nobody gave out is a 404."""
    cursor = _cursor(rows, request, order)
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        rows = rows.filter(order.beyond(cursor.values, backwards=backwards))
    found = list(order.sorted(rows, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_older, has_newer = (True, more) if backwards else (more, cursor is not None)
    return TablePage(
        found,
        _address(request, order, found[-1], backwards=False) if found and has_older else None,
        _address(request, order, found[0], backwards=True) if found and has_newer else None,
    )


def _cursor(rows: QuerySet[Any], request: HttpRequest, order: Order) -> Cursor | None:
    text = request.GET.get("cursor")
    try:
        return Cursor.decode(text, order, rows) if text else None
    except Invalid as fault:
        raise Http404 from fault


def _address(request: HttpRequest, order: Order, row: Any, *, backwards: bool) -> str:
    query = request.GET.copy()
    query["cursor"] = Cursor(order.values(row), backwards).encode()
    return f"?{query.urlencode()}"
