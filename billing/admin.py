"""The ledger for operators: all of it seen, none of it edited; money moves by a credit or debit with a reason."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import DayTotal, Entry, Fold, FoldMark, Hold, LedgerAccount, MoneyRequest, Transfer, Wallet
from billing.operations import credit_wallet, debit_wallet, is_for_two, set_credit_limit
from billing.second_person import approve_request, ask_for_money, reject_request
from tcxc.actors import Actor
from tcxc.money import AMOUNT_DIGITS, AMOUNT_STEP
from tcxc.pages.formats import exact, moment
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators import shown
from tcxc.pages.operators.tables import BigTableAdmin, Deed, OperatorAdmin, words_of
from tcxc.pages.words import pill


def _new_key() -> str:
    return f"operator:{uuid.uuid4()}"


class AmountForm(ReasonForm):
    """An amount above zero and a reason. The key makes a form that is sent twice move money once."""

    amount = forms.DecimalField(
        label=gettext_lazy("Amount"),
        min_value=AMOUNT_STEP,
        **AMOUNT_DIGITS,
        help_text=gettext_lazy("In the wallet's currency."),
    )
    key = forms.CharField(max_length=200, initial=_new_key, widget=forms.HiddenInput)
    field_order = ("amount", "reason", "key")


class CreditLimitForm(ReasonForm):
    """How far below zero a wallet may go."""

    credit_limit = forms.DecimalField(label=gettext_lazy("Credit limit"), min_value=Decimal(0), **AMOUNT_DIGITS)
    key = forms.CharField(max_length=200, initial=_new_key, widget=forms.HiddenInput, required=False)
    field_order = ("credit_limit", "reason")

    def clean_key(self) -> str:
        """The form's key, or a fresh one."""
        return self.cleaned_data["key"] or _new_key()


def _credit(wallet: Wallet, given: dict[str, Any], by: Actor) -> str:
    if is_for_two(given["amount"]):
        return _ask(MoneyRequest.Kind.CREDIT, wallet, given["amount"], given, by)
    credit_wallet(wallet_id=wallet.pk, amount=given["amount"], reason=given["reason"], by=by, key=given["key"])
    return _("%(amount)s %(currency)s credited.") % {"amount": f"{given['amount']:,.6f}", "currency": wallet.currency}


def _debit(wallet: Wallet, given: dict[str, Any], by: Actor) -> str:
    if is_for_two(given["amount"]):
        return _ask(MoneyRequest.Kind.DEBIT, wallet, given["amount"], given, by)
    debit_wallet(wallet_id=wallet.pk, amount=given["amount"], reason=given["reason"], by=by, key=given["key"])
    return _("%(amount)s %(currency)s debited.") % {"amount": f"{given['amount']:,.6f}", "currency": wallet.currency}


def _limit(wallet: Wallet, given: dict[str, Any], by: Actor) -> str:
    limit = given["credit_limit"]
    if limit > wallet.credit_limit and is_for_two(limit):
        return _ask(MoneyRequest.Kind.CREDIT_LIMIT, wallet, limit, given, by)
    set_credit_limit(wallet_id=wallet.pk, credit_limit=given["credit_limit"], by=by, reason=given["reason"])
    return _("The credit limit is %(limit)s now.") % {"limit": f"{given['credit_limit']:,.6f}"}


def _ask(kind: MoneyRequest.Kind, wallet: Wallet, amount: Decimal, given: dict[str, Any], by: Actor) -> str:
    asked = ask_for_money(
        kind=kind, wallet_id=wallet.pk, amount=amount, reason=given["reason"], by=by, key=given["key"]
    )
    until = asked.expires_at.strftime("%Y-%m-%d %H:%M")
    return _("Nothing has moved yet: another operator has to approve request %(number)s, until %(until)s UTC.") % {
        "number": asked.pk, "until": until,
    }  # fmt: skip


def _preview(sentence: str, wallet: Wallet, amount: Decimal, signed: Decimal) -> str:
    figures = {
        "amount": f"{amount:,.6f}",
        "after": f"{wallet.balance + signed:,.6f}",
        "available": f"{wallet.available + signed:,.6f}",
    }
    said = sentence % (figures | {"currency": wallet.currency, "company": wallet.company})
    return f"{said} {_('So much takes the approval of another operator first.')}" if is_for_two(amount) else said


def _preview_credit(wallet: Wallet, given: dict[str, Any]) -> str:
    sentence = _(
        "%(amount)s %(currency)s will be credited to %(company)s. The balance is %(after)s %(currency)s then, "
        "and %(available)s available."
    )
    return _preview(sentence, wallet, given["amount"], given["amount"])


def _preview_debit(wallet: Wallet, given: dict[str, Any]) -> str:
    sentence = _(
        "%(amount)s %(currency)s will be taken from %(company)s. The balance is %(after)s %(currency)s then, "
        "and %(available)s available."
    )
    return _preview(sentence, wallet, given["amount"], -given["amount"])


