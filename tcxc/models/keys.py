"""API keys, and the log-ins of the TCXC dialect."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models.people import Company, User
from tcxc.models.platforms import Platform


class Holder(models.TextChoices):
    """The side of the exchange for which a key speaks."""

    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")
    PLATFORM = "platform", _("Platform")
    OPERATOR = "operator", _("Operator")


class ApiKey(models.Model):
    """A bearer key: only the SHA-256 of it is kept, and it is shown once.

    A key of a buyer or a seller has a company, one of a platform has a platform, an operator's has its person.
    """

    holder = models.CharField(_("holder"), max_length=10, choices=Holder.choices)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, null=True, blank=True, related_name="api_keys")
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, null=True, blank=True, related_name="api_keys")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="api_keys")
    name = models.CharField(_("name"), max_length=120)
    hint = models.CharField(_("begins with"), max_length=24, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=32), default=list, blank=True, help_text=_("Empty: all of its holder")
    )
    networks = ArrayField(
        models.CharField(max_length=50), default=list, blank=True, help_text=_("Empty: from anywhere")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_from = models.GenericIPAddressField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_key_has_its_holder",
                condition=Q(holder__in=["buyer", "seller"], company__isnull=False, platform__isnull=True)
                | Q(holder="platform", company__isnull=True, platform__isnull=False)
                | Q(holder="operator", company__isnull=True, platform__isnull=True, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class ApiLogin(models.Model):
    """The log-in name and key that a TCXC client uses for one company, on one side.

    Digest needs HA1 (RFC 7616, MD5, one fixed realm); the signature schemes need the key itself, which is
    therefore kept encrypted, never in the clear.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="api_logins")
    side = models.CharField(
        _("side"), max_length=10, choices=[(Holder.BUYER, _("Buyer")), (Holder.SELLER, _("Seller"))]
    )
    login = models.CharField(_("log-in"), max_length=64, unique=True)
    ha1 = models.CharField(max_length=32, editable=False)
    encrypted_key = models.TextField(editable=False)
    rotated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "side"], name="api_login_once_per_side")]

    def __str__(self) -> str:
        return self.login
