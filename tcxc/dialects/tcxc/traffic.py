"""Calls and messages of the past, and calls that are live."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from rest_framework import serializers

from authz.models import Cdr, MessageRecord, Result, Session
from authz.models.records import TrafficRecord
from authz.queries import live_calls_of
from authz.record_queries import narrowed, records_of
from sellers.models import Connection
from tcxc.clock import utc_now
from tcxc.dialects.tcxc import envelope
from tcxc.dialects.tcxc.endpoint import Call, answer, endpoint
from tcxc.dialects.tcxc.names import Names
from tcxc.dialects.tcxc.parameters import Digits, Flag, Id, Moment, Paged, page
from tcxc.dialects.tcxc.q850 import reason_of
from tcxc.dialects.tcxc.sign_in import sign_in
from tcxc.dialects.tcxc.writing import amount, country, csv_lines, moment, number, text
from tcxc.models import Holder

MOST_LIVE = 10_000
NEWEST_FIRST = ("-recorded_at", "-id")
LIVE_COLUMNS = (
    *("call_id", "setup_time", "duration", "CLI", "CLD", "country_name"),
    *("i_account", "account_name", "i_vendor", "vendor_name", "i_connection", "connection_name"),
)


class HistoryParameters(Paged):
    """Which records. `date_to` as a day alone is the whole of that day."""

    prefix = Digits()
    date_from = Moment()
    date_to = Moment()
    i_account = Id(required=False)


class CallParameters(HistoryParameters):
    """Which calls: `bad` ones were not answered."""

    show = serializers.ChoiceField(choices=["all", "good", "bad"], default="all")


class MessageParameters(HistoryParameters):
    """Which messages."""

    sent = Flag()


class LiveParameters(Paged):
    """Which live calls: dialled numbers that begin with `prefix`, or with `like=is` that one number."""

    prefix = Digits()
    like = serializers.ChoiceField(choices=["is like", "is"], default="is like")


@endpoint(Holder.BUYER, controller="c_cdrs")
def call_history(call: Call) -> Mapping[str, Any]:
    """The buyer's calls, the newest first."""
    given = call.read(CallParameters)
    rows = narrowed(records_of(Cdr, buyer_id=call.buyer().pk), _filters(call, given)).order_by(*NEWEST_FIRST)
    if given["show"] == "good":
        rows = rows.filter(result=Result.ANSWERED)
    elif given["show"] == "bad":
        rows = rows.exclude(result=Result.ANSWERED)
    records = page(rows, given)
    names = Names.of(records)
    return {"cdrs": [cdr(record, names) for record in records]}


@endpoint(Holder.BUYER, controller="c_sms")
def message_history(call: Call) -> Mapping[str, Any]:
    """The buyer's messages, the newest first."""
    given = call.read(MessageParameters)
    rows = narrowed(records_of(MessageRecord, buyer_id=call.buyer().pk), _filters(call, given)).order_by(*NEWEST_FIRST)
    if "sent" in given:
        rows = rows.filter(result=Result.SENT) if given["sent"] else rows.exclude(result=Result.SENT)
    records = page(rows, given)
    names = Names.of(records)
    return {"sms": [sms(record, names) for record in records]}


@csrf_exempt
def live_calls(request: HttpRequest) -> HttpResponseBase:
    """The live calls of either side as CSV; what goes wrong is said as HTML, as on the screen that this was."""
    try:
        return answer(request, sign_in(request, {"v_livecalls"}), (), _live_csv)
    except Exception as exc:
        refused = envelope.failure_of(exc, request)
        message = envelope.message_of(refused)
        shown = f"<!doctype html><title>TCXC</title><p>{escape(message)}</p>"
        response = HttpResponse(shown, status=refused.status_code, headers=_kept_headers(refused))
        response["Content-Type"] = "text/html; charset=utf-8"
        return response


def _kept_headers(refused: HttpResponse) -> dict[str, str]:
    return {name: value for name, value in refused.items() if name != "Content-Type"}


