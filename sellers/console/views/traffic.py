"""Calls and messages on the seller's connections: long tables by key, with totals, and each with its charge."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from authz.charges import explain_charge
from authz.models import Cdr, MessageRecord, Result
from authz.models.records import TrafficRecord
from sellers.console import traffic
from sellers.console.forms import RecordFilter
from sellers.console.views import seller_page
from sellers.models import Service
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.paging import BY_RECORDED_AT, table_page

RESULTS = {
    Service.VOICE: (Result.ANSWERED, Result.UNANSWERED),
    Service.SMS: (Result.SENT, Result.UNSENT),
}


@require_GET
@seller_page()
def calls(request: PageRequest) -> HttpResponse:
    """The calls, the newest first."""
    return _table(request, Cdr, Service.VOICE)


@require_GET
@seller_page()
def messages(request: PageRequest) -> HttpResponse:
    """The messages, the newest first."""
    return _table(request, MessageRecord, Service.SMS)


@require_GET
@seller_page()
def call(request: PageRequest, pk: int) -> HttpResponse:
    """One call with how its charge came about."""
    return _record(request, Cdr, pk, _("Call"), ("seller:calls", _("Calls")))


@require_GET
@seller_page()
def message(request: PageRequest, pk: int) -> HttpResponse:
    """One message with how its charge came about."""
    return _record(request, MessageRecord, pk, _("Message"), ("seller:messages", _("Messages")))


def _table(request: PageRequest, model: type[TrafficRecord], service: Service) -> HttpResponse:
    seller = request.seat.seller
    connections, buyers = traffic.names_of_connections(seller, service), traffic.names_of_buyers(seller)
    results = [(result.value, result.label) for result in RESULTS[service]]
    form = RecordFilter(request.GET, connection=connections.items(), buyer=buyers.items(), result=results)
    page = table_page(traffic.records_of(seller, model).filter(**form.lookups()), request, BY_RECORDED_AT)
    context: dict[str, Any] = {"page": page, "form": form, "connections": connections, "buyers": buyers}
    context |= {"is_voice": service is Service.VOICE, "totals": traffic.totals_of(seller, form, service)}
    return render(request, "console/traffic.html", context)


def _record(
    request: PageRequest, model: type[TrafficRecord], pk: int, heading: str, back: tuple[str, str]
) -> HttpResponse:
    seller = request.seat.seller
    record = traffic.records_of(seller, model).filter(pk=pk).first()
    if record is None:
        raise Http404
    context = {
        "heading": heading,
        "record": record,
        "charge": explain_charge(record, ledger_accounts=traffic.ledger_accounts_of(seller)),
        "sees_commission": True,
        "buyer": traffic.names_of_buyers(seller).get(record.buyer_id or 0),
        "back": reverse(back[0]),
        "back_label": back[1],
    }
    return render_over(request, "console/record.html", context)
