"""CDRs and message records: every input of each charge, partitioned by month."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from authz.models.sessions import Direction
from tcxc.money import AMOUNT_DIGITS, PRICE_DIGITS, ZERO


class Result(models.TextChoices):
    """How the call or message ended."""

    ANSWERED = "answered", _("Answered")
    UNANSWERED = "unanswered", _("Not answered")
    SENT = "sent", _("Sent")
    UNSENT = "unsent", _("Not sent")
    DENIED = "denied", _("Denied")


class TrafficRecord(models.Model):
    """What calls and messages have in common. Ids of other tables are plain numbers: records outlive everything.

    `amount` is what the buyer paid; the seller got `amount - commission`. The table is partitioned by the month of
    `recorded_at`, so the primary key in the database is (id, recorded_at).
    """

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    session_pk = models.BigIntegerField(null=True)
    platform_id = models.BigIntegerField()
    session_id = models.CharField(max_length=128)
    buyer_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    account_sid = models.CharField(max_length=34, blank=True)
    seller_id = models.BigIntegerField(null=True)
    connection_id = models.BigIntegerField(null=True)
    interconnect_id = models.BigIntegerField(null=True)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    caller = models.CharField(max_length=32, blank=True)
    callee = models.CharField(max_length=32)
    mccmnc = models.CharField(max_length=6, blank=True)
    started_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result.choices)
    reason = models.CharField(max_length=32, blank=True)
    rate_pk = models.BigIntegerField(null=True)
    price_list_id = models.BigIntegerField(null=True)
    prefix = models.CharField(max_length=18, blank=True)
    price_1 = models.DecimalField(**PRICE_DIGITS, null=True)
    price_n = models.DecimalField(**PRICE_DIGITS, null=True)
    interval_1 = models.PositiveIntegerField(null=True)
    interval_n = models.PositiveIntegerField(null=True)
    commission_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    subscription_id = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    amount = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    commission = models.DecimalField(**AMOUNT_DIGITS, default=ZERO)
    overrun = models.BooleanField(default=False)
    unsolicited = models.BooleanField(default=False)
    expired = models.BooleanField(default=False)
    adjusted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Cdr(TrafficRecord):
    """A call detail record."""

    connected_at = models.DateTimeField(null=True)
    disconnected_at = models.DateTimeField(null=True)
    used_seconds = models.PositiveIntegerField(default=0)
    billed_seconds = models.PositiveIntegerField(null=True)
    cause = models.PositiveSmallIntegerField(null=True)

    class Meta:
        verbose_name = "CDR"
        verbose_name_plural = "CDRs"

    def __str__(self) -> str:
        return f"call {self.session_id}"


class MessageRecord(TrafficRecord):
    """The record of a message: parts asked for and parts charged. The text itself is never kept."""

    encoding = models.CharField(max_length=8, blank=True)
    parts = models.PositiveIntegerField(default=0)
    billed_parts = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = "message"

    def __str__(self) -> str:
        return f"message {self.session_id}"
