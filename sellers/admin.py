"""Sellers, connections and price lists for operators."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from buyers.models import Interconnect
from sellers.models import Connection, PriceListUpload, Rate, Seller
from sellers.operations.connections import block_connection, unblock_connection, update_connection
from sellers.operations.terms import set_commission, set_selling
from tcxc.actors import Actor
from tcxc.pages.formats import count, moment, price, share
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators import shown
from tcxc.pages.operators.tables import BigTableAdmin, Deed, OperatorAdmin
from tcxc.pages.words import pill

PROBLEMS_SHOWN = 100


class CommissionForm(ReasonForm):
    """A share of each charge."""

    commission_rate = forms.DecimalField(
        label=gettext_lazy("Commission"),
        min_value=Decimal(0),
        max_value=Decimal(1),
        max_digits=5,
        decimal_places=4,
        help_text=gettext_lazy(
            "The share of each charge that the exchange keeps: 0.05 is 5 %. Calls under way keep theirs."
        ),
    )
    field_order = ("commission_rate", "reason")


class OwnCommissionForm(forms.Form):
    """A connection's own commission, which stands in for its seller's."""

    commission_rate = forms.DecimalField(
        label=gettext_lazy("Commission of its own"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1),
        max_digits=5,
        decimal_places=4,
        help_text=gettext_lazy("Empty: the seller's."),
    )


def _commission(seller: Seller, given: dict[str, Any], by: Actor) -> str:
    set_commission(seller=seller, commission_rate=given["commission_rate"], by=by, reason=given["reason"])
    return _("The commission is %(share)s now.") % {"share": share(given["commission_rate"])}


def _selling(seller: Seller, given: dict[str, Any], by: Actor) -> str:
    changed = set_selling(seller=seller, may_sell=not seller.is_active, by=by, reason=given["reason"])
    return _("The seller may sell.") if changed.is_active else _("The seller is off the market.")


@admin.register(Seller)
class SellerAdmin(OperatorAdmin[Seller]):
    """Sellers and their terms."""

    list_display = ("company", "currency", "shown_commission", "is_active", "created_at")
    list_select_related = ("company",)
    list_filter = ("is_active",)
    search_fields = ("company__name",)
    ordering = ("-pk",)
    fields = ("company", "currency", "shown_commission", "is_active", "created_at", "connections")
    readonly_fields = fields
    deeds = (
        Deed("commission", gettext_lazy("Set the commission"), CommissionForm, _commission),
        Deed(
            "stop",
            gettext_lazy("Take off the market"),
            ReasonForm,
            _selling,
            applies=lambda s: s.is_active,
            is_grave=True,
        ),
        Deed("resume", gettext_lazy("Let sell again"), ReasonForm, _selling, applies=lambda s: not s.is_active),
    )

    @admin.display(description=gettext_lazy("commission"), ordering="commission_rate")
    def shown_commission(self, seller: Seller) -> str:
        """The share that the exchange keeps."""
        return share(seller.commission_rate)

    @admin.display(description=gettext_lazy("connections"))
    def connections(self, seller: Seller) -> SafeString:
        """The way to the seller's connections."""
        return shown.rows_of(Connection, _("Connections of this seller"), seller__pk__exact=seller.pk)


def _block(connection: Connection, given: dict[str, Any], by: Actor) -> str:
    block_connection(connection=connection, by=by, reason=given["reason"])
    return _("The connection is off the market.")


def _unblock(connection: Connection, given: dict[str, Any], by: Actor) -> str:
    unblock_connection(connection=connection, by=by, reason=given["reason"])
    return _("The connection is on the market again.")


def _own_commission(connection: Connection, given: dict[str, Any], by: Actor) -> str:
    update_connection(connection=connection, changes={"commission_rate": given["commission_rate"]}, by=by)
    return _("The commission is set.")


def _is_blocked(connection: Connection) -> bool:
    return connection.status == Connection.Status.BLOCKED


