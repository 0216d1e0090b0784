"""Lists as CSV, streamed, and harmless to open in a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

from tcxc.api.paging import Order

CHUNK = 2_000
_FORMULA = re.compile(r"[=+\-@\t\r]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


class CsvRenderer(BaseRenderer):
    """Says that a view can answer in CSV; the view streams it by itself."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Nothing: what has such a renderer answers with `csv_response`."""
        raise NotImplementedError


def safe_cell(value: Any) -> str:
    """The text of a cell: what a spreadsheet would take for a formula gets an apostrophe before it."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def rows_by_key(rows: QuerySet[Any], order: Order) -> Iterator[list[Any]]:
    """All rows in chunks, each found by the key of the last row: no transaction is held open while the client reads."""
    ordered = order.sorted(rows, backwards=False)
    chunk = list(ordered[:CHUNK])
    while chunk:
        yield chunk
        last = order.values(chunk[-1])
        chunk = list(ordered.filter(order.beyond(last, backwards=False))[:CHUNK]) if len(chunk) == CHUNK else []


def csv_response(
    *,
    name: str,
    header: Sequence[str],
    chunks: Iterable[list[Any]],
    cells: Callable[[Any], Sequence[Any]],
) -> StreamingHttpResponse:
    """A CSV file of all rows (RFC 4180, UTF-8), sent as it is read."""
    return streamed(name=name, texts=_texts(header, chunks, cells))


def streamed(*, name: str, texts: Iterator[str]) -> StreamingHttpResponse:
    """A file of that name, sent as its texts are made."""
    response = StreamingHttpResponse(texts, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class _Line:
    """A file whose only line is the last one written."""

    def write(self, text: str) -> str:
        """Give the line back to `writerow`'s caller."""
        return text


def _texts(header: Sequence[str], chunks: Iterable[list[Any]], cells: Callable[[Any], Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow(header)
    for chunk in chunks:
        yield "".join(writer.writerow([safe_cell(value) for value in cells(row)]) for row in chunk)
