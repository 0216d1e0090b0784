"""Examples for the OpenAPI document: each serializer shows one, wherever it is a body, a reply or a row of a list.

All of them are of one story: a call from Acme Calls through Atlantic Carrier.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.drainage import get_override
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework.serializers import BaseSerializer

Json = dict[str, Any]
Kind = TypeVar("Kind", bound=type[BaseSerializer[Any]])

SID = "AC0123456789abcdef0123456789abcdef"
SESSION = "CA0f1e2d3c4b5a69788796a5b4c3d2e1f0"
BEFORE, BEGIN, END = "2026-11-20T09:00:00Z", "2026-11-25T10:00:00Z", "2026-11-25T10:02:05Z"
_MADE = ("200", "201", "202")


def example(name: str, value: Json) -> Callable[[Kind], Kind]:
    """Show this value where the serializer stands."""
    return extend_schema_serializer(examples=[OpenApiExample(name, value=value, status_codes=_MADE)])


def page_example(row: type[BaseSerializer[Any]]) -> list[OpenApiExample]:
    """A page with the example of its row; nothing when the row has none."""
    return [
        OpenApiExample("A page", value={"next": None, "previous": None, "results": [shown.value]})
        for shown in get_override(row, "examples", [])
    ]
