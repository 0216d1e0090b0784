"""Who has a number, from when to when, at which prices, and what was collected for it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import Transfer, Wallet
from buyers.models import Account, Buyer, RestcommLink
from numbers.models.numbers import Number
from numbers.models.prices import PRICES_ARE_SOUND, Priced
from sellers.models import Seller
from tcxc.money import AMOUNT_DIGITS

OPEN = ~Q(state="released")


class Subscription(Priced):
    """A buyer's hold on a number, by the month, at the prices of the day it was bought until a change that was told.

    Months are counted from `first_day`, the day of purchase in the buyer's time zone of then: period `n` is half-open,
    from `period_start` to `period_end`. `seller` is who earns: the number's at the time of purchase.
    """

    class State(models.TextChoices):
        """Where the subscription stands."""

        ACTIVE = "active", _("Active")
        GRACE = "grace", _("In grace")
        SUSPENDED = "suspended", _("Suspended")
        RELEASED = "released", _("Released")

    class Documents(models.TextChoices):
        """Whether the buyer has shown what the number asks for."""

        NOT_REQUIRED = "not_required", _("Not required")
        MISSING = "missing", _("Missing")
        PENDING = "pending", _("In review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Expired")

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="subscriptions")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="subscriptions")
    link = models.ForeignKey(
        RestcommLink, on_delete=models.SET_NULL, null=True, blank=True, related_name="subscriptions"
    )
    currency = models.CharField(_("currency"), max_length=3)
    sip_contact = models.CharField(_("SIP contact"), max_length=255, blank=True)
    smpp_contact = models.CharField(_("SMPP contact"), max_length=255, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ACTIVE)
    state_since = models.DateTimeField(default=timezone.now)
    documents_needed = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    documents_state = models.CharField(
        _("documents"), max_length=12, choices=Documents.choices, default=Documents.NOT_REQUIRED
    )
    bought_at = models.DateTimeField(default=timezone.now)
    first_day = models.DateField(_("first day"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    period = models.PositiveIntegerField(_("period"), default=1)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField(_("renews"))
    auto_renew = models.BooleanField(_("renews by itself"), default=True)
    told_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    grace_until = models.DateTimeField(null=True, blank=True)
    suspended_until = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_owner_a_number", condition=OPEN),
            models.CheckConstraint(name="subscription_prices_sound", condition=PRICES_ARE_SOUND),
            models.CheckConstraint(name="subscription_period_forward", condition=Q(period_end__gt=F("period_start"))),
            models.CheckConstraint(
                name="subscription_released_with_its_time",
                condition=Q(state="released", released_at__isnull=False)
                | ~Q(state="released") & Q(released_at__isnull=True),
            ),
            models.CheckConstraint(
                name="subscription_grace_ends", condition=~Q(state="grace") | Q(grace_until__isnull=False)
            ),
            models.CheckConstraint(
                name="subscription_suspension_ends", condition=~Q(state="suspended") | Q(suspended_until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="subscription_of_buyer"),
            models.Index(fields=["period_end", "id"], name="subscription_due", condition=Q(state="active")),
            models.Index(fields=["id"], name="subscription_overdue", condition=Q(state__in=["grace", "suspended"])),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk} to number {self.number_id}"

    @property
    def anchor_day(self) -> int:
        """The day of the month on which it renews, or the month's last when it has no such day."""
        return self.first_day.day

    @property
    def is_open(self) -> bool:
        """Whether the buyer still has the number."""
        return self.state != self.State.RELEASED


class Collection(models.Model):
    """A fee that was collected, once for each period; free months have no transfer. Written once."""

    class Kind(models.TextChoices):
        """What the fee is for."""

        SETUP = "setup", _("Setup")
        MONTH = "month", _("Month")

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="collections", db_index=False)
    kind = models.CharField(max_length=5, choices=Kind.choices)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    amount = models.DecimalField(**AMOUNT_DIGITS)
    transfer = models.OneToOneField(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="number_collection"
    )
    collected_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "kind", "period_start"], name="collected_once_a_period"),
            models.CheckConstraint(name="collection_period_forward", condition=Q(period_end__gt=F("period_start"))),
            models.CheckConstraint(
                name="collection_moves_its_amount",
                condition=Q(amount=0, transfer__isnull=True) | Q(amount__gt=0, transfer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subscription_id} from {self.period_start}"


class Shortfall(models.Model):
    """That a wallet's people were told that it will not pay the renewals to come; armed again when not `is_short`."""

    wallet = models.OneToOneField(Wallet, on_delete=models.PROTECT, primary_key=True, related_name="shortfall")
    is_short = models.BooleanField()
    told_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.wallet_id} told at {self.told_at}"


class PriceChange(Priced):
    """New prices that a subscriber was told of; they apply from the first renewal at or after `effective_from`."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="price_changes", db_index=False
    )
    told_at = models.DateTimeField(default=timezone.now)
    effective_from = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="price_change_sound", condition=PRICES_ARE_SOUND),
            models.CheckConstraint(name="price_change_told_before", condition=Q(effective_from__gte=F("told_at"))),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "id"], name="price_change_pending", condition=Q(applied_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"prices of {self.subscription_id} from {self.effective_from}"
