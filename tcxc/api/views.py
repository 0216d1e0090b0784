"""The base of every view of the API."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from tcxc.actors import Actor
from tcxc.api.access import Access
from tcxc.api.caller import Caller
from tcxc.api.idempotency import answer_once, key_of
from tcxc.errors import Invalid
from tcxc.operations.api_keys import note_use

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class ApiView(APIView):
    """A resource. A subclass has its methods, and in `access` who may use each; `refusals` are the statuses of problems
    that a method has beyond those of all, for the schema.

    A writing method runs in one transaction, together with the reply that its Idempotency-Key keeps. A view whose
    writes commit elsewhere and may be repeated without harm sets `one_transaction = False`.
    """

    access: ClassVar[dict[str, Access]] = {}
    refusals: ClassVar[dict[str, set[int]]] = {}
    one_transaction: ClassVar[bool] = True
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return cast("Caller", self.request.auth)

    @property
    def actor(self) -> Actor:
        """Who asks, for operations' `by=`."""
        return self.caller.actor

    def body(self, serializer: type[BaseSerializer[Any]], **options: Any) -> Any:
        """The validated body, or a 400 by field."""
        parsed = serializer(data=self.request.data, context=self.get_serializer_context(), **options)
        parsed.is_valid(raise_exception=True)
        return parsed.validated_data

    def query(self, serializer: type[BaseSerializer[Any]]) -> Any:
        """The validated filters of a list, or a 400 by parameter."""
        given = {name: value for name, value in self.request.query_params.items() if name not in PAGING}
        self._check_format(given.pop("format", None))
        parsed = serializer(data=given, context=self.get_serializer_context())
        parsed.is_valid(raise_exception=True)
        return parsed.validated_data

    def _check_format(self, asked: Any) -> None:
        known = [renderer.format for renderer in self.get_renderers()]
        if asked is not None and asked not in known:
            raise Invalid("There is no such form.", errors={"format": [f"One of {', '.join(known)}."]})

    def get_serializer_context(self) -> dict[str, Any]:
        """What serializers may ask for."""
        return {"request": self.request, "view": self}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As DRF does it, with writing methods answered once for each Idempotency-Key."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        response: Any
        try:
            self.initial(self.request, *args, **kwargs)
            response = (
                self._write() if request.method not in READING else self._handler()(self.request, *args, **kwargs)
            )
        except Exception as exc:
            response = self.handle_exception(exc)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        caller = getattr(self.request, "_auth", None)  # `auth` would look the key up again where that has failed
        if isinstance(caller, Caller) and self.response.status_code != 503:
            note_use(caller.api_key, caller.actor.address)
        return self.response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        """The reply, made ready: a problem is JSON, whatever form was asked for."""
        if getattr(response, "exception", False):
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        final = super().finalize_response(request, response, *args, **kwargs)
        final.headers.setdefault("Cache-Control", "no-store")
        return final

    def _handler(self) -> Callable[..., HttpResponseBase]:
        method = str(self.request.method).lower()
        if method not in self.http_method_names:
            return self.http_method_not_allowed
        return getattr(self, method, self.http_method_not_allowed)

    def _write(self) -> HttpResponseBase:
        handler = self._handler()
        if handler == self.http_method_not_allowed:
            return handler(self.request, *self.args, **self.kwargs)
        key = key_of(self.request)
        if key is None:
            return self._attempt(handler)
        return answer_once(
            self.request,
            key,
            lambda: self._attempt(handler),
            caller=self.caller.name,
            one_transaction=self.one_transaction,
        )

    def _attempt(self, handler: Callable[..., HttpResponseBase]) -> Response:
        """The handler's reply, rendered; when it raises, what it wrote is undone and the reply is the problem."""
        response: Any
        try:
            if self.one_transaction:
                with transaction.atomic():
                    response = handler(self.request, *self.args, **self.kwargs)
            else:
                response = handler(self.request, *self.args, **self.kwargs)
        except Exception as exc:
            response = self.handle_exception(exc)
        final = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        return cast("Response", final.render())


PAGING = frozenset({"cursor", "page_size"})
