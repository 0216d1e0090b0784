"""What happened to each number, for ever."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Transfer
from buyers.models import Buyer
from numbers.models.numbers import Number
from numbers.models.subscriptions import Subscription
from sellers.models import Seller
from tcxc.money import AMOUNT_DIGITS


class NumberEvent(models.Model):
    """One thing that happened to a number. Written once.

    The seller sees its own numbers' events, the buyer those of its subscriptions; `made_by` is `user:7`, `key:12` or
    `system`, and tells nobody of the other side who that is.
    """

    class Kind(models.TextChoices):
        """What happened."""

        HOSTED = "hosted", _("Hosted")
        CHANGED = "changed", _("Changed")
        BLOCKED = "blocked", _("Blocked")
        UNBLOCKED = "unblocked", _("Unblocked")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        PURCHASED = "purchased", _("Bought")
        SETUP_COLLECTED = "setup_collected", _("Setup fee collected")
        COLLECTED = "collected", _("Month collected")
        COLLECTION_FAILED = "collection_failed", _("Not enough money for the month")
        SUSPENDED = "suspended", _("Suspended")
        RESTORED = "restored", _("Active again")
        ROUTED = "routed", _("Delivery changed")
        RENEWAL_OFF = "renewal_off", _("Renewal switched off")
        RENEWAL_ON = "renewal_on", _("Renewal switched on")
        PRICE_TOLD = "price_told", _("New prices told")
        PRICE_CHANGED = "price_changed", _("New prices apply")
        RELEASED = "released", _("Released")
        QUARANTINED = "quarantined", _("In quarantine")
        FOR_SALE = "for_sale", _("For sale again")
        DOCUMENTS = "documents", _("Documents")

    number = models.ForeignKey(Number, on_delete=models.PROTECT, related_name="events", db_index=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="events", db_index=False
    )
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+", db_index=False)
    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    happened_at = models.DateTimeField()
    made_by = models.CharField(max_length=32)
    amount = models.DecimalField(**AMOUNT_DIGITS, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    note = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="number_event_of_a_buyer_has_its_subscription",
                condition=Q(buyer__isnull=True, subscription__isnull=True)
                | Q(buyer__isnull=False, subscription__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["number", "-id"], name="event_of_number"),
            models.Index(fields=["subscription", "-id"], name="event_of_subscription"),
            models.Index(fields=["buyer", "-id"], name="event_of_buyer", condition=Q(buyer__isnull=False)),
            models.Index(fields=["seller", "-id"], name="event_of_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.happened_at}"
