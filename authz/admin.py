"""Sessions, events and records of traffic for operators: everything can be seen, nothing edited."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authz.charges import explain_charge
from authz.models import Cdr, ChargeEvent, DailySpend, MessageRecord, Session, SessionUpdate
from billing.models import Hold
from buyers.models import Account, Interconnect
from sellers.models import Connection
from tcxc.models import Company, Platform
from tcxc.pages.formats import duration, exact, moment, phone
from tcxc.pages.operators import shown
from tcxc.pages.operators.tables import BigTableAdmin, words_of
from tcxc.pages.words import pill


def _sessions_named(text: str) -> QuerySet[Session]:
    """Sessions of this id on any platform, by the unique key, which begins with the platform."""
    platforms = list(Platform.objects.values_list("pk", flat=True))
    return Session.objects.filter(platform_id__in=platforms, session_id=text)


@admin.register(Session)
class SessionAdmin(BigTableAdmin[Session]):
    """Calls and messages that were asked about, live and past."""

    list_display = (
        "session_id",
        "shown_state",
        "service",
        "direction",
        "callee",
        "account",
        "charge",
        "reason",
        "authorized",
    )
    list_select_related = ("account",)
    list_filter = ("state", "service", "direction", "platform")
    search_fields = ("session_id",)
    search_help_text = gettext_lazy("A session id (CallSid, message SID) or number, as a whole")
    readonly_fields = ("updates", "records", "hold")

    def named(self, rows: QuerySet[Session], text: str) -> QuerySet[Session]:
        """By session id, else by number."""
        return (
            rows.filter(pk__in=_sessions_named(text).values("pk")) if not text.isdigit() else super().named(rows, text)
        )

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, session: Session) -> SafeString:
        """Where it stands."""
        return pill(session.get_state_display(), session.state)

    @admin.display(description=gettext_lazy("charged"))
    def charge(self, session: Session) -> str:
        """What it cost so far."""
        return exact(session.charged)

    @admin.display(description=gettext_lazy("authorized"))
    def authorized(self, session: Session) -> str:
        """When it was first asked about."""
        return moment(session.authorized_at)

    @admin.display(description=gettext_lazy("updates"))
    def updates(self, session: Session) -> str:
        """Each update and what was granted."""
        rows = [(u.seq, moment(u.at), u.used_units, u.granted_units) for u in session.updates.order_by("seq")[:500]]
        return shown.table([_("No."), _("At"), _("Used"), _("Granted")], rows)

    @admin.display(description=gettext_lazy("record"))
    def records(self, session: Session) -> str:
        """The call's or message's record."""
        return shown.link_by_id(Cdr if session.service == "voice" else MessageRecord, session.record_id)

    @admin.display(description=gettext_lazy("hold"))
    def hold(self, session: Session) -> str:
        """The money set aside for it."""
        return shown.link_by_id(Hold, session.hold_id)


@admin.register(SessionUpdate)
class SessionUpdateAdmin(BigTableAdmin[SessionUpdate]):
    """Updates of sessions, each with its reply."""

    list_display = ("number", "session", "seq", "used_units", "granted_units", "at")
    list_select_related = ("session",)
    search_fields = ("session__session_id",)
    search_help_text = gettext_lazy("A session id, as a whole")

    def named(self, rows: QuerySet[SessionUpdate], text: str) -> QuerySet[SessionUpdate]:
        """By the session's id."""
        return rows.filter(session_id__in=_sessions_named(text).values("pk"))


@admin.register(ChargeEvent)
class ChargeEventAdmin(BigTableAdmin[ChargeEvent]):
    """One-shot debits, refunds and enquiries."""

    list_display = ("event_id", "type", "account", "shown_amount", "at")
    list_select_related = ("account",)
    list_filter = (words_of("type", gettext_lazy("type"), ("balance", "debit", "price", "refund")),)
    search_fields = ("event_id",)
    search_help_text = gettext_lazy("An event id, as a whole")

    def named(self, rows: QuerySet[ChargeEvent], text: str) -> QuerySet[ChargeEvent]:
        """By the event's id."""
        return rows.filter(platform_id__in=list(Platform.objects.values_list("pk", flat=True)), event_id=text)

    @admin.display(description=gettext_lazy("amount"))
    def shown_amount(self, event: ChargeEvent) -> str:
        """What it moved."""
        return exact(event.amount)


