"""The seller's pages that are live: calls under way on its connections."""

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from authz import live_calls
from sellers.console import traffic
from sellers.console.views import seller_page
from sellers.models import Service
from tcxc.pages.gate import PageRequest
from tcxc.pages.live import once
from tcxc.pages.live.calls import LiveCallFilter, page_of_calls
from tcxc.pages.seats import Side


class CallsOnConnection(LiveCallFilter):
    """Live calls by connection."""

    path = "connection_id"
    of = forms.ChoiceField(label=_("Connection"), required=False)


@require_GET
@seller_page()
def events(request: PageRequest) -> HttpResponse:
    """What is true now, where no stream can be kept open (see `tcxc/pages/live/door.py`)."""
    return once.events(request, Side.SELLER)


@require_GET
@seller_page()
def calls(request: PageRequest) -> HttpResponse:
    """The calls on the seller's connections that are under way."""
    seller = request.seat.seller
    connections = traffic.names_of_connections(seller, Service.VOICE)
    form = CallsOnConnection(request.GET, of=connections.items())
    more = {"buyers": traffic.names_of_buyers(seller), "currency": seller.currency}
    return page_of_calls(request, live_calls.of_seller(seller.pk), form, lambda _calls: connections, **more)
