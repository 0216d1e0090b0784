"""Numbers that a seller hosts: listed, brought, changed, blocked, withdrawn."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from buyers.api.account_serializers import OptionalReasonBody
from numbers import operations
from numbers.api.serializers import (
    EventSerializer,
    FileBody,
    HostedFilters,
    HostedManySerializer,
    HostedNumberSerializer,
    NewNumberBody,
    NumberBody,
)
from numbers.api.views import HostedPart
from numbers.csv_file import read_csv
from numbers.models import Number
from numbers.queries import history_of, hosted_by
from sellers.models import Seller
from sellers.queries.standing import find_seller
from tcxc.api.access import allow
from tcxc.api.paging import BY_ID, page_of
from tcxc.api.schema import pages_of
from tcxc.api.serializers import NoFilters
from tcxc.errors import Invalid, NotAllowed
from tcxc.models import Holder
from tcxc.scopes import Scope

READ = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.NUMBERS_READ)
WRITE = allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.NUMBERS_WRITE)
WRITE_OWN = allow(Holder.SELLER, scope=Scope.NUMBERS_WRITE)


class HostedNumbersView(HostedPart):
    """All numbers that a seller hosts."""

    access = {"GET": READ, "POST": WRITE}

    @extend_schema(
        parameters=[HostedFilters], responses=pages_of(HostedNumberSerializer), operation_id="seller_numbers_list"
    )
    def get(self, request: Request) -> Response:
        """List the seller's numbers, the newest first; withdrawn ones are not among them. Operators see everybody's."""
        page = page_of(hosted_by(self.seller_id).filter(**_lookups(self.query(HostedFilters))), request, BY_ID)
        return Response(page.answer(HostedNumberSerializer(page.rows, many=True).data))

    @extend_schema(
        request=NewNumberBody,
        responses={201: HostedNumberSerializer},
        operation_id="seller_numbers_create",
    )
    def post(self, request: Request) -> Response:
        """Host a number: it is for sale at once, over every API, at prices in the seller's currency.

        Country, area and type come from its numbering plan. Refused with 409: `already_hosted`.
        """
        body = self.body(NewNumberBody)
        seller = self._seller(body.pop("seller", None))
        return Response(shown(operations.host_number(seller=seller, by=self.actor, **body)), status=201)

    def _seller(self, named: int | None) -> Seller:
        if named is not None and not self.caller.is_operator:
            raise NotAllowed("Only operators say whose number it is.", errors={"seller": ["Leave it out."]})
        wanted = named if self.caller.is_operator else self.caller.company_id
        if wanted is None:
            raise Invalid("Say whose number it is.", errors={"seller": ["This field is required."]})
        found = find_seller(wanted)
        if found is None:
            raise Http404
        return found


class HostManyView(HostedPart):
    """Many numbers from a file."""

    access = {"POST": WRITE_OWN}
    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": FileBody},
        responses={201: HostedManySerializer},
        operation_id="seller_numbers_bulk",
    )
    def post(self, request: Request) -> Response:
        """Host all numbers of a CSV file, or none: its columns are the fields of one number, in any order.

        `number` and `monthly_fee` are needed. What is wrong is told by row (the header is row 1) and column.
        """
        seller = find_seller(self.caller.company_id or 0)
        if seller is None:
            raise Http404
        file = self.body(FileBody)["file"]
        if file.size > settings.NUMBERS_FILE_MAX_BYTES:
            raise RequestDataTooBig
        hosted = operations.host_many(seller=seller, rows=read_csv(file), by=self.actor)
        return Response(HostedManySerializer({"hosted": hosted}).data, status=201)


class HostedNumberView(HostedPart):
    """One hosted number."""

    access = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE_OWN}

    @extend_schema(responses=HostedNumberSerializer, operation_id="seller_numbers_read")
    def get(self, request: Request, number: str) -> Response:
        """Show a hosted number."""
        return Response(shown(self.hosted(number)))

    @extend_schema(request=NumberBody, responses=HostedNumberSerializer, operation_id="seller_numbers_change")
    def patch(self, request: Request, number: str) -> Response:
        """Change what is given, for the next buyer at once.

        A buyer who has the number is told of new prices now, and pays them from a renewal a month or more ahead.
        Refused with 409: `number_in_use` for a capability that a buyer has.
        """
        hosted = self.hosted(number)
        changes = self.body(NumberBody, partial=True)
        return Response(shown(operations.change_number(number=hosted, changes=changes, by=self.actor)))

    @extend_schema(responses={204: None}, operation_id="seller_numbers_delete")
    def delete(self, request: Request, number: str) -> Response:
        """Withdraw a number that nobody has; it may be hosted again. Refused with 409: `number_in_use`."""
        operations.withdraw_number(number=self.hosted(number), by=self.actor)
        return Response(status=204)


class BlockNumberView(HostedPart):
    """Off the market."""

    access = {"POST": WRITE}

    @extend_schema(request=OptionalReasonBody, responses=HostedNumberSerializer, operation_id="seller_numbers_block")
    def post(self, request: Request, number: str) -> Response:
        """Take a number off the market. A buyer who has it keeps it; it is not sold again. Operators give a reason."""
        hosted = self.hosted(number)
        return Response(shown(operations.block_number(number=hosted, by=self.actor, **self.body(OptionalReasonBody))))


class UnblockNumberView(HostedPart):
    """On the market again."""

    access = {"POST": WRITE}

    @extend_schema(request=OptionalReasonBody, responses=HostedNumberSerializer, operation_id="seller_numbers_unblock")
    def post(self, request: Request, number: str) -> Response:
        """Put a number back on the market. A block by an operator stays."""
        hosted = self.hosted(number)
        return Response(shown(operations.unblock_number(number=hosted, by=self.actor, **self.body(OptionalReasonBody))))


class HostedHistoryView(HostedPart):
    """What happened to a hosted number."""

    access = {"GET": READ}

    @extend_schema(responses=pages_of(EventSerializer), operation_id="seller_numbers_history")
    def get(self, request: Request, number: str) -> Response:
        """List all that happened to the number while this seller had it, the newest first."""
        hosted = self.hosted(number)
        self.query(NoFilters)
        rows = history_of(number=hosted.number, seller_id=self.seller_id)
        page = page_of(rows, request, BY_ID)
        return Response(page.answer(EventSerializer(page.rows, many=True).data))


def shown(number: Number) -> dict[str, Any]:
    """A hosted number as JSON."""
    return dict(HostedNumberSerializer(number).data)


def _lookups(filters: dict[str, Any]) -> dict[str, Any]:
    paths = {"state": "state", "country": "country", "type": "type", "prefix": "number__startswith", "seller": "seller"}
    found = {paths[name]: value for name, value in filters.items()}
    if "country" in found:
        found["country"] = found["country"].upper()
    if "number__startswith" in found:
        found["number__startswith"] = found["number__startswith"].removeprefix("+")
    return found
