"""Calls and messages: for the buyer who paid, the seller who carried, and operators."""

from typing import Any, ClassVar

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from authz.api.record_serializers import CdrSerializer, MessageSerializer, RecordFilters
from authz.models import Cdr, MessageRecord
from authz.models.records import TrafficRecord
from authz.record_queries import narrowed, records_of
from tcxc.api.access import allow
from tcxc.api.lists import FORMAT, ListOrFile, list_or_file
from tcxc.api.paging import BY_ID, BY_RECORDED_AT
from tcxc.errors import Invalid
from tcxc.models import Holder
from tcxc.scopes import Scope

INDEXED = frozenset({"account", "buyer", "seller"})


class RecordPart(ListOrFile):
    """Records that the caller may see."""

    access = {"GET": allow(Holder.BUYER, Holder.SELLER, Holder.OPERATOR, scope=Scope.TRAFFIC_READ)}
    model: ClassVar[type[TrafficRecord]]

    def rows(self) -> Any:
        """All of the caller's records."""
        side = {Holder.BUYER: "buyer_id", Holder.SELLER: "seller_id"}.get(self.caller.holder)
        return records_of(self.model, **({side: self.caller.company_id} if side else {}))

    def many(self) -> HttpResponseBase:
        """The records that the filters leave, the last recorded first."""
        filters = self.query(RecordFilters)
        if self.caller.holder is Holder.SELLER and (hidden := {"account", "account_sid"} & filters.keys()):
            raise Invalid("Sellers don't see accounts.", errors={name: ["Not for sellers."] for name in hidden})
        indexed = not self.caller.is_operator or INDEXED & filters.keys()
        return self.listed(narrowed(self.rows(), filters), BY_RECORDED_AT if indexed else BY_ID)

    def one(self, pk: int) -> Response:
        """One record, or 404."""
        found = self.rows().filter(pk=pk).first()
        if found is None:
            raise Http404
        return Response(self.serializer(found).data)


class CallPart(RecordPart):
    """Call detail records."""

    model = Cdr
    row = CdrSerializer
    file_name = "calls.csv"


class CallsView(CallPart):
    """All calls."""

    @extend_schema(parameters=[RecordFilters, FORMAT], responses=list_or_file(CdrSerializer), operation_id="cdrs_list")
    def get(self, request: Request) -> HttpResponseBase:
        """List the calls, the last recorded first, with every input of their charge."""
        return self.many()


class CallView(CallPart):
    """One call."""

    renderer_classes = [JSONRenderer]

    @extend_schema(responses=CdrSerializer, operation_id="cdrs_read")
    def get(self, request: Request, record_id: int) -> Response:
        """Show a call."""
        return self.one(record_id)


class MessagePart(RecordPart):
    """Message records."""

    model = MessageRecord
    row = MessageSerializer
    file_name = "messages.csv"


class MessagesView(MessagePart):
    """All messages."""

    @extend_schema(
        parameters=[RecordFilters, FORMAT], responses=list_or_file(MessageSerializer), operation_id="messages_list"
    )
    def get(self, request: Request) -> HttpResponseBase:
        """List the messages, the last recorded first, with every input of their charge."""
        return self.many()


class MessageView(MessagePart):
    """One message."""

    renderer_classes = [JSONRenderer]

    @extend_schema(responses=MessageSerializer, operation_id="messages_read")
    def get(self, request: Request, record_id: int) -> Response:
        """Show a message."""
        return self.one(record_id)
