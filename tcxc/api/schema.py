"""What the OpenAPI document says of every operation without being told: the key, the errors, idempotency."""

from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers

from tcxc.api.examples import page_example
from tcxc.api.idempotency import HEADER
from tcxc.api.paging import MOST, PAGE_SIZE
from tcxc.api.problems import MEDIA_TYPE, TYPES
from tcxc.api.views import READING

Json = dict[str, Any]


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Stable: read this, not the texts. It is also the path of an explanation.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, why, and how to mend it.")
    instance = serializers.CharField(required=False, help_text="The path that was asked for.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="Sentences by field."
    )


class PageSerializer(serializers.Serializer[Any]):
    """A page of a list."""

    next = serializers.URLField(allow_null=True, help_text="The address of the next page.")
    previous = serializers.URLField(allow_null=True, help_text="The address of the page before.")


PAGE_PARAMETERS = [
    OpenApiParameter("cursor", str, description="Where the page begins: comes in `next` and `previous`."),
    OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE_SIZE}),
]


@cache
def pages_of(row: type[serializers.BaseSerializer[Any]]) -> type[PageSerializer]:
    """The schema of a list of such rows, with the parameters of paging."""
    name = row.__name__.removesuffix("Serializer")
    parts = {"results": row(many=True), "__doc__": f"A page: {name}."}
    return extend_schema_serializer(examples=page_example(row))(type(f"{name}PageSerializer", (PageSerializer,), parts))


class ApiSchema(AutoSchema):
    """Adds to each operation what `ApiView` does for it."""

    def get_override_parameters(self) -> list[Any]:
        """The Idempotency-Key of writing methods, and the place in a list."""
        if self.method in READING:
            return PAGE_PARAMETERS if self._is_paged() else []
        if not self._has_key():
            return []
        text = "Yours to choose, new for each request. The same key and body get the same reply, and take effect once."
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=text)]

    def get_auth(self) -> list[Json]:
        """The bearer key, or nothing for what is public."""
        return [{"key": []}] if self._has_key() else []

    def get_tags(self) -> list[str]:
        """The first word of the path after the version."""
        return [self._tokenize_path()[0]] if self._tokenize_path() else ["root"]

    def get_description(self) -> str:  # type: ignore[override]
        """The docstring of the method, then who may use it."""
        access = getattr(self.view, "access", {}).get(self.method)
        text = super().get_description()
        if access is None:
            return text
        holders = ", ".join(sorted(holder.value for holder in access.holders))
        scope = f"; scope `{access.scope.value}`" if access.scope else ""
        return f"{text}\n\nFor keys of: {holders}{scope}."

    def get_operation(self, *args: Any, **kwargs: Any) -> Json | None:
        """The operation, with every problem that it can answer."""
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            for status in self._problem_statuses():
                operation["responses"].setdefault(str(status), self._problem_reply(status))
        return operation

    def _is_paged(self) -> bool:
        replies = self.get_response_serializers()
        found = replies.values() if isinstance(replies, dict) else [replies]
        return any(isinstance(reply, type) and issubclass(reply, PageSerializer) for reply in found)

    def _has_key(self) -> bool:
        return bool(self.view.get_authenticators())

    def _problem_statuses(self) -> list[int]:
        """What `ApiView` may answer to any such operation, and what its `refusals` names for this method."""
        statuses = {400, 503, *getattr(self.view, "refusals", {}).get(self.method, ())}
        if self._has_key():
            statuses |= {401, 403, 429}
        if "{" in self.path:
            statuses.add(404)
        if self.method not in READING:
            statuses |= {409, 413, 415, 422}
        return sorted(statuses)

    def _problem_reply(self, status: int) -> Json:
        schema = self.resolve_serializer(ProblemSerializer(), "response").ref
        return {"description": _codes(status), "content": {MEDIA_TYPE: {"schema": schema}}}


def _codes(status: int) -> str:
    return ", ".join(f"`{code}`" for code, kind in TYPES.items() if kind.status == status)
