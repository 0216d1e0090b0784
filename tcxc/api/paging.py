"""Pages by key: the cost of a page does not grow with its distance from the first."""

import base64
import json
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from tcxc.errors import Invalid

PAGE_SIZE = 50
MOST = 500


@dataclass(frozen=True, slots=True)
class Order:
    """The unique key that a list runs by: field names in order, and whether the highest comes first."""

    fields: tuple[str, ...] = ("id",)
    newest_first: bool = True

    def sorted(self, rows: QuerySet[Any], *, backwards: bool) -> QuerySet[Any]:
        """The rows in this order, or in the opposite one."""
        sign = "-" if self.newest_first != backwards else ""
        return rows.order_by(*(f"{sign}{name}" for name in self.fields))

    def beyond(self, values: list[Any], *, backwards: bool) -> Q:
        """What comes after a row with these values. The outer condition alone is what an index can use."""
        after = "lt" if self.newest_first != backwards else "gt"
        first, *rest = self.fields
        if not rest:
            return Q(**{f"{first}__{after}": values[0]})
        second = Q(**{f"{first}__{after}": values[0]}) | Q(**{f"{rest[0]}__{after}": values[1]})
        return Q(**{f"{first}__{after}e": values[0]}) & second

    def values(self, row: Model) -> list[Any]:
        """The key of a row."""
        return [getattr(row, name) for name in self.fields]


BY_ID = Order()
OLDEST_FIRST = Order(newest_first=False)
BY_RECORDED_AT = Order(("recorded_at", "id"))


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the key of the row at its edge, and which way to go from there."""

    values: list[Any]
    backwards: bool

    def encode(self) -> str:
        """The cursor as it stands in a URL."""
        text = json.dumps([self.backwards, *self.values], default=str, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, order: Order, rows: QuerySet[Any]) -> Self:
        """The cursor of a URL, or a 400: each value must be one that its field can hold."""
        try:
            backwards, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            fields = [rows.model._meta.get_field(name) for name in order.fields]
            clean = [field.to_python(value) for field, value in zip(fields, values, strict=True)]
            if not isinstance(backwards, bool) or None in clean or any(_unfit(value) for value in clean):
                raise ValueError(text)
        except (ValueError, TypeError, ArithmeticError, ValidationError, RecursionError) as exc:
            raise Invalid("There is no such page.", errors={"cursor": ["Take it from next or previous."]}) from exc
        return cls(clean, backwards)


def _unfit(value: Any) -> bool:
    """Whether PostgreSQL takes no such value: too large a number, a null character, half of a pair."""
    is_text = isinstance(value, str)
    return not value.isprintable() if is_text else isinstance(value, int) and not -(2**63) <= value < 2**63


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows, and the addresses of its neighbours."""

    rows: list[Any]
    next: str | None
    previous: str | None

    def answer(self, results: Any) -> dict[str, Any]:
        """The body of a list."""
        return {"next": self.next, "previous": self.previous, "results": results}


def page_of(rows: QuerySet[Any], request: Request, order: Order = BY_ID) -> Page:
    """The page that `cursor` and `page_size` of the request ask for, in one query."""
    size = page_size(request)
    text = request.query_params.get("cursor")
    cursor = Cursor.decode(text, order, rows) if text else None
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        rows = rows.filter(order.beyond(cursor.values, backwards=backwards))
    found = list(order.sorted(rows, backwards=backwards)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    return Page(
        found,
        _address(request, order, found[-1], backwards=False) if found and has_next else None,
        _address(request, order, found[0], backwards=True) if found and has_previous else None,
    )


def page_size(request: Request) -> int:
    """How many rows a page holds: 50, or `page_size` up to 500."""
    text = request.query_params.get("page_size", "")
    if not text:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise Invalid("There is no such page.", errors={"page_size": [f"A whole number from 1 to {MOST}."]})
    return int(text)


def _address(request: Request, order: Order, row: Any, *, backwards: bool) -> str:
    cursor = Cursor(order.values(row), backwards)
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor.encode())
