"""Interconnects of an account, for the buyer."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from buyers import operations
from buyers.api.interconnect_serializers import (
    InterconnectBody,
    InterconnectFilters,
    InterconnectSerializer,
    PlaceBody,
)
from buyers.api.views import AccountPart
from buyers.models import Interconnect
from buyers.queries.interconnects import interconnects_of, lookups
from sellers.models import Connection
from tcxc.api.access import allow
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.errors import NotFound
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)
WRITE = allow(Holder.BUYER, scope=Scope.ACCOUNTS_WRITE)


class InterconnectsView(AccountPart):
    """The interconnects of an account."""

    access = {"GET": READ, "POST": WRITE}

    @extend_schema(
        parameters=[InterconnectFilters], responses=pages_of(InterconnectSerializer), operation_id="interconnects_list"
    )
    def get(self, request: Request, account_id: int) -> Response:
        """List the routes that the account uses, has used or has asked for."""
        account = self.account(account_id)
        rows = interconnects_of(account).filter(**lookups(self.query(InterconnectFilters)))
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer(InterconnectSerializer(page.rows, many=True).data))

    @extend_schema(
        request=InterconnectBody,
        responses={201: InterconnectSerializer},
        operation_id="interconnects_create",
    )
    def post(self, request: Request, account_id: int) -> Response:
        """Use a connection with an account. Active at once, or awaiting when its seller approves by hand.

        Refused with 409: `already_interconnected`, `interconnect_rejected`, `currency_mismatch`,
        `connection_unavailable`.
        """
        account = self.account(account_id)
        body = self.body(InterconnectBody)
        connection = self._connection(body["connection"])
        made = operations.interconnect(account=account, connection=connection, agree=body["agree"], by=self.actor)
        return Response(shown(made), status=201)

    def _connection(self, pk: int) -> Connection:
        found = Connection.objects.select_related("seller__company").filter(pk=pk).first()
        if found is None:
            sentence = "There is no such connection."
            raise NotFound(sentence, errors={"connection": [sentence]})
        return found


class InterconnectView(AccountPart):
    """One interconnect."""

    access = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}

    @extend_schema(responses=InterconnectSerializer, operation_id="interconnects_read")
    def get(self, request: Request, account_id: int, interconnect_id: int) -> Response:
        """Show an interconnect."""
        return Response(shown(self._interconnect(account_id, interconnect_id)))

    @extend_schema(request=PlaceBody, responses=InterconnectSerializer, operation_id="interconnects_change")
    def patch(self, request: Request, account_id: int, interconnect_id: int) -> Response:
        """Place the route among the account's others, for the policies `order` and `weight`."""
        interconnect = self._interconnect(account_id, interconnect_id)
        place = self.body(PlaceBody)
        return Response(shown(operations.place_interconnect(interconnect=interconnect, by=self.actor, **place)))

    @extend_schema(responses={204: None}, operation_id="interconnects_delete")
    def delete(self, request: Request, account_id: int, interconnect_id: int) -> Response:
        """End the use of a connection. Asked for again, it has the same tech prefix."""
        operations.end_interconnect(interconnect=self._interconnect(account_id, interconnect_id), by=self.actor)
        return Response(status=204)

    def _interconnect(self, account_id: int, interconnect_id: int) -> Interconnect:
        found = interconnects_of(self.account(account_id)).filter(pk=interconnect_id).first()
        if found is None:
            raise Http404
        return found


def shown(interconnect: Interconnect) -> dict[str, object]:
    """An interconnect as JSON."""
    return dict(InterconnectSerializer(interconnect).data)
