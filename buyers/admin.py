"""Buyers, accounts, links and interconnects for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authz.models import Cdr, MessageRecord, Session
from buyers.models import (
    Account,
    Buyer,
    DestinationRule,
    Interconnect,
    LowBalance,
    ProvisioningPair,
    RestcommLink,
    RestcommLogin,
)
from buyers.operations import block_account, unblock_account
from tcxc.actors import Actor
from tcxc.models import AuditEvent
from tcxc.pages.formats import exact
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators import shown
from tcxc.pages.operators.tables import Deed, OperatorAdmin
from tcxc.pages.words import pill


@admin.register(Buyer)
class BuyerAdmin(OperatorAdmin[Buyer]):
    """Companies that send traffic."""

    list_display = ("company", "currency", "is_active", "created_at")
    list_select_related = ("company",)
    list_filter = ("is_active", "currency")
    search_fields = ("company__name",)
    ordering = ("-pk",)
    fields = ("company", "currency", "is_active", "created_at", "accounts")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("accounts"))
    def accounts(self, buyer: Buyer) -> SafeString:
        """The way to the buyer's accounts."""
        return shown.rows_of(Account, _("Accounts of this buyer"), buyer__pk__exact=buyer.pk)


def _block(account: Account, given: dict[str, Any], by: Actor) -> str:
    block_account(account=account, reason=given["reason"], by=by)
    return _("Nothing more goes over this account. Calls under way run to the end of what was granted.")


def _unblock(account: Account, given: dict[str, Any], by: Actor) -> str:
    unblock_account(account=account, reason=given["reason"], by=by)
    return _("Traffic may go again.")


def _is_blocked(account: Account) -> bool:
    return account.status == Account.Status.BLOCKED


@admin.register(Account)
class AccountAdmin(OperatorAdmin[Account]):
    """Buyers' accounts with their limits; an operator's block outranks the buyer's."""

    list_display = (
        "number",
        "name",
        "buyer",
        "shown_status",
        "wallet_mode",
        "shown_available",
        "concurrent_call_limit",
    )
    list_select_related = ("buyer__company", "wallet")
    list_filter = ("status", "wallet_mode")
    search_fields = ("pk__exact", "name", "buyer__company__name")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("buyer", "name", "shown_status", "block_reason", "blocked_by_operator", "created_at")}),
        (
            gettext_lazy("Money"),
            {"fields": ("wallet_mode", "shown_wallet", "shown_balance", "shown_held", "shown_available")},
        ),
        (
            gettext_lazy("Limits"),
            {
                "fields": (
                    "concurrent_call_limit",
                    "calls_per_second",
                    "smpp_messages_per_second",
                    "spend_limit_daily",
                    "topup_limit_monthly",
                    "low_balance_threshold",
                    "slice_seconds",
                    "destinations",
                )
            },
        ),
        (gettext_lazy("Routes"), {"fields": ("voice_policy", "sms_policy", "interconnects", "links")}),
        (gettext_lazy("See"), {"fields": ("more",)}),
    )
    readonly_fields = (
        "shown_status",
        "shown_wallet",
        "shown_balance",
        "shown_held",
        "shown_available",
        "destinations",
        "interconnects",
        "links",
        "more",
        "created_at",
    )
    deeds = (
        Deed("block", gettext_lazy("Block"), ReasonForm, _block, applies=lambda a: not _is_blocked(a), is_grave=True),
        Deed("unblock", gettext_lazy("Unblock"), ReasonForm, _unblock, applies=_is_blocked),
    )

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, account: Account) -> SafeString:
        """Whether its traffic may go."""
        return pill(account.get_status_display(), account.status)

    @admin.display(description=gettext_lazy("wallet"))
    def shown_wallet(self, account: Account) -> str:
        """The wallet it spends, where it is credited and debited."""
        return shown.link(account.wallet)

    @admin.display(description=gettext_lazy("balance"))
    def shown_balance(self, account: Account) -> str:
        """What is in the wallet."""
        return exact(account.wallet.balance)

    @admin.display(description=gettext_lazy("held"))
    def shown_held(self, account: Account) -> str:
        """What traffic under way has set aside."""
        return exact(account.wallet.held)

    @admin.display(description=gettext_lazy("available"))
    def shown_available(self, account: Account) -> str:
        """What may still be spent."""
        return exact(account.wallet.available)

    @admin.display(description=gettext_lazy("destinations"))
    def destinations(self, account: Account) -> str:
        """The rules of destinations."""
        return shown.table([_("Rule")], [(str(rule),) for rule in account.destination_rules.order_by("pk")])

    @admin.display(description=gettext_lazy("interconnects"))
    def interconnects(self, account: Account) -> str:
        """The routes it uses."""
        found = account.interconnects.select_related("connection__seller__company").order_by("position", "pk")
        rows = [
            (shown.link(i.connection), i.connection.seller, i.tech_prefix, pill(i.get_status_display(), i.status))
            for i in found
        ]
        return shown.table([_("Connection"), _("Seller"), _("Tech prefix"), _("Status")], rows)

    @admin.display(description=gettext_lazy("Restcomm links"))
    def links(self, account: Account) -> str:
        """The sub-accounts tied to it."""
        found = account.links.select_related("platform").order_by("pk")
        return shown.table([_("Sub-account"), _("Platform")], [(link.account_sid, link.platform) for link in found])

    @admin.display(description=gettext_lazy("records"))
    def more(self, account: Account) -> str:
        """The ways to its timeline, sessions, records and audit rows."""
        line = reverse("admin:timeline", args=[account.pk])
        ways = (
            (format_html('<a href="{}">{}</a>', line, _("Timeline: all of it, by time")),),
            (shown.rows_of(Session, _("Sessions"), account_id=account.pk),),
            (shown.rows_of(Cdr, _("Calls"), account_id=account.pk),),
            (shown.rows_of(MessageRecord, _("Messages"), account_id=account.pk),),
            (shown.rows_of(AuditEvent, _("Audit"), object_type="buyers.account", object_id=account.pk),),
        )
        return shown.table([_("Table")], ways)


