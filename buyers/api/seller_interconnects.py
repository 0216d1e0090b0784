"""Interconnects with a seller's connections, for the seller: who asks, who is let in."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import operations
from buyers.api.account_serializers import ReasonBody
from buyers.api.interconnect_serializers import InterconnectFilters, InterconnectSerializer
from buyers.api.interconnects import shown
from buyers.models import Interconnect
from buyers.queries.interconnects import interconnects_with, lookups
from tcxc.api.access import allow
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody
from tcxc.api.views import ApiView
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.PRICES_READ)
WRITE = allow(Holder.SELLER, scope=Scope.PRICES_WRITE)


class SellerPart(ApiView):
    """Something of a seller."""

    @property
    def seller_id(self) -> int | None:
        """Whose connections the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def interconnect(self, interconnect_id: int) -> Interconnect:
        """The interconnect with one of the seller's connections, or 404."""
        found = interconnects_with(self.seller_id).filter(pk=interconnect_id).first()
        if found is None:
            raise Http404
        return found


class SellerInterconnectsView(SellerPart):
    """All interconnects with the seller's connections."""

    access = {"GET": READ}

    @extend_schema(
        parameters=[InterconnectFilters],
        responses=pages_of(InterconnectSerializer),
        operation_id="seller_interconnects_list",
    )
    def get(self, request: Request) -> Response:
        """List who uses the connections; `status=awaiting` lists who waits for approval."""
        rows = interconnects_with(self.seller_id).filter(**lookups(self.query(InterconnectFilters)))
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer(InterconnectSerializer(page.rows, many=True).data))


class ApproveView(SellerPart):
    """The seller's yes."""

    access = {"POST": WRITE}

    @extend_schema(request=NoBody, responses=InterconnectSerializer, operation_id="seller_interconnects_approve")
    def post(self, request: Request, interconnect_id: int) -> Response:
        """Let the buyer's traffic come, also after a rejection; the buyer is told by mail."""
        interconnect = self.interconnect(interconnect_id)
        self.body(NoBody)
        return Response(shown(operations.approve_interconnect(interconnect=interconnect, by=self.actor)))


class RejectView(SellerPart):
    """The seller's no."""

    access = {"POST": WRITE}

    @extend_schema(request=ReasonBody, responses=InterconnectSerializer, operation_id="seller_interconnects_reject")
    def post(self, request: Request, interconnect_id: int) -> Response:
        """Let no traffic of the buyer come, or no more; the buyer is told why by mail."""
        interconnect = self.interconnect(interconnect_id)
        reason = self.body(ReasonBody)["reason"]
        return Response(shown(operations.reject_interconnect(interconnect=interconnect, reason=reason, by=self.actor)))
