"""What buyers have to show for a number, what they showed, to whom, and what was said of it."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from buyers.models import Buyer
from numbers.models.numbers import NumberType
from numbers.models.subscriptions import Subscription
from sellers.models import Seller
from tcxc.models import ApiKey, User

ANY_KIND = "any"  # in what a subscription needs: whatever its seller's notes ask for


class DocumentKind(models.TextChoices):
    """The usual kinds of documents. Others may be named as well, in the same manner: `trade_licence`."""

    IDENTITY = "identity", _("Proof of identity")
    PASSPORT = "passport", _("Passport")
    ADDRESS_PROOF = "address_proof", _("Proof of address")
    LOCAL_ADDRESS_PROOF = "local_address_proof", _("Proof of an address in the number's area")
    COMPANY_REGISTRATION = "company_registration", _("Company registration")
    TAX_CERTIFICATE = "tax_certificate", _("Tax certificate")
    AUTHORIZATION = "authorization", _("Letter of authorization")
    SERVICE_DESCRIPTION = "service_description", _("Description of the service")


def kind_label(kind: str) -> str:
    """A kind in words: the usual ones in the reader's language."""
    if kind in DocumentKind.values:
        return str(DocumentKind(kind).label)
    return kind.replace("_", " ").capitalize()


class Requirement(models.Model):
    """A document that numbers of a country and a type need, of one seller or (without one) of all.

    Empty `country` or `type` mean every one. It counts for who buys from now on: a subscription keeps what it needs.
    """

    country = models.CharField(_("country"), max_length=2, blank=True)
    type = models.CharField(_("type"), max_length=12, choices=NumberType.choices, blank=True)
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, blank=True, related_name="document_requirements"
    )
    kind = models.CharField(_("document"), max_length=40)
    note = models.CharField(_("what it has to show"), max_length=255, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "type", "seller", "kind"], nulls_distinct=False, name="requirement_once"
            ),
            models.CheckConstraint(
                name="requirement_kind_is_a_word", condition=Q(kind__regex=r"^[a-z][a-z0-9_]{1,39}$") & ~Q(kind="any")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.country or 'every country'}"

    @property
    def kind_name(self) -> str:
        """What it is, in words."""
        return kind_label(self.kind)


class Document(models.Model):
    """A file of a buyer: kept encrypted in the vault, and only that; gone when it was purged, while this row stays.

    `sealed_key` opens the file, together with `DOCUMENT_ENCRYPTION_KEYS`. It is valid through the day `expires_on`.
    """

    buyer = models.ForeignKey(Buyer, on_delete=models.PROTECT, related_name="documents", db_index=False)
    kind = models.CharField(_("kind"), max_length=40)
    name = models.CharField(max_length=64, unique=True, editable=False)
    sealed_key = models.TextField(blank=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    media_type = models.CharField(_("media type"), max_length=20)
    size = models.PositiveIntegerField(_("bytes"))
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    expires_on = models.DateField(_("valid until"), null=True, blank=True)
    reminded_days = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    purged_at = models.DateTimeField(_("file deleted"), null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="document_kind_is_a_word", condition=Q(kind__regex=r"^[a-z][a-z0-9_]{1,39}$") & ~Q(kind="any")
            ),
            models.CheckConstraint(
                name="document_purged_without_its_key",
                condition=Q(purged_at__isnull=True) & ~Q(sealed_key="") | Q(purged_at__isnull=False, sealed_key=""),
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="document_of_buyer"),
            models.Index(fields=["expires_on"], name="document_expiring", condition=Q(expires_on__isnull=False)),
            models.Index(fields=["id"], name="document_kept", condition=Q(purged_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def kind_name(self) -> str:
        """What it is, in words."""
        return kind_label(self.kind)

    @property
    def is_purged(self) -> bool:
        """Whether the file is gone."""
        return self.purged_at is not None


class Verdict(models.Model):
    """What one seller, or an operator in their place, says of a document. It stays when the file is gone."""

    class State(models.TextChoices):
        """What was said."""

        PENDING = "pending", _("In review")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Expired")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="verdicts", db_index=False)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="verdicts", db_index=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_operator = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "seller"], name="one_verdict_a_seller"),
            models.CheckConstraint(
                name="verdict_decided_with_its_time",
                condition=Q(state="pending", decided_at__isnull=True)
                | ~Q(state="pending") & Q(decided_at__isnull=False),
            ),
            models.CheckConstraint(name="verdict_rejects_with_a_reason", condition=~Q(state="rejected", reason="")),
        ]
        indexes = [
            models.Index(fields=["seller", "-id"], name="verdict_of_seller"),
            models.Index(fields=["seller", "id"], name="verdict_waiting", condition=Q(state="pending")),
        ]

    def __str__(self) -> str:
        return f"{self.state} by seller {self.seller_id}"


class DocumentUse(models.Model):
    """A document that was shown for a number. One document may serve many."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="uses", db_index=False)
    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="document_uses", db_index=False
    )
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "subscription"], name="document_used_once")]
        indexes = [models.Index(fields=["subscription", "document"], name="document_of_subscription")]

    def __str__(self) -> str:
        return f"{self.document_id} for subscription {self.subscription_id}"


class DocumentLook(models.Model):
    """Somebody opened a document's file. Written once."""

    class Side(models.TextChoices):
        """For whom they looked."""

        BUYER = "buyer", _("Its buyer")
        SELLER = "seller", _("The seller")
        OPERATOR = "operator", _("An operator")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="looks", db_index=False)
    looked_at = models.DateTimeField(default=timezone.now)
    side = models.CharField(max_length=8, choices=Side.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="look_by_somebody", condition=Q(user__isnull=False) | Q(api_key__isnull=False))
        ]
        indexes = [models.Index(fields=["document", "-id"], name="look_at_document")]

    def __str__(self) -> str:
        return f"look at {self.document_id} at {self.looked_at}"
