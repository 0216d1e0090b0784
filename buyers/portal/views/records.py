"""Calls, messages and the ledger: long tables by key, and the facts of one row in a drawer."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from authz.charges import explain_charge
from authz.models import Result
from authz.models.records import TrafficRecord
from authz.traffic import Owner
from billing.models import Entry
from buyers.portal import reads
from buyers.portal.forms import LedgerFilter, RecordFilter
from buyers.portal.views import buyer_page
from sellers.models import Connection, Service
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.paging import BY_ID, BY_RECORDED_AT, table_page
from tcxc.pages.picking import Picks
from tcxc.pages.totals import totals_of

CALL_RESULTS = (Result.ANSWERED, Result.UNANSWERED, Result.DENIED)
TEMPLATES = {Service.VOICE: "portal/calls.html", Service.SMS: "portal/messages.html"}
MESSAGE_RESULTS = (Result.SENT, Result.UNSENT, Result.DENIED)


def results_of(results: tuple[Result, ...]) -> list[tuple[str, str]]:
    """These results as choices of a filter."""
    return [(result.value, str(result.label)) for result in results]


@require_GET
@buyer_page()
def calls(request: PageRequest) -> HttpResponse:
    """The buyer's calls, the newest first."""
    return _table(request, reads.calls_of(request.seat.buyer), CALL_RESULTS, Service.VOICE)


@require_GET
@buyer_page()
def messages(request: PageRequest) -> HttpResponse:
    """The buyer's messages, the newest first."""
    return _table(request, reads.messages_of(request.seat.buyer), MESSAGE_RESULTS, Service.SMS)


def _table(
    request: PageRequest, rows: QuerySet[TrafficRecord], results: tuple[Result, ...], service: Service
) -> HttpResponse:
    accounts = reads.accounts_to_pick(request.seat.buyer)
    form = RecordFilter(request.GET, account=accounts, result=results_of(results))
    page = table_page(rows.filter(**form.lookups()), request, BY_RECORDED_AT)
    owner, names = Owner(buyer_id=request.seat.buyer.pk), {"account": "account_id"}
    totals = totals_of(form, owner=owner, service=service, names=names)
    shown = accounts.names(row.account_id for row in page.rows)
    context = {"page": page, "form": form, "accounts": shown, "totals": totals}
    return render(request, TEMPLATES[service], context | {"is_voice": service is Service.VOICE})


@require_GET
@buyer_page()
def call(request: PageRequest, pk: int) -> HttpResponse:
    """One call with every input of its charge."""
    rows, back = reads.calls_of(request.seat.buyer), ("buyer:calls", _("Calls"))
    return _record(request, rows.filter(pk=pk), back, _("Call"), "portal/call.html")


@require_GET
@buyer_page()
def message(request: PageRequest, pk: int) -> HttpResponse:
    """One message with every input of its charge."""
    rows, back = reads.messages_of(request.seat.buyer), ("buyer:messages", _("Messages"))
    return _record(request, rows.filter(pk=pk), back, _("Message"), "portal/message.html")


def _record(
    request: PageRequest, rows: QuerySet[TrafficRecord], back: tuple[str, str], heading: str, template: str
) -> HttpResponse:
    record = rows.first()
    if record is None:
        raise Http404
    context = {
        "heading": heading,
        "record": record,
        "account": reads.name_of_account(request.seat.buyer, record.account_id),
        "route": Connection.objects.filter(pk=record.connection_id or 0).select_related("seller__company").first(),
        "back": reverse(back[0]),
        "back_label": back[1],
        "charge": explain_charge(record, ledger_accounts=reads.ledger_accounts_of(request.seat.buyer)),
        "entry_url": "buyer:entry",
    }
    return render_over(request, template, context)


@require_GET
@buyer_page()
def ledger(request: PageRequest) -> HttpResponse:
    """What came into the buyer's wallets and went out of them, the newest first."""
    buyer = request.seat.buyer
    wallets, accounts = Picks(reads.wallets_of(buyer)), reads.accounts_to_pick(buyer)
    form = LedgerFilter(request.GET, wallet=wallets)
    page = table_page(reads.entries_of(buyer).filter(**form.lookups()), request, BY_ID)
    context = {
        "page": page,
        "form": form,
        "names": wallets.names(row.ledger_account_id for row in page.rows),
        "accounts": accounts.names(row.transfer.account_id for row in page.rows),
    }
    return render(request, "portal/ledger.html", context)


@require_GET
@buyer_page()
def entry(request: PageRequest, pk: int) -> HttpResponse:
    """One entry with its transfer."""
    found: Entry | None = reads.entries_of(request.seat.buyer).filter(pk=pk).first()
    if found is None:
        raise Http404
    account = reads.name_of_account(request.seat.buyer, found.transfer.account_id)
    context = {"heading": _("Entry"), "entry": found, "account": account}
    return render_over(
        request, "portal/entry.html", context | {"back": reverse("buyer:ledger"), "back_label": _("Ledger")}
    )