@admin.register(Wallet)
class WalletAdmin(OperatorAdmin[Wallet]):
    """Wallets, with the operators' credits, debits and credit limits."""

    list_display = (
        "number",
        "company",
        "currency",
        "is_shared",
        "shown_balance",
        "shown_held",
        "shown_limit",
        "shown_available",
    )
    list_select_related = ("company",)
    list_filter = ("is_shared", "currency")
    search_fields = ("company__name", "pk__exact")
    ordering = ("-pk",)
    fields = (
        "company",
        "currency",
        "is_shared",
        "shown_balance",
        "shown_held",
        "shown_limit",
        "shown_available",
        "overrun",
        "entries",
    )
    readonly_fields = fields
    deeds = (
        Deed("credit", gettext_lazy("Credit"), AmountForm, _credit, preview=_preview_credit, asks_again=True),
        Deed(
            "debit", gettext_lazy("Debit"), AmountForm, _debit, preview=_preview_debit, is_grave=True, asks_again=True
        ),
        Deed("limit", gettext_lazy("Set the credit limit"), CreditLimitForm, _limit, asks_again=True),
    )

    @admin.display(description=gettext_lazy("balance"), ordering="balance")
    def shown_balance(self, wallet: Wallet) -> str:
        """What is in it."""
        return exact(wallet.balance)

    @admin.display(description=gettext_lazy("held"), ordering="held")
    def shown_held(self, wallet: Wallet) -> str:
        """What traffic under way has set aside."""
        return exact(wallet.held)

    @admin.display(description=gettext_lazy("credit limit"), ordering="credit_limit")
    def shown_limit(self, wallet: Wallet) -> str:
        """How far below zero it may go."""
        return exact(wallet.credit_limit)

    @admin.display(description=gettext_lazy("available"))
    def shown_available(self, wallet: Wallet) -> str:
        """What may still be spent."""
        return exact(wallet.available)

    @admin.display(description=gettext_lazy("entries"))
    def entries(self, wallet: Wallet) -> SafeString:
        """The way to what came in and went out."""
        return shown.rows_of(Entry, _("All entries of this wallet"), ledger_account_id=wallet.pk)


@admin.register(LedgerAccount)
class LedgerAccountAdmin(OperatorAdmin[LedgerAccount]):
    """Every place that money moves from or to."""

    list_display = ("number", "kind", "company", "currency", "created_at")
    list_select_related = ("company",)
    list_filter = ("kind", "currency")
    search_fields = ("company__name", "pk__exact")
    ordering = ("-pk",)


@admin.register(Transfer)
class TransferAdmin(BigTableAdmin[Transfer]):
    """Money that moved, with the entries of each transfer."""

    list_display = ("number", "kind", "occurred_at", "key", "account_id", "note", "made_by")
    list_filter = ("kind",)
    search_fields = ("key",)
    search_help_text = gettext_lazy("A transfer's number or key, as a whole")
    fields = (
        "kind",
        "key",
        "occurred_at",
        "recorded_at",
        "made_by",
        "buyer_id",
        "account_id",
        "note",
        "reverses",
        "entries",
    )
    readonly_fields = ("entries",)

    def named(self, rows: QuerySet[Transfer], text: str) -> QuerySet[Transfer]:
        """By number or key."""
        by_number = Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else Q()
        return rows.filter(Q(key=text) | by_number)

    @admin.display(description=gettext_lazy("entries"))
    def entries(self, transfer: Transfer) -> str:
        """Both sides and more; they sum to zero."""
        found = transfer.entries.select_related("ledger_account__company").order_by("pk")
        rows = [(shown.link(entry.ledger_account), exact(entry.amount), exact(entry.balance_after)) for entry in found]
        return shown.table([_("Ledger account"), _("Amount"), _("Balance after")], rows)


@admin.register(Entry)
class EntryAdmin(BigTableAdmin[Entry]):
    """The sides of transfers."""

    list_display = ("number", "shown_at", "ledger_account", "shown_amount", "currency", "shown_after", "shown_transfer")
    list_select_related = ("ledger_account__company", "transfer")
    fields = ("shown_transfer", "ledger_account", "currency", "shown_amount", "shown_after", "recorded_at")
    readonly_fields = ("shown_transfer", "shown_amount", "shown_after")
    search_fields = ("pk",)
    search_help_text = gettext_lazy("An entry's number")

    @admin.display(description=gettext_lazy("recorded"))
    def shown_at(self, entry: Entry) -> str:
        """When it was written."""
        return moment(entry.recorded_at)

    @admin.display(description=gettext_lazy("amount"))
    def shown_amount(self, entry: Entry) -> str:
        """Above zero: the account got it."""
        return exact(entry.amount)

    @admin.display(description=gettext_lazy("balance after"))
    def shown_after(self, entry: Entry) -> str:
        """The wallet's balance after it."""
        return exact(entry.balance_after)

    @admin.display(description=gettext_lazy("transfer"))
    def shown_transfer(self, entry: Entry) -> str:
        """The transfer it belongs to."""
        return shown.link(entry.transfer)


