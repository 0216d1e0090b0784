"""What a seller asks: who buys, what came in, and (ours) price lists on their way in."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.models import Q, QuerySet
from rest_framework import serializers

from billing.models import Entry
from billing.queries import entries_of_seller
from buyers.models import Buyer, Interconnect
from buyers.queries.interconnects import interconnects_with
from numbers.queries import subscriptions_of
from sellers.models import Connection, PriceListUpload, Seller
from sellers.operations.price_lists import publish_price_list, upload_price_list
from sellers.queries.connections import connection_of
from sellers.queries.uploads import problems_of, upload_of
from tcxc.dialects.tcxc.endpoint import Call, endpoint
from tcxc.dialects.tcxc.parameters import Id, Moment, Paged, Parameters, page
from tcxc.dialects.tcxc.traffic import end_of
from tcxc.dialects.tcxc.writing import amount, moment, text
from tcxc.models import ApiLogin, Holder

PROBLEMS_SHOWN = 100


class PayParameters(Paged):
    """Which entries."""

    date_from = Moment()
    date_to = Moment()


class UploadParameters(Parameters):
    """A price list for a route."""

    i_connection = Id()
    file = serializers.FileField(max_length=255)
    mode = serializers.ChoiceField(choices=PriceListUpload.Mode.values, default=PriceListUpload.Mode.MERGE)


class OneUpload(Parameters):
    """Which upload of which route."""

    i_connection = Id()
    i_upload = Id()


@endpoint(Holder.SELLER)
def buyers(call: Call) -> Mapping[str, Any]:
    """The companies that have taken up a route of the seller, or asked for one, or have a number of it."""
    rows = page(buyers_of(call.seller()).order_by("pk"), call.read(Paged))
    logins = dict(
        ApiLogin.objects.filter(company_id__in=[each.pk for each in rows], side=Holder.BUYER).values_list(
            "company_id", "login"
        )
    )
    return {"buyers": [buyer_row(buyer, logins) for buyer in rows]}


@endpoint(Holder.SELLER)
def pay_history(call: Call) -> Mapping[str, Any]:
    """What the seller earned and gave back, the newest first."""
    given = call.read(PayParameters)
    rows = entries_of_seller(call.seller().pk)
    if "date_from" in given:
        rows = rows.filter(recorded_at__gte=given["date_from"])
    if "date_to" in given:
        rows = rows.filter(recorded_at__lt=end_of(call, given["date_to"]))
    return {"transactions": [entry_row(entry) for entry in page(rows.order_by("-id"), given)]}


@endpoint(Holder.SELLER)
def upload(call: Call) -> Mapping[str, Any]:
    """Take in a price list, to be checked soon."""
    given = call.read(UploadParameters)
    file = given["file"]
    if file.size > settings.PRICE_LIST_MAX_BYTES:
        raise RequestDataTooBig
    connection = _connection(call, given["i_connection"])
    made = upload_price_list(connection=connection, file=file, file_name=file.name, mode=given["mode"], by=call.by)
    return {"message": "The price list is being checked.", **upload_row(made)}


@endpoint(Holder.SELLER)
def upload_status(call: Call) -> Mapping[str, Any]:
    """How far an upload is, and what is wrong with it."""
    found = _upload(call)
    problems = problems_of(found)[:PROBLEMS_SHOWN]
    errors = [{"row": each.row, "column": each.column, "message": each.message} for each in problems]
    return upload_row(found) | {"errors": errors}


@endpoint(Holder.SELLER)
def publish(call: Call) -> Mapping[str, Any]:
    """Make a checked price list's changes, all of them."""
    done = publish_price_list(upload=_upload(call), by=call.by)
    return {"message": "The price list is published.", **upload_row(done)}


def buyers_of(seller: Seller) -> QuerySet[Buyer]:
    """Who uses a route or a number of the seller, or has asked for a route."""
    taken = interconnects_with(seller.pk).exclude(status=Interconnect.Status.REJECTED)
    owned = subscriptions_of(None).filter(number__seller=seller)
    either = Q(pk__in=taken.order_by().values("account__buyer")) | Q(pk__in=owned.order_by().values("buyer"))
    return Buyer.objects.filter(either).select_related("company")


def buyer_row(buyer: Buyer, logins: Mapping[int, str]) -> dict[str, Any]:
    """A buyer, as the list has it; one without a log-in goes by its name."""
    return {
        "i_customer": text(buyer.pk),
        "login": logins.get(buyer.pk, buyer.company.name),
        "name": buyer.company.name,
        "country_code": buyer.company.country.lower() or None,
        "currency": buyer.currency,
    }


def entry_row(entry: Entry) -> dict[str, Any]:
    """A movement of what is owed to the seller."""
    return {
        "i_transaction": text(entry.pk),
        "ts": moment(entry.recorded_at),
        "amount": amount(entry.amount),
        "currency": entry.currency,
        "type": entry.transfer.kind,
        "description": entry.transfer.note or entry.transfer.get_kind_display(),
    }


def upload_row(found: PriceListUpload) -> dict[str, Any]:
    """An upload; the counts are of codes, and stand once it is checked."""
    counts = ("new", "increase", "decrease", "withdrawn", "unchanged")
    return {
        "i_upload": text(found.pk),
        "i_connection": text(found.connection_id),
        "upload_status": found.status,
        "rows": found.rows,
        "error_count": found.error_count,
        "changes": {name: getattr(found, name) for name in counts},
    }


def _connection(call: Call, pk: int) -> Connection:
    return connection_of(call.seller(), pk)


def _upload(call: Call) -> PriceListUpload:
    given = call.read(OneUpload)
    return upload_of(_connection(call, given["i_connection"]), given["i_upload"])
