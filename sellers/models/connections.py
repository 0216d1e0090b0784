"""Sellers and their connections."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models import Company


class Service(models.TextChoices):
    """What is carried."""

    VOICE = "voice", _("Voice")
    SMS = "sms", _("SMS")


class KeyedBy(models.TextChoices):
    """What the Prefix column of a price list holds."""

    PREFIX = "prefix", _("E.164 prefix")
    MCCMNC = "mccmnc", _("MCC or MCCMNC")


class Seller(models.Model):
    """A company that hosts routes and numbers. The exchange keeps `commission_rate` (0.05 is 5 %) of each charge."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="seller")
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    commission_rate = models.DecimalField(
        _("commission"),
        max_digits=5,
        decimal_places=4,
        default=Decimal("0.0000"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )
    is_active = models.BooleanField(_("may sell"), default=True)
    # A price that rises by more than this is published by another person than who uploaded it; empty: by anybody.
    second_person_rise_percent = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="seller_rise_not_negative",
                condition=Q(second_person_rise_percent__isnull=True) | Q(second_person_rise_percent__gte=0),
            ),
            models.CheckConstraint(
                name="seller_commission_is_a_share", condition=Q(commission_rate__gte=0, commission_rate__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.company.name


class Connection(models.Model):
    """A route that a seller offers: where its traffic goes, how much at once, and at which prices."""

    class RouteType(models.TextChoices):
        """Whether the caller's number arrives, and by what."""

        CLI = "CLI", _("CLI")
        NCLI = "NCLI", _("No CLI")
        TDM = "TDM", _("TDM")

    class Status(models.TextChoices):
        """Whether the route is on the market."""

        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused by its seller")
        BLOCKED = "blocked", _("Blocked by an operator")

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="connections")
    name = models.CharField(_("name"), max_length=120)
    service = models.CharField(_("service"), max_length=8, choices=Service.choices)
    keyed_by = models.CharField(_("prices keyed by"), max_length=8, choices=KeyedBy.choices, default=KeyedBy.PREFIX)
    route_type = models.CharField(_("route type"), max_length=8, choices=RouteType.choices, default=RouteType.CLI)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE)
    sip_uri = models.CharField(_("SIP termination"), max_length=255, blank=True)
    smpp_uri = models.CharField(_("SMPP termination"), max_length=255, blank=True)
    capacity = models.PositiveIntegerField(_("calls at once"), null=True, blank=True, help_text=_("Empty: no limit"))
    manual_approval = models.BooleanField(_("approve each new buyer by hand"), default=False)
    commission_rate = models.DecimalField(
        _("commission of its own"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    prices_version = models.PositiveIntegerField(default=0, editable=False)  # how many lists were published
    rates_version = models.PositiveIntegerField(default=0, editable=False)  # moves with its rates, by their triggers
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "name"], name="connection_name_once_per_seller"),
            models.CheckConstraint(
                name="connection_voice_is_keyed_by_prefix", condition=Q(service="sms") | Q(keyed_by="prefix")
            ),
            models.CheckConstraint(
                name="connection_commission_is_a_share",
                condition=Q(commission_rate__isnull=True) | Q(commission_rate__gte=0, commission_rate__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name
