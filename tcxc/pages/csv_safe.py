"""CSV downloads: written while they are sent, and with no cell that a spreadsheet would run as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse

RISKY = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """What was written."""
        return text


def lines(*parts: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The rows as lines of CSV. A text that begins like a formula gets an apostrophe before it."""
    writer = csv.writer(_Echo())
    for row in chain(*parts):
        yield writer.writerow([_harmless(cell) for cell in row])


def download(text: Iterable[str], name: str) -> StreamingHttpResponse:
    """The text as a CSV file to be saved under that name."""
    answer = StreamingHttpResponse((part.encode() for part in text), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(RISKY) else cell
