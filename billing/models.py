"""The ledger's tables. Only `billing.ledger` writes them; SQL guards beside the migrations refuse anything else."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models import Company, User
from tcxc.money import AMOUNT_DIGITS, ZERO


class LedgerAccount(models.Model):
    """A place that money moves from or to, in one currency. Companies have theirs; the exchange has those without."""

    class Kind(models.TextChoices):
        """What the account stands for."""

        WALLET = "wallet", _("Buyer's wallet")
        SELLER = "seller", _("Owed to a seller")
        COMMISSION = "commission", _("Commission of the exchange")
        ADJUSTMENT = "adjustment", _("Credits and debits by operators")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    company = models.ForeignKey(
        Company, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_accounts"
    )
    currency = models.CharField(max_length=3)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "company", "currency"],
                name="ledger_account_once",
                condition=~Q(kind="wallet"),
            ),
            models.UniqueConstraint(
                fields=["kind", "currency"], name="exchange_ledger_account_once", condition=Q(company__isnull=True)
            ),
            models.CheckConstraint(
                name="ledger_account_has_its_owner",
                condition=Q(kind__in=["wallet", "seller"], company__isnull=False)
                | Q(kind__in=["commission", "adjustment"], company__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.company or ''} {self.currency}"


class Wallet(models.Model):
    """Prepaid money that traffic is authorized against, in one currency.

    `available = balance + credit_limit - held`, and a CHECK keeps it from going below zero, save for
    `overrun`: what reversals and marked overruns (traffic that happened beyond its grant) have taken past the limit.
    """

    ledger_account = models.OneToOneField(
        LedgerAccount, on_delete=models.PROTECT, primary_key=True, related_name="wallet"
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="wallets")
    currency = models.CharField(max_length=3)
    is_shared = models.BooleanField(_("shared between accounts"), default=False)
    balance = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    held = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    credit_limit = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    overrun = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)

    class Meta:
        constraints = [
            models.CheckConstraint(name="wallet_held_not_negative", condition=Q(held__gte=0)),
            models.CheckConstraint(name="wallet_credit_limit_not_negative", condition=Q(credit_limit__gte=0)),
            models.CheckConstraint(name="wallet_overrun_not_negative", condition=Q(overrun__gte=0)),
            models.CheckConstraint(
                name="wallet_not_overspent",
                condition=Q(balance__gte=F("held") - F("credit_limit") - F("overrun")),
            ),
            models.UniqueConstraint(
                fields=["company", "currency"], name="one_shared_wallet_a_currency", condition=Q(is_shared=True)
            ),
        ]

    def __str__(self) -> str:
        return f"wallet {self.pk} of {self.company} in {self.currency}"

    @property
    def available(self) -> Decimal:
        """What may still be spent or reserved; below zero only after an overrun or a reversal."""
        return self.balance + self.credit_limit - self.held


class Transfer(models.Model):
    """Money that moved, once and for good. Its entries sum to zero by currency; corrections name what they reverse."""

    class Kind(models.TextChoices):
        """Why the money moved."""

        CREDIT = "credit", _("Credit by an operator")
        DEBIT = "debit", _("Debit by an operator")
        CHARGE = "charge", _("Charge for traffic")
        REFUND = "refund", _("Refund of traffic")
        ADJUSTMENT = "adjustment", _("Correction of a charge")
        NUMBER_SETUP = "number_setup", _("Setup of a number")
        NUMBER_MONTH = "number_month", _("Month of a number")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    key = models.CharField(max_length=200)
    input_hash = models.CharField(max_length=64)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    made_by = models.CharField(max_length=32)
    buyer_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    note = models.CharField(max_length=255, blank=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="transfer_key_once")]
        indexes = [
            models.Index(fields=["recorded_at"], name="transfer_recorded"),
            models.Index(fields=["reverses"], name="transfer_reverses", condition=Q(reverses__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Entry(models.Model):
    """One side of a transfer: what one ledger account got (above zero) or gave (below).

    Partitioned by the month of `recorded_at`, which all entries of a transfer share. `balance_after` is kept for
    wallets, which are locked while they are written; other accounts are folded (`billing.folding`).
    """

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, on_delete=models.PROTECT, related_name="entries")
    ledger_account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, related_name="entries")
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(**AMOUNT_DIGITS)
    balance_after = models.DecimalField(**AMOUNT_DIGITS, null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.ledger_account_id}"


class Hold(models.Model):
    """Money set aside in a wallet: pending, then posted (whole or part), voided or expired; resolved once.

    `amount` is all that was ever set aside under it, of which `posted_amount` is charged so far; a pending hold holds
    the difference.
    """

    class State(models.TextChoices):
        """Where the hold stands."""

        PENDING = "pending", _("Pending")
        POSTED = "posted", _("Posted")
        VOIDED = "voided", _("Voided")
        EXPIRED = "expired", _("Expired")

    wallet = models.ForeignKey(
        Wallet, on_delete=models.PROTECT, related_name="holds", db_index=False, db_constraint=False
    )
    buyer_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    purpose = models.CharField(max_length=16)
    amount = models.DecimalField(**AMOUNT_DIGITS)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    posted_amount = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="hold_posts_no_more_than_it_has",
                condition=Q(posted_amount__gte=0, posted_amount__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="hold_resolved_with_its_time",
                condition=Q(state="pending", resolved_at__isnull=True)
                | ~Q(state="pending") & Q(resolved_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["wallet"], name="hold_pending", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"hold {self.pk}: {self.amount} {self.state}"


class Fold(models.Model):
    """The balance of an account that is only appended to, summed up to and with one entry."""

    ledger_account = models.OneToOneField(
        LedgerAccount, on_delete=models.PROTECT, primary_key=True, related_name="fold"
    )
    balance = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    through_entry_id = models.BigIntegerField(default=0)
    folded_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"fold of {self.ledger_account_id}"


class FoldMark(models.Model):
    """How far all accounts are folded, and the entry up to which the next fold will go. There is one row.

    `next_xid` is a transaction id that was given out after the entry's: when every transaction before it has ended, no
    entry up to the mark can appear any more (`billing.folding`).
    """

    folded_through = models.BigIntegerField(default=0)
    next_entry_id = models.BigIntegerField(null=True)
    next_xid = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="fold_mark_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="fold_mark_goes_forward", condition=Q(next_entry_id__gt=F("folded_through"))),
        ]

    def __str__(self) -> str:
        return f"folded through {self.folded_through}"


class DayTotal(models.Model):
    """What an account received and gave on one day of its company's calendar (UTC for the exchange), as far as folded.

    Both amounts are above zero, in the account's currency; the day is that of the time zone at the time of folding.
    """

    ledger_account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="day_totals", db_index=False
    )
    day = models.DateField()
    received = models.DecimalField(**AMOUNT_DIGITS)
    given = models.DecimalField(**AMOUNT_DIGITS)
    entries = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger_account", "day"], name="day_total_once")]

    def __str__(self) -> str:
        return f"{self.ledger_account_id} on {self.day}: {self.received} - {self.given}"


class MoneyRequest(models.Model):
    """A large credit, debit or credit limit that one operator asks for and another decides.

    `amount` is above zero for a credit or a debit; of a credit limit it is the new limit.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        CREDIT = "credit", _("Credit")
        DEBIT = "debit", _("Debit")
        CREDIT_LIMIT = "credit_limit", _("Credit limit")

    class State(models.TextChoices):
        """What became of it; anything but pending is final."""

        PENDING = "pending", _("Waits for another operator")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Expired")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    wallet = models.ForeignKey(Wallet, on_delete=models.PROTECT, related_name="money_requests")
    account_id = models.BigIntegerField(null=True, blank=True)
    amount = models.DecimalField(**AMOUNT_DIGITS)
    reason = models.CharField(max_length=255)
    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.CharField(max_length=255, blank=True)
    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="money_request_of_a_sensible_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="money_request_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")),
            ),
            models.CheckConstraint(
                name="money_request_is_decided_by_somebody",
                condition=Q(state="pending", decided_by__isnull=True, decided_at__isnull=True)
                | Q(state="expired", decided_by__isnull=True, decided_at__isnull=False)
                | Q(state__in=["approved", "rejected"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="money_request_moves_money_when_approved",
                condition=Q(transfer__isnull=True) | (Q(state="approved") & ~Q(kind="credit_limit")),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="money_request_pending", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.amount} for {self.wallet}"
