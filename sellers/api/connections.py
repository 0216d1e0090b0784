"""Connections: listed, made, changed, taken off the market and put back."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from sellers.api.connection_serializers import (
    ConnectionBody,
    ConnectionFilters,
    ConnectionSerializer,
    NewConnectionBody,
)
from sellers.api.views import ConnectionPart
from sellers.models import Connection, Seller
from sellers.operations import connections as operations
from sellers.queries.standing import connections_seen_by, find_seller
from tcxc.api.access import allow
from tcxc.api.paging import OLDEST_FIRST, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoBody
from tcxc.errors import Invalid, NotAllowed
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.PRICES_READ)
WRITE = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.PRICES_WRITE)


class ConnectionsView(ConnectionPart):
    """All connections."""

    access = {"GET": READ, "POST": WRITE}
    refusals = {"POST": {404}}

    @extend_schema(
        parameters=[ConnectionFilters], responses=pages_of(ConnectionSerializer), operation_id="connections_list"
    )
    def get(self, request: Request) -> Response:
        """List the seller's connections, the oldest first. Operators see those of every seller."""
        rows = connections_seen_by(self.seller_id).filter(**self.query(ConnectionFilters))
        page = page_of(rows, request, OLDEST_FIRST)
        return Response(page.answer(ConnectionSerializer(page.rows, many=True).data))

    @extend_schema(
        request=NewConnectionBody,
        responses={201: ConnectionSerializer},
        operation_id="connections_create",
    )
    def post(self, request: Request) -> Response:
        """Make a connection. Of one name a seller has one: the second is refused with `name_taken`."""
        body = self.body(NewConnectionBody)
        seller = self._seller(body.pop("seller", None))
        return Response(shown(operations.create_connection(seller=seller, by=self.actor, **body)), status=201)

    def _seller(self, named: int | None) -> Seller:
        if named is not None and not self.caller.is_operator:
            raise NotAllowed("Only operators say whose connection it is.", errors={"seller": ["Leave it out."]})
        wanted = named if self.caller.is_operator else self.caller.company_id
        if wanted is None:
            raise Invalid("Say whose connection it is.", errors={"seller": ["This field is required."]})
        found = find_seller(wanted)
        if found is None:
            raise Http404
        return found


class ConnectionView(ConnectionPart):
    """One connection."""

    access = {"GET": READ, "PATCH": WRITE}

    @extend_schema(responses=ConnectionSerializer, operation_id="connections_read")
    def get(self, request: Request, connection_id: int) -> Response:
        """Show a connection."""
        return Response(shown(self.connection(connection_id)))

    @extend_schema(request=ConnectionBody, responses=ConnectionSerializer, operation_id="connections_change")
    def patch(self, request: Request, connection_id: int) -> Response:
        """Change what is given. `keyed_by` changes only before the first prices (`prices_exist`)."""
        connection = self.connection(connection_id)
        changes = self.body(ConnectionBody, partial=True)
        return Response(shown(operations.update_connection(connection=connection, changes=changes, by=self.actor)))


class PauseView(ConnectionPart):
    """Off the market."""

    access = {"POST": WRITE}

    @extend_schema(request=NoBody, responses=ConnectionSerializer, operation_id="connections_pause")
    def post(self, request: Request, connection_id: int) -> Response:
        """Take the connection off the market: no new traffic is sent over it."""
        connection = self.connection(connection_id)
        self.body(NoBody)
        return Response(shown(operations.pause_connection(connection=connection, by=self.actor)))


class ResumeView(ConnectionPart):
    """On the market again."""

    access = {"POST": WRITE}

    @extend_schema(request=NoBody, responses=ConnectionSerializer, operation_id="connections_resume")
    def post(self, request: Request, connection_id: int) -> Response:
        """Put a paused connection back on the market. A block by an operator stays."""
        connection = self.connection(connection_id)
        self.body(NoBody)
        return Response(shown(operations.resume_connection(connection=connection, by=self.actor)))


def shown(connection: Connection) -> dict[str, Any]:
    """A connection as JSON."""
    return dict(ConnectionSerializer(connection).data)
