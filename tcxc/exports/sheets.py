"""What can be exported: by its kind, such as `buyer.calls`, a list of rows with its heading."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from tcxc.api.paging import Order
from tcxc.models import Export

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of an export, in an order by key, and how the fields of one become the cells under the heading.

    Cells are texts, whole numbers, exact decimals, moments, or None.
    """

    heading: Sequence[str]
    rows: QuerySet[Any]
    order: Order
    fields: Sequence[str]
    cells: Callable[[tuple[Any, ...]], Sequence[Any]]

    def chunks(self) -> Iterator[list[Sequence[Any]]]:
        """All rows, some thousand at a time, each found by the key of the last: no transaction stays open."""
        keys = len(self.order.fields)
        rows = self.order.sorted(self.rows, backwards=False).values_list(*self.order.fields, *self.fields)
        chunk = list(rows[:CHUNK])
        while chunk:
            yield [self.cells(row[keys:]) for row in chunk]
            beyond = self.order.beyond(list(chunk[-1][:keys]), backwards=False)
            chunk = list(rows.filter(beyond)[:CHUNK]) if len(chunk) == CHUNK else []


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the field that it shows, and how, if not as it is."""

    heading: str | Promise
    field: str
    shown: Callable[[Any], Any] | None = None


def table(columns: Sequence[Column], rows: QuerySet[Any], order: Order) -> Sheet:
    """A sheet of these columns."""
    shown = [column.shown for column in columns]

    def cells(row: tuple[Any, ...]) -> list[Any]:
        return [value if show is None else show(value) for show, value in zip(shown, row, strict=True)]

    return Sheet([str(column.heading) for column in columns], rows, order, [c.field for c in columns], cells)


@dataclass(frozen=True, slots=True)
class Kind:
    """One list: what it is called, and how it is opened for an export. `opened` raises `NotFound` or `Invalid`."""

    label: str | Promise
    opened: Callable[[Export], Sheet]


_kinds: dict[str, Kind] = {}


def register(kind: str, label: str | Promise, opened: Callable[[Export], Sheet]) -> None:
    """Have a list of this kind exported."""
    _kinds[kind] = Kind(label, opened)


def kind_of(kind: str) -> Kind | None:
    """What is registered under this name."""
    return _kinds.get(kind)