class RecordAdmin(BigTableAdmin[Any]):
    """What the tables of calls and messages share: ids of other tables as links, the search by session id."""

    list_filter = ("result", "direction", "overrun", "unsolicited", "expired")
    search_fields = ("session_id",)
    search_help_text = gettext_lazy("A session id, as a whole, or a record's number")
    ways = ("the_buyer", "the_account", "the_seller", "the_connection", "the_interconnect", "charge")
    readonly_fields = ways

    def named(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """By session id, else by number."""
        return (
            super().named(rows, text)
            if text.isdigit()
            else rows.filter(session_pk__in=list(_sessions_named(text).values_list("pk", flat=True)))
        )

    def get_exclude(self, request: Any, obj: Model | None = None) -> tuple[str, ...]:
        """Plain ids are shown as links instead."""
        return ("buyer_id", "account_id", "seller_id", "connection_id", "interconnect_id")

    @admin.display(description=gettext_lazy("result"))
    def shown_result(self, record: Any) -> SafeString:
        """How it ended."""
        return pill(record.get_result_display(), record.result)

    @admin.display(description=gettext_lazy("started"))
    def started(self, record: Any) -> str:
        """When it began."""
        return moment(record.started_at)

    @admin.display(description=gettext_lazy("to"))
    def to(self, record: Any) -> str:
        """The number called."""
        return phone(record.callee)

    @admin.display(description=gettext_lazy("amount"))
    def shown_amount(self, record: Any) -> str:
        """What the buyer paid."""
        return exact(record.amount)

    @admin.display(description=gettext_lazy("buyer"))
    def the_buyer(self, record: Any) -> str:
        """The buyer's company."""
        return shown.link_by_id(Company, record.buyer_id)

    @admin.display(description=gettext_lazy("account"))
    def the_account(self, record: Any) -> str:
        """The account."""
        return shown.link_by_id(Account, record.account_id)

    @admin.display(description=gettext_lazy("seller"))
    def the_seller(self, record: Any) -> str:
        """The seller's company."""
        return shown.link_by_id(Company, record.seller_id)

    @admin.display(description=gettext_lazy("connection"))
    def the_connection(self, record: Any) -> str:
        """The connection that carried it."""
        return shown.link_by_id(Connection, record.connection_id)

    @admin.display(description=gettext_lazy("interconnect"))
    def the_interconnect(self, record: Any) -> str:
        """The interconnect that it used."""
        return shown.link_by_id(Interconnect, record.interconnect_id)

    @admin.display(description=gettext_lazy("charge"))
    def charge(self, record: Any) -> str:
        """How the charge came about, with every entry of it."""
        told = explain_charge(record, ledger_accounts=None)
        context = {"charge": told, "sees_commission": True, "names_accounts": True}
        return render_to_string("records/charge.html", context | {"entry_url": "admin:billing_entry_change"})


@admin.register(Cdr)
class CdrAdmin(RecordAdmin):
    """Calls, with every input of their charge."""

    list_display = (
        "number",
        "started",
        "caller",
        "to",
        "shown_result",
        "billed",
        "shown_amount",
        "currency",
        "account_id",
    )

    @admin.display(description=gettext_lazy("billed"))
    def billed(self, record: Cdr) -> str:
        """The billed length."""
        return duration(record.billed_seconds)


@admin.register(MessageRecord)
class MessageRecordAdmin(RecordAdmin):
    """Messages, with every input of their charge."""

    list_display = (
        "number",
        "started",
        "caller",
        "to",
        "shown_result",
        "parts",
        "shown_amount",
        "currency",
        "account_id",
    )


@admin.register(DailySpend)
class DailySpendAdmin(BigTableAdmin[DailySpend]):
    """What accounts were charged, by the day of their buyer."""

    list_display = ("account", "day", "shown_amount")
    list_select_related = ("account",)
    search_fields = ("account__pk",)
    search_help_text = gettext_lazy("An account's number")

    def named(self, rows: QuerySet[DailySpend], text: str) -> QuerySet[DailySpend]:
        """By account."""
        return rows.filter(account_id=int(text)) if text.isdigit() and len(text) < 19 else rows.none()

    @admin.display(description=gettext_lazy("amount"))
    def shown_amount(self, spend: DailySpend) -> str:
        """The day's charges."""
        return exact(spend.amount)