@admin.register(Hold)
class HoldAdmin(BigTableAdmin[Hold]):
    """Money set aside for traffic under way."""

    list_display = ("number", "state", "purpose", "shown_amount", "account_id", "wallet_id", "opened_at", "resolved_at")
    list_filter = ("state", words_of("purpose", gettext_lazy("purpose"), ("session",)))
    search_fields = ("pk",)
    search_help_text = gettext_lazy("A hold's number")

    @admin.display(description=gettext_lazy("amount"))
    def shown_amount(self, hold: Hold) -> str:
        """What is set aside."""
        return exact(hold.amount)


@admin.register(Fold)
class FoldAdmin(OperatorAdmin[Fold]):
    """Balances of accounts that are only appended to, up to their last folding."""

    list_display = ("ledger_account", "balance", "through_entry_id", "folded_at")
    list_select_related = ("ledger_account__company",)
    ordering = ("-pk",)


@admin.register(FoldMark)
class FoldMarkAdmin(OperatorAdmin[FoldMark]):
    """How far all accounts are folded."""

    list_display = ("number", "folded_through", "next_entry_id", "next_xid")
    ordering = ("-pk",)


@admin.register(DayTotal)
class DayTotalAdmin(BigTableAdmin[DayTotal]):
    """What accounts received and gave by day, as far as folded."""

    list_display = ("ledger_account", "day", "received", "given", "entries")
    list_select_related = ("ledger_account__company",)
    search_fields = ("ledger_account__pk",)
    search_help_text = gettext_lazy("A ledger account's number")

    def named(self, rows: QuerySet[DayTotal], text: str) -> QuerySet[DayTotal]:
        """By ledger account."""
        return rows.filter(ledger_account_id=int(text)) if text.isdigit() and len(text) < 19 else rows.none()


def _approve(request: MoneyRequest, _given: dict[str, Any], by: Actor) -> str:
    approve_request(request=request, by=by)
    return _("Approved, and done.")


def _reject(request: MoneyRequest, given: dict[str, Any], by: Actor) -> str:
    reject_request(request=request, by=by, reason=given["reason"])
    return _("Rejected: nothing has moved.")


def _preview_approval(request: MoneyRequest, _given: dict[str, Any]) -> str:
    wallet = request.wallet
    if request.kind == MoneyRequest.Kind.CREDIT_LIMIT:
        figures = {
            "limit": f"{request.amount:,.6f}",
            "before": f"{wallet.credit_limit:,.6f}",
            "company": wallet.company,
        }
        return _("The credit limit of %(company)s becomes %(limit)s; it is %(before)s now.") % figures
    signed = request.amount if request.kind == MoneyRequest.Kind.CREDIT else -request.amount
    figures = {"amount": f"{signed:+,.6f}", "after": f"{wallet.balance + signed:,.6f}", "currency": wallet.currency}
    sentence = _("%(amount)s %(currency)s for %(company)s. The balance is %(after)s %(currency)s then.")
    return sentence % (figures | {"company": wallet.company})


def _is_open(request: MoneyRequest) -> bool:
    return request.state == MoneyRequest.State.PENDING


@admin.register(MoneyRequest)
class MoneyRequestAdmin(OperatorAdmin[MoneyRequest]):
    """Large sums that one operator asked for: another approves or rejects them."""

    list_display = (
        "number",
        "shown_state",
        "kind",
        "wallet",
        "shown_amount",
        "reason",
        "made_by",
        "made_at",
        "decided_by",
    )
    list_select_related = ("wallet__company", "made_by", "decided_by")
    list_filter = ("state", "kind")
    search_fields = ("wallet__company__name", "pk__exact", "key__exact")
    ordering = ("-pk",)
    exclude = ("state", "amount")
    readonly_fields = ("shown_state", "shown_amount")
    deeds = (
        Deed(
            "approve",
            gettext_lazy("Approve"),
            forms.Form,
            _approve,
            preview=_preview_approval,
            applies=_is_open,
            asks_again=True,
        ),
        Deed("reject", gettext_lazy("Reject"), ReasonForm, _reject, applies=_is_open, is_grave=True, asks_again=True),
    )

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, request: MoneyRequest) -> SafeString:
        """Whether it was decided, and how."""
        return pill(request.get_state_display(), request.state)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, request: MoneyRequest) -> str:
        """How much, in the wallet's currency."""
        return exact(request.amount)
