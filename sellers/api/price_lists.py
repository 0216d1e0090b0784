"""Price lists: read by the seller and by buyers with an interconnect."""

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from buyers.queries.interconnects import may_see_prices
from sellers.api.price_list_serializers import RateFilters, RateSerializer
from sellers.decks.writing import csv_lines
from sellers.models import Connection
from sellers.queries.price_lists import current_list
from sellers.queries.standing import find_connection, standing_rates
from tcxc.api.access import allow
from tcxc.api.csv import CsvRenderer, streamed
from tcxc.api.lists import FORMAT, list_or_file
from tcxc.api.paging import Order, page_of
from tcxc.api.views import ApiView
from tcxc.clock import utc_now
from tcxc.models import Holder
from tcxc.scopes import Scope

BY_CODE = Order(("prefix", "effective_from"), newest_first=False)


class PriceListView(ApiView):
    """The price list of a connection."""

    access = {"GET": allow(Holder.SELLER, Holder.BUYER, Holder.OPERATOR, scope=Scope.PRICES_READ)}
    renderer_classes = [JSONRenderer, CsvRenderer]

    @extend_schema(
        parameters=[RateFilters, FORMAT], responses=list_or_file(RateSerializer), operation_id="connections_price_list"
    )
    def get(self, request: Request, connection_id: int) -> HttpResponseBase:
        """List the prices that hold or will hold, by code.

        As CSV it is the latest word on each code, in the eleven columns: uploaded again, it changes nothing.
        """
        connection = self._connection(connection_id)
        filters = self.query(RateFilters)
        if request.accepted_renderer.format == CsvRenderer.format:
            return self._file(connection)
        page = page_of(standing_rates(connection=connection, at=utc_now(), **filters), request, BY_CODE)
        return Response(page.answer(RateSerializer(page.rows, many=True).data))

    def _file(self, connection: Connection) -> StreamingHttpResponse:
        name = f"price-list-{connection.pk}.csv"
        return streamed(name=name, texts=csv_lines(current_list(connection)))

    def _connection(self, pk: int) -> Connection:
        buyer_id = self.caller.company_id if self.caller.holder is Holder.BUYER else None
        seller_id = self.caller.company_id if self.caller.holder is Holder.SELLER else None
        found = find_connection(pk, seller_id=seller_id)
        if found is None or (buyer_id is not None and not may_see_prices(buyer_id, pk)):
            raise Http404
        return found
