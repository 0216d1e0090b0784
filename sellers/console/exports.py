"""The seller's lists as files. Every one begins at the company that asked, as its page does."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from authz.models import Cdr, MessageRecord
from authz.models.records import TrafficRecord
from billing.models import Transfer
from sellers.console import reads, traffic
from sellers.console.forms import EarningsFilter, RateFilter, RecordFilter
from sellers.console.views.prices import BY_CODE
from sellers.console.views.traffic import RESULTS
from sellers.models import Seller, Service
from sellers.queries.connections import connections_of
from tcxc.clock import utc_now
from tcxc.errors import NotFound
from tcxc.exports.sheets import Column, Sheet, register, table
from tcxc.models import Export
from tcxc.pages.paging import BY_ID, BY_RECORDED_AT
from tcxc.pages.traffic_exports import BEGINNING, CALL, CHARGE, ENDING, MESSAGE, TRAFFIC

_KINDS = dict(Transfer.Kind.choices)


def register_all() -> None:
    """Have the seller's lists exported."""
    register("seller.calls", _("Calls"), _calls)
    register("seller.messages", _("Messages"), _messages)
    register("seller.earnings", _("Earnings"), _earnings)
    register("seller.prices", _("Prices"), _prices)


def _calls(export: Export) -> Sheet:
    return _records(export, Cdr, Service.VOICE, CALL)


def _messages(export: Export) -> Sheet:
    return _records(export, MessageRecord, Service.SMS, MESSAGE)


def _records(export: Export, model: type[TrafficRecord], service: Service, measures: tuple[Column, ...]) -> Sheet:
    seller = _seller_of(export)
    connections, buyers = traffic.names_of_connections(seller, service), traffic.names_of_buyers(seller)
    results = [(result.value, result.label) for result in RESULTS[service]]
    choices = {"connection": connections.items(), "buyer": buyers.items(), "result": results}
    form = RecordFilter(QueryDict(export.query), **choices)
    whose = (Column(_("Connection"), "connection_id", connections.get), Column(_("Buyer"), "buyer_id", buyers.get))
    columns = (*BEGINNING, *whose, *TRAFFIC, *measures, *CHARGE, Column(_("Commission"), "commission"), *ENDING)
    return table(columns, traffic.records_of(seller, model).filter(**form.lookups()), BY_RECORDED_AT)


def _earnings(export: Export) -> Sheet:
    form = EarningsFilter(QueryDict(export.query))
    columns = (
        Column(_("Recorded (UTC)"), "recorded_at"),
        Column(_("What"), "transfer__kind", lambda kind: str(_KINDS.get(kind, kind))),
        Column(_("Currency"), "currency"),
        Column(_("Amount"), "amount"),
        Column(_("Transfer"), "transfer__key"),
        Column(_("Entry"), "id"),
    )
    return table(columns, reads.entries_of(_seller_of(export)).filter(**form.lookups()), BY_ID)


def _prices(export: Export) -> Sheet:
    query = QueryDict(export.query)
    wanted = query.get("connection", "")
    found = connections_of(_seller_of(export)).filter(pk=int(wanted) if wanted.isdecimal() else 0).first()
    if found is None:
        raise NotFound("There is no such connection.")
    form = RateFilter(query)
    columns = (
        Column(_("Code"), "prefix"),
        Column(_("Country"), "country"),
        Column(_("Destination"), "description"),
        Column(_("Price of the first interval"), "price_1"),
        Column(_("Price after it"), "price_n"),
        Column(_("First interval"), "interval_1"),
        Column(_("Further intervals"), "interval_n"),
        Column(_("Forbidden"), "forbidden", int),
        Column(_("Since (UTC)"), "effective_from"),
        Column(_("Until (UTC)"), "effective_until"),
    )
    return table(columns, reads.live_rates(found, at=utc_now()).filter(**form.lookups()), BY_CODE)


def _seller_of(export: Export) -> Seller:
    return Seller.objects.select_related("company").get(pk=export.company_id)
