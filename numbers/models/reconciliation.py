"""What a Restcomm's list of numbers says beside ours."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buyers.models import Account
from numbers.models.subscriptions import Subscription


class Reconciliation(models.Model):
    """One comparison of an account's numbers with its Restcomm's. A `problem` says why there is no result."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reconciliations")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(default=timezone.now)
    here = models.PositiveIntegerField(_("numbers here"), default=0)
    there = models.PositiveIntegerField(_("numbers there"), default=0)
    problem = models.CharField(max_length=255, blank=True)

    def __str__(self) -> str:
        return f"numbers of account {self.account_id} at {self.started_at}"


class Difference(models.Model):
    """One number on which both lists differ, and whether it was mended here. `wanted` is what there says."""

    class Kind(models.TextChoices):
        """How they differ."""

        ONLY_HERE = "only_here", _("Only here")
        ONLY_THERE = "only_there", _("Only there")
        OTHER_ACCOUNT = "other_account", _("Another sub-account there")
        OTHER_ROUTING = "other_routing", _("Delivered elsewhere")

    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    number = models.CharField(max_length=15)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    there_sid = models.CharField(max_length=64, blank=True)
    there_account_sid = models.CharField(max_length=64, blank=True)
    wanted = models.CharField(max_length=255, blank=True)
    found = models.CharField(max_length=255, blank=True)
    mended_at = models.DateTimeField(null=True, blank=True)
    mended_by = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "number", "kind"], name="difference_once"),
            models.CheckConstraint(
                name="difference_has_its_subscription",
                condition=Q(kind="only_there", subscription__isnull=True)
                | ~Q(kind="only_there") & Q(subscription__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: +{self.number}"
