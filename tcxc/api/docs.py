"""The OpenAPI document, and the page on which it is read and tried."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from tcxc.api.resources import PublicView


@extend_schema(exclude=True)
class SchemaView(PublicView):
    """The OpenAPI 3.1 document of all resources: JSON, or YAML with `?format=yaml`."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2]

    def get(self, request: Request) -> Response:
        """Describe the API."""
        return Response(schema())


@cache
def schema() -> dict[str, Any]:
    """The document, made once in a process: it depends on the code alone."""
    return dict(SchemaGenerator().get_schema(public=True))  # type: ignore[no-untyped-call]


def docs(request: HttpRequest) -> HttpResponse:
    """The page: nothing on it comes from another host, and no script or style is inline."""
    return render(request, "api/docs.html")