@admin.register(Connection)
class ConnectionAdmin(OperatorAdmin[Connection]):
    """Routes that sellers offer."""

    list_display = ("name", "seller", "service", "route_type", "shown_status", "capacity", "prices_version")
    list_select_related = ("seller__company",)
    list_filter = ("service", "status", "route_type")
    search_fields = ("name", "seller__company__name")
    ordering = ("-pk",)
    readonly_fields = ("prices_version", "created_at", "more")
    deeds = (
        Deed("block", gettext_lazy("Block"), ReasonForm, _block, applies=lambda c: not _is_blocked(c), is_grave=True),
        Deed("unblock", gettext_lazy("Unblock"), ReasonForm, _unblock, applies=_is_blocked),
        Deed("commission", gettext_lazy("Set a commission of its own"), OwnCommissionForm, _own_commission),
    )

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, connection: Connection) -> SafeString:
        """Whether it is on the market."""
        return pill(connection.get_status_display(), connection.status)

    @admin.display(description=gettext_lazy("more"))
    def more(self, connection: Connection) -> str:
        """The ways to its prices, price lists and interconnects."""
        ways = (
            (shown.rows_of(Rate, _("Prices"), connection_id=connection.pk),),
            (shown.rows_of(PriceListUpload, _("Price lists"), connection__id__exact=connection.pk),),
            (shown.rows_of(Interconnect, _("Interconnects"), connection__id__exact=connection.pk),),
        )
        return shown.table([_("See")], ways)


@admin.register(PriceListUpload)
class PriceListUploadAdmin(OperatorAdmin[PriceListUpload]):
    """Price lists on their way in, and those that were published."""

    list_display = (
        "number",
        "connection",
        "file_name",
        "shown_status",
        "shown_rows",
        "error_count",
        "uploaded_at",
        "version",
    )
    list_select_related = ("connection",)
    list_filter = ("status", "mode")
    search_fields = ("pk__exact", "file_name", "connection__name")
    ordering = ("-pk",)
    exclude = ("file",)
    readonly_fields = ("problems_found",)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, upload: PriceListUpload) -> SafeString:
        """How far it has come."""
        return pill(upload.get_status_display(), upload.status)

    @admin.display(description=gettext_lazy("rows"), ordering="rows")
    def shown_rows(self, upload: PriceListUpload) -> str:
        """How many rows it has."""
        return count(upload.rows)

    @admin.display(description=gettext_lazy("errors and warnings"))
    def problems_found(self, upload: PriceListUpload) -> str:
        """The first of them."""
        found = upload.problems.order_by("is_warning", "row")[:PROBLEMS_SHOWN]
        rows = [
            (problem.row, problem.column, problem.message, _("warning") if problem.is_warning else _("error"))
            for problem in found
        ]
        return shown.table([_("Row"), _("Column"), _("Message"), _("Kind")], rows)


@admin.register(Rate)
class RateAdmin(BigTableAdmin[Rate]):
    """Prices. Seen by connection; the search takes a code of that connection."""

    list_display = (
        "prefix",
        "connection",
        "description",
        "shown_price",
        "intervals",
        "forbidden",
        "shown_from",
        "shown_until",
    )
    list_select_related = ("connection",)
    ordering = ("connection", "prefix", "-effective_from")
    search_fields = ("prefix",)
    search_help_text = gettext_lazy("A code as a whole, once you came here from a connection; else a price's number")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Rate], search_term: str) -> Any:
        """A code within a connection; without one only a number is looked up, since codes alone have no index."""
        text = search_term.strip()
        if text and "connection_id" in request.GET:
            return queryset.filter(prefix=text), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=gettext_lazy("price"))
    def shown_price(self, rate: Rate) -> SafeString:
        """The first and the next interval's price."""
        return SafeString(f"{price(rate.price_1)} / {price(rate.price_n)}")

    @admin.display(description=gettext_lazy("intervals"))
    def intervals(self, rate: Rate) -> str:
        """Seconds, the first and the next."""
        return f"{rate.interval_1}/{rate.interval_n}"

    @admin.display(description=gettext_lazy("from"))
    def shown_from(self, rate: Rate) -> str:
        """Since when."""
        return moment(rate.effective_from)

    @admin.display(description=gettext_lazy("until"))
    def shown_until(self, rate: Rate) -> str:
        """Until when, if an end is known."""
        return moment(rate.effective_until)
