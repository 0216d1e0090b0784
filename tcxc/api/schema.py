"""What the OpenAPI document says of every operation without being told: the key, the errors, idempotency."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from tcxc.api.idempotency import HEADER
from tcxc.api.problems import MEDIA_TYPE, TYPES
from tcxc.api.views import READING

Json = dict[str, Any]


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Stable: read this, not the texts. It is also the path of an explanation.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, why, and how to mend it.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False, help_text="Sentences by field."
    )


class BearerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The security scheme of `BearerKey`."""

    target_class = "tcxc.api.authentication.BearerKey"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> Json:
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer", "description": "`Authorization: Bearer <key>`"}


class ApiSchema(AutoSchema):
    """Adds to each operation what `ApiView` does for it."""

    def get_override_parameters(self) -> list[Any]:
        """The Idempotency-Key of writing methods."""
        if self.method in READING or not self._has_key():
            return []
        text = "Yours to choose, new for each request. The same key and body get the same reply, and take effect once."
        return [OpenApiParameter(HEADER, str, OpenApiParameter.HEADER, description=text)]

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

    def _has_key(self) -> bool:
        return bool(self.view.get_authenticators())

    def _problem_statuses(self) -> list[int]:
        statuses = {400, 503}
        if self._has_key():
            statuses |= {401, 403, 429}
        if "{" in self.path:
            statuses.add(404)
        if self.method not in READING:
            statuses |= {409, 413, 415, 422}
        return sorted(statuses)

    def _problem_reply(self, status: int) -> Json:
        codes = [f"`{code}`" for code, kind in TYPES.items() if kind.status == status]
        schema = self.resolve_serializer(ProblemSerializer(), "response").ref
        return {"description": ", ".join(codes), "content": {MEDIA_TYPE: {"schema": schema}}}
