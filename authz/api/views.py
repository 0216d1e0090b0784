"""The AAA paths: a body goes to the engine as it came, and the engine's answer goes back as it is."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from authz import doors, operations
from authz.api import documents
from authz.api.keys import RememberedKey
from authz.keys import memory
from tcxc.api.access import allow
from tcxc.api.problems import MEDIA_TYPE
from tcxc.api.views import ApiView
from tcxc.models import Holder
from tcxc.scopes import Scope


class RawJson(Response):
    """A reply whose JSON is made already."""

    @property
    def rendered_content(self) -> str:
        """The body as the engine wrote it, with the media type that REST framework's own rendering would set."""
        self["Content-Type"] = self.content_type or ""
        return str(self.data)


class AaaView(ApiView):
    """One operation of the AAA API. The engine commits by itself, and repeating a request does no harm."""

    access = {"POST": allow(Holder.PLATFORM, scope=Scope.AAA)}
    authentication_classes = [RememberedKey]
    throttle_classes = []  # an account's own limits hold here
    one_transaction = False
    refusals = {"POST": {404}}
    operation: ClassVar[str]

    def reply(self, request: Request) -> Response:
        """The engine's answer to the body, as it is."""
        key = self.caller.api_key
        call = doors.Call(self.operation, self._raw_body(request), key)
        answer = call.reply(operations.decide(call.asks) if call.asks else [])
        if answer.status == 401:
            memory.forget(key)
        media_type = "application/json" if answer.status < 400 else MEDIA_TYPE
        headers = doors.headers_of(answer)
        return RawJson(answer.body, status=answer.status, content_type=media_type, headers=headers)

    def _raw_body(self, request: Request) -> bytes:
        if not doors.is_json(request.content_type or ""):
            raise UnsupportedMediaType(request.content_type or "")
        return bytes(request._request.body)


class AuthorizeView(AaaView):
    """May this call or message go?"""

    operation = "authorize"

    @extend_schema(**documents.AUTHORIZE)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decide whether a call or message may go, how much of it, at what price and where to, and reserve its money.

        The same session_id with the same request gets the first reply again, for ever; with another request, 409.
        """
        return self.reply(request)


class UpdateView(AaaView):
    """How is the call going?"""

    operation = "update"

    @extend_schema(**documents.UPDATE)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Charge what a call has used and grant as much more as the money covers.

        Seconds are totals since the answer, so a repeat or a late message does no harm.
        """
        return self.reply(request)


class TerminateView(AaaView):
    """The call or message is over."""

    operation = "terminate"

    @extend_schema(**documents.TERMINATE)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Charge what was used, release the rest, and record the call or message. A repeat gets the same reply.

        A session that was never authorized is charged from its own facts (account, service, to) when they are given.
        """
        return self.reply(request)


class EventView(AaaView):
    """One charge, refund or enquiry without a session."""

    operation = "event"

    @extend_schema(**documents.EVENT)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Debit or refund at once, or ask for a price or a balance."""
        return self.reply(request)


class BatchView(AaaView):
    """Many requests in one call."""

    operation = doors.BATCH

    @extend_schema(**documents.BATCH)
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decide up to 1,000 requests in order; each result is what its own call would have answered."""
        return self.reply(request)
