"""Numbers, subscriptions and what was collected, for operators."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from numbers import document_admin  # noqa: F401  (registers its tables)
from numbers.e164 import digits_of
from numbers.models import Collection, Difference, Number, NumberEvent, PriceChange, Reconciliation, Subscription
from numbers.operations import block_number, release, unblock_number
from tcxc.actors import Actor
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators.tables import BigTableAdmin, Deed
from tcxc.pages.words import pill


def _block(number: Number, given: dict[str, Any], by: Actor) -> str:
    block_number(number=number, by=by, reason=given["reason"])
    return _("The number is not sold any more.")


def _unblock(number: Number, given: dict[str, Any], by: Actor) -> str:
    unblock_number(number=number, by=by, reason=given["reason"])
    return _("The number may be sold again.")


def _release(subscription: Subscription, given: dict[str, Any], by: Actor) -> str:
    release(subscription=subscription, by=by, reason=given["reason"])
    return _("The number is released.")


@admin.register(Number)
class NumberAdmin(BigTableAdmin[Number]):
    """Numbers that sellers host."""

    list_display = ("digits", "seller", "country", "type", "shown_state", "monthly_fee", "currency", "hosted_at")
    list_select_related = ("seller__company",)
    list_filter = ("state", "type", "is_blocked")
    search_fields = ("number",)
    deeds = (
        Deed(
            "block",
            gettext_lazy("Block"),
            ReasonForm,
            _block,
            applies=lambda number: not number.blocked_by_operator,
            is_grave=True,
        ),
        Deed("unblock", gettext_lazy("Unblock"), ReasonForm, _unblock, applies=lambda number: number.is_blocked),
    )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, number: Number) -> SafeString:
        """Where it stands on the market."""
        return pill(number.get_state_display(), number.state)

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def digits(self, thing: Number) -> str:
        """The number in E.164."""
        return f"+{thing.number}"

    def named(self, rows: QuerySet[Number], text: str) -> QuerySet[Number]:
        """Those of the number with these digits."""
        return rows.filter(number=digits_of(text))


@admin.register(Subscription)
class SubscriptionAdmin(BigTableAdmin[Subscription]):
    """Who has which number."""

    list_display = ("digits", "buyer", "account", "shown_state", "documents_state", "period_end", "auto_renew")
    list_select_related = ("number", "buyer__company", "account")
    list_filter = ("state", "documents_state", "auto_renew")
    search_fields = ("number__number",)
    deeds = (
        Deed("release", gettext_lazy("Release"), ReasonForm, _release, applies=lambda s: s.is_open, is_grave=True),
    )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, subscription: Subscription) -> SafeString:
        """Where it stands."""
        return pill(subscription.get_state_display(), subscription.state)

    @admin.display(description=gettext_lazy("number"), ordering="number__number")
    def digits(self, thing: Subscription) -> str:
        """The number in E.164."""
        return f"+{thing.number.number}"

    def named(self, rows: QuerySet[Subscription], text: str) -> QuerySet[Subscription]:
        """Those of the number with these digits."""
        return rows.filter(number__number=digits_of(text))


@admin.register(Collection)
class CollectionAdmin(BigTableAdmin[Collection]):
    """Fees that were collected."""

    list_display = ("subscription", "kind", "period_start", "period_end", "amount", "collected_at")
    list_select_related = ("subscription",)
    list_filter = ("kind",)


@admin.register(NumberEvent)
class NumberEventAdmin(BigTableAdmin[NumberEvent]):
    """What happened to numbers, for ever."""

    list_display = ("happened_at", "digits", "kind", "buyer", "seller", "amount", "currency", "made_by", "note")
    list_select_related = ("number", "buyer__company", "seller__company")
    list_filter = ("kind",)
    search_fields = ("number__number",)

    @admin.display(description=gettext_lazy("number"), ordering="number__number")
    def digits(self, thing: NumberEvent) -> str:
        """The number in E.164."""
        return f"+{thing.number.number}"

    def named(self, rows: QuerySet[NumberEvent], text: str) -> QuerySet[NumberEvent]:
        """Those of the number with these digits."""
        return rows.filter(number__number=digits_of(text))


@admin.register(PriceChange)
class PriceChangeAdmin(BigTableAdmin[PriceChange]):
    """New prices that subscribers were told of."""

    list_display = ("subscription", "told_at", "effective_from", "applied_at", "monthly_fee", "price_1", "sms_price")
    list_select_related = ("subscription",)


@admin.register(Reconciliation)
class ReconciliationAdmin(BigTableAdmin[Reconciliation]):
    """Comparisons of accounts' numbers with their Restcomm's."""

    list_display = ("account", "started_at", "finished_at", "here", "there", "problem")
    list_select_related = ("account",)


@admin.register(Difference)
class DifferenceAdmin(BigTableAdmin[Difference]):
    """Numbers on which we and a Restcomm differed."""

    list_display = ("reconciliation", "kind", "number", "there_sid", "wanted", "found", "mended_at", "mended_by")
    list_select_related = ("reconciliation",)
    list_filter = ("kind",)
