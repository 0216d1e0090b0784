"""Sessions and events: what was asked, what was answered, and where the money stands."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from buyers.models import Account
from sellers.models import Service
from tcxc.models import Platform
from tcxc.money import AMOUNT_DIGITS, ZERO


class Direction(models.TextChoices):
    """Which way the traffic goes, seen from the account."""

    OUTBOUND = "outbound", _("Outbound")
    INBOUND = "inbound", _("Inbound")


class Session(models.Model):
    """A call or message that was asked about: its decision, its pinned prices, and its running charge.

    `units` are seconds of a call since the answer, or parts of a message; all of them are totals. `routes` holds the
    offered routes with the price pinned on each, and `route` says which of them is charged. Replies are kept as they
    were sent, so that a repeat gets the same one for ever.
    """

    class State(models.TextChoices):
        """Where the session stands."""

        LIVE = "live", _("Live")
        CLOSED = "closed", _("Closed")
        EXPIRED = "expired", _("Fell silent")
        DENIED = "denied", _("Denied")

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="sessions", db_index=False)
    session_id = models.CharField(max_length=128)
    request_hash = models.CharField(max_length=32)
    state = models.CharField(max_length=8, choices=State.choices)
    service = models.CharField(max_length=8, choices=Service.choices)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="sessions", db_index=False, db_constraint=False
    )
    buyer_id = models.BigIntegerField(null=True)
    wallet_id = models.BigIntegerField(null=True)
    account_sid = models.CharField(max_length=34, blank=True)
    caller = models.CharField(max_length=32, blank=True)
    callee = models.CharField(max_length=32)
    mccmnc = models.CharField(max_length=6, blank=True)
    encoding = models.CharField(max_length=8, blank=True)
    routes = models.JSONField(default=list)
    route = models.PositiveSmallIntegerField(default=0)
    connection_id = models.BigIntegerField(null=True)
    granted_units = models.PositiveIntegerField(default=0)
    used_units = models.PositiveIntegerField(default=0)
    last_seq = models.PositiveIntegerField(default=0)
    charged = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    commission = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    postings = models.PositiveIntegerField(default=0)
    hold_id = models.BigIntegerField(null=True)
    held = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    reason = models.CharField(max_length=32, blank=True)
    overrun = models.BooleanField(default=False)
    unsolicited = models.BooleanField(default=False)
    authorized_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    sweep_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reply = models.TextField()
    close_reply = models.TextField(blank=True)
    record_id = models.BigIntegerField(null=True)
    last_transfer_id = models.BigIntegerField(null=True)
    cut_at = models.DateTimeField(null=True)  # when somebody asked for the call to be ended

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["platform", "session_id"], name="session_once_per_platform"),
            models.CheckConstraint(
                name="session_live_is_swept", condition=~Q(state="live") | Q(sweep_at__isnull=False)
            ),
        ]
        indexes = [
            # Each condition fits one kind of query only, so that no plan can scan the index of another: to a planner
            # whose statistics are of an empty table they would all look alike.
            models.Index(
                fields=["account", "service"],
                name="session_live_of_account",
                condition=Q(state="live", account__isnull=False),
            ),
            models.Index(
                fields=["connection_id"],
                name="session_live_of_connection",
                condition=Q(state="live", connection_id__isnull=False),
            ),
            models.Index(fields=["sweep_at"], name="session_to_sweep", condition=Q(sweep_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.session_id


class SessionUpdate(models.Model):
    """One update of a session, and the reply it got."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="updates", db_index=False)
    seq = models.PositiveIntegerField()
    request_hash = models.CharField(max_length=32)
    used_units = models.PositiveIntegerField()
    granted_units = models.PositiveIntegerField()
    at = models.DateTimeField()
    reply = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "seq"], name="session_update_once")]

    def __str__(self) -> str:
        return f"{self.session_id} update {self.seq}"


class ChargeEvent(models.Model):
    """A one-shot event: a debit, refund, price or balance enquiry, and the reply it got."""

    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="events", db_index=False)
    event_id = models.CharField(max_length=128)
    request_hash = models.CharField(max_length=32)
    type = models.CharField(max_length=8)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="events", db_constraint=False
    )
    wallet_id = models.BigIntegerField(null=True)
    route = models.JSONField(null=True)
    amount = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    commission = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    refunded_by = models.CharField(max_length=128, blank=True)
    record_id = models.BigIntegerField(null=True)
    transfer_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    reply = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["platform", "event_id"], name="event_once_per_platform")]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class DailySpend(models.Model):
    """What an account was charged on one day of its buyer's calendar."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="daily_spend", db_index=False)
    day = models.DateField()
    amount = models.DecimalField(**AMOUNT_DIGITS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "day"], name="daily_spend_once")]
        verbose_name_plural = "daily spend"

    def __str__(self) -> str:
        return f"{self.account_id} on {self.day}: {self.amount}"
