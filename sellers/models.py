"""Sellers, their connections, and the price lists that change over time."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models import Company, User
from tcxc.money import PRICE_DIGITS


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
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
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
    prices_version = models.PositiveIntegerField(default=0, editable=False)
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


class PriceListUpload(models.Model):
    """One price list on its way in: checked, previewed, then published as a whole or not at all."""

    class Status(models.TextChoices):
        """How far it has come."""

        CHECKING = "checking", _("Checking")
        REJECTED = "rejected", _("Rejected")
        READY = "ready", _("Ready to publish")
        PUBLISHED = "published", _("Published")

    class Mode(models.TextChoices):
        """What happens to codes that the file does not name."""

        MERGE = "merge", _("Keep codes that are not in the file")
        REPLACE = "replace", _("Withdraw codes that are not in the file")

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="uploads")
    mode = models.CharField(max_length=8, choices=Mode.choices, default=Mode.MERGE)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.CHECKING)
    file = models.FileField(upload_to="price-lists/%Y/%m/", blank=True)
    file_name = models.CharField(max_length=255)
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    rows_read = models.PositiveIntegerField(default=0)
    error_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    increase = models.PositiveIntegerField(default=0)
    decrease = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    base_version = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-id"], name="upload_of_connection"),
            models.Index(fields=["id"], name="upload_to_check", condition=Q(status="checking")),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} for {self.connection}"


class UploadProblem(models.Model):
    """What is wrong, or worth a look, in one cell of an upload. Rows count from 1, the header being row 1."""

    upload = models.ForeignKey(PriceListUpload, on_delete=models.CASCADE, related_name="problems")
    is_warning = models.BooleanField(default=False)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=32, blank=True)
    message = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["upload", "row"], name="problem_of_upload")]

    def __str__(self) -> str:
        return f"row {self.row} {self.column}: {self.message}"


class Rate(models.Model):
    """One price of one code for one stretch of time: from `effective_from`, until `effective_until` if that is set.

    Prices are a minute for voice and a part for SMS, in the seller's currency; intervals are whole seconds (TCXC's
    price-list rules). The stretches of one code never overlap: each ends where the next begins. A forbidden rate is
    matched like any other, and then refuses the destination on this connection.
    """

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="rates", db_index=False)
    prefix = models.CharField(max_length=18, db_collation="C")
    country = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=200, blank=True)
    rate_id = models.CharField(max_length=64, blank=True)
    price_1 = models.DecimalField(**PRICE_DIGITS)
    price_n = models.DecimalField(**PRICE_DIGITS)
    interval_1 = models.PositiveIntegerField()
    interval_n = models.PositiveIntegerField()
    forbidden = models.BooleanField(default=False)
    effective_from = models.DateTimeField()
    effective_until = models.DateTimeField(null=True, blank=True)
    published_in = models.ForeignKey(
        PriceListUpload, on_delete=models.PROTECT, related_name="rates", db_index=False, db_constraint=False
    )
    ended_in = models.ForeignKey(
        PriceListUpload,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ended_rates",
        db_index=False,
        db_constraint=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "prefix"],
                name="rate_open_once_per_code",
                condition=Q(effective_until__isnull=True),
            ),
            models.CheckConstraint(name="rate_prices_not_negative", condition=Q(price_1__gte=0, price_n__gte=0)),
            models.CheckConstraint(name="rate_intervals_positive", condition=Q(interval_1__gt=0, interval_n__gt=0)),
            models.CheckConstraint(
                name="rate_ends_after_it_begins",
                condition=Q(effective_until__isnull=True) | Q(effective_until__gt=F("effective_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "prefix", "-effective_from"], name="rate_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} at {self.price_1}/{self.price_n}"