@admin.register(DestinationRule)
class DestinationRuleAdmin(OperatorAdmin[DestinationRule]):
    """Where accounts may and may not call."""

    list_display = ("account", "verdict", "prefix", "min_length", "max_length", "country", "mccmnc")
    list_select_related = ("account",)
    list_filter = ("verdict",)
    search_fields = ("account__name", "prefix__exact", "country__exact", "mccmnc__exact")
    ordering = ("-pk",)


@admin.register(RestcommLink)
class RestcommLinkAdmin(OperatorAdmin[RestcommLink]):
    """Sub-accounts of Restcomm and their accounts. The SIP password is not shown here."""

    list_display = ("account_sid", "platform", "account", "sip_username", "network_id", "created_at")
    list_select_related = ("platform", "account")
    list_filter = ("platform",)
    search_fields = ("account_sid__exact", "sip_username__exact", "account__name")
    ordering = ("-pk",)
    exclude = ("encrypted_sip_password",)


@admin.register(ProvisioningPair)
class ProvisioningPairAdmin(OperatorAdmin[ProvisioningPair]):
    """Keys by which a Restcomm buys numbers; the secret is kept as a hash and not shown."""

    list_display = ("key", "account", "rotated_at")
    list_select_related = ("account",)
    search_fields = ("key__exact", "account__name")
    ordering = ("-pk",)
    exclude = ("secret_hash",)


@admin.register(RestcommLogin)
class RestcommLoginAdmin(OperatorAdmin[RestcommLogin]):
    """Where accounts' Restcomms answer; the token is kept encrypted and not shown."""

    list_display = ("account", "api_url", "account_sid", "sip_domain", "set_at", "due_at")
    list_select_related = ("account",)
    search_fields = ("account__name", "account_sid__exact")
    ordering = ("-pk",)
    exclude = ("encrypted_token",)


@admin.register(Interconnect)
class InterconnectAdmin(OperatorAdmin[Interconnect]):
    """Which account uses which connection."""

    list_display = ("tech_prefix", "account", "connection", "shown_status", "asked_at", "decided_at")
    list_filter = ("status",)
    search_fields = ("tech_prefix__exact", "account__name", "connection__name")
    ordering = ("-pk",)

    def get_queryset(self, request: Any) -> QuerySet[Interconnect]:
        """With both ends, and the people who asked and decided."""
        return super().get_queryset(request).select_related("account", "connection", "asked_by", "decided_by")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, interconnect: Interconnect) -> SafeString:
        """Whether traffic may use it."""
        return pill(interconnect.get_status_display(), interconnect.status)


@admin.register(LowBalance)
class LowBalanceAdmin(OperatorAdmin[LowBalance]):
    """Which accounts' people were told of a low balance."""

    list_display = ("account", "is_low", "told_at")
    list_select_related = ("account",)
    list_filter = ("is_low",)
    search_fields = ("account__name",)
    ordering = ("-pk",)