def _live_csv(call: Call) -> HttpResponse:
    given = call.read(LiveParameters)
    side = {"buyer_id": call.buyer().pk} if call.side is Holder.BUYER else {"seller_id": call.seller().pk}
    rows = live_calls_of(**side)
    if "prefix" in given:
        rows = rows.filter(**{"callee" if given["like"] == "is" else "callee__startswith": given["prefix"]})
    calls = list(rows[given["off"] : given["off"] + MOST_LIVE])
    connections = Connection.objects.select_related("seller__company").in_bulk({each.connection_id for each in calls})
    now = utc_now()
    cells = [_live_cells(each, connections.get(each.connection_id or 0), call.side, now) for each in calls]
    lines = csv_lines(LIVE_COLUMNS, cells)
    return HttpResponse(lines, content_type="text/csv; charset=utf-8", headers={"Cache-Control": "no-store"})


def _live_cells(live: Session, connection: Connection | None, side: Holder, now: datetime) -> tuple[Any, ...]:
    """A row of the file. Which account of the buyer calls is not told to the seller."""
    account = live.account if side is Holder.BUYER else None
    return (
        live.session_id,
        moment(live.authorized_at),
        int((now - live.authorized_at).total_seconds()),
        live.caller,
        live.callee,
        country(live.callee)["country_name"],
        account and account.pk,
        account and account.name,
        connection and connection.seller_id,
        connection and connection.seller.company.name,
        connection and connection.pk,
        connection and connection.name,
    )


def cdr(record: Cdr, names: Names) -> dict[str, Any]:
    """A call, field by field as the dialect lists it."""
    return {
        "i_cdr": text(record.pk),
        **_parties(record, names),
        "call_id": record.session_id,
        "duration": text(record.used_seconds),
        "billed_duration": text(record.billed_seconds),
        "setup_time": moment(record.started_at),
        "connect_time": moment(record.connected_at),
        "disconnect_time": moment(record.disconnected_at),
        **_billing(record),
        "disconnect_code": text(record.cause),
        "disconnect_reason": reason_of(record.cause) or record.reason or None,
        "customer_ip": None,
    }


def sms(record: MessageRecord, names: Names) -> dict[str, Any]:
    """A message. Whether it was delivered is not told to the exchange."""
    return {
        "i_message": text(record.pk),
        **_parties(record, names),
        "message_id": record.session_id,
        "ts": moment(record.started_at),
        "sent": text(record.result == Result.SENT),
        "delivered": None,
        "parts": text(record.parts),
        "billed_parts": text(record.billed_parts),
        "mccmnc": record.mccmnc or None,
        "encoding": record.encoding or None,
        **_billing(record),
    }


def _parties(record: TrafficRecord, names: Names) -> dict[str, Any]:
    return {
        "CLD": record.callee,
        "CLI": record.caller,
        "i_customer": text(record.buyer_id),
        "i_account": text(record.account_id),
        "account_name": names.accounts.get(record.account_id or 0),
        "i_vendor": text(record.seller_id),
        "vendor_name": names.sellers.get(record.seller_id or 0),
        "i_connection": text(record.connection_id),
        "connection_name": names.connections.get(record.connection_id or 0),
        "i_purchased_route": text(record.interconnect_id),
        "i_rate": text(record.rate_pk),
        "country_name": country(record.callee)["country_name"],
        "description": names.descriptions.get(record.rate_pk or 0) or None,
    }


def _billing(record: TrafficRecord) -> dict[str, Any]:
    return {
        "billing_prefix": record.prefix or None,
        "billing_price_1": number(record.price_1),
        "billing_price_n": number(record.price_n),
        "billing_interval_1": text(record.interval_1),
        "billing_interval_n": text(record.interval_n),
        "customer_amount": amount(record.amount),
        "currency": record.currency or None,
    }


def _filters(call: Call, given: Mapping[str, Any]) -> dict[str, Any]:
    filters = {"prefix": given.get("prefix"), "account": given.get("i_account"), "since": given.get("date_from")}
    filters["until"] = end_of(call, given.get("date_to"))
    return {name: value for name, value in filters.items() if value is not None}


def end_of(call: Call, moment_: datetime | None) -> datetime | None:
    """The moment before which `date_to` asks: a day that was written alone ends at its midnight."""
    if moment_ is None:
        return None
    written = call.request.POST.get("date_to") or call.request.GET.get("date_to", "")
    is_day = len(written.strip()) <= len("YYYY-MM-DD")
    return moment_ + (timedelta(days=1) if is_day else timedelta(seconds=1))
