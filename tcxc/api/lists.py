"""Lists that can be had as pages of JSON or as one CSV file."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from tcxc.api.csv import CsvRenderer, csv_response, rows_by_key
from tcxc.api.paging import Order, page_of
from tcxc.api.schema import pages_of
from tcxc.api.views import ApiView

FORMAT = OpenApiParameter("format", str, enum=["json", "csv"], description="csv: all rows in one file, streamed.")


class ListOrFile(ApiView):
    """A list that `?format=csv` or `Accept: text/csv` gives as a file: all rows, with the columns of the JSON."""

    renderer_classes = [JSONRenderer, CsvRenderer]
    row: ClassVar[type[Serializer[Any]]]
    file_name: ClassVar[str]

    def listed(self, rows: QuerySet[Any], order: Order) -> HttpResponseBase:
        """The rows in the form that was asked for."""
        if self.request.accepted_renderer.format == CsvRenderer.format:
            return csv_response(
                name=self.file_name,
                header=self.columns(),
                chunks=rows_by_key(rows, order),
                cells=self._cells,
            )
        page = page_of(rows, self.request, order)
        return Response(page.answer(self.serializer(page.rows, many=True).data))

    def serializer(self, *args: Any, **options: Any) -> Serializer[Any]:
        """The serializer of a row, which may look at who asks."""
        return self.row(*args, context=self.get_serializer_context(), **options)

    def columns(self) -> Sequence[str]:
        """The names of the columns."""
        return list(self.serializer().fields)

    def _cells(self, row: Any) -> Sequence[Any]:
        return list(self.serializer(row).data.values())


def list_or_file(row: type[Serializer[Any]]) -> dict[Any, Any]:
    """What such a list answers, for the schema."""
    return {(200, "application/json"): pages_of(row), (200, "text/csv"): str}
