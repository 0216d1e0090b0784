"""Price lists on their way in, and what is wrong with them."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sellers.models.connections import Connection
from tcxc.models import User


class PriceListUpload(models.Model):
    """One price list on its way in: checked, previewed, then published as a whole or not at all.

    `new` to `unchanged` count codes. So `new + increase + decrease + withdrawn + unchanged = rows + missing`, where
    `missing` are the codes that mode `replace` withdraws because the file does not name them. `moved` counts increases
    moved to seven days after the upload, `outliers` prices that more than treble or fall below a third, `renamed` codes
    of which only the texts change, and `falls_to_…` withdrawn codes that a shorter code will price.

    A worker that checks holds the upload until `claimed_until`; `attempts` numbers the claims, so that a worker that
    lost its claim can tell.
    """

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
    missing = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    outliers = models.PositiveIntegerField(default=0)
    renamed = models.PositiveIntegerField(default=0)
    falls_to_cheaper = models.PositiveIntegerField(default=0)
    falls_to_dearer = models.PositiveIntegerField(default=0)
    base_version = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    attempts = models.PositiveIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    needs_another = models.BooleanField(default=False)  # it was published by another person than who uploaded it

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="upload_with_steep_rises_published_by_another",
                condition=Q(needs_another=False)
                | ~Q(status="published")
                | Q(published_by__isnull=False) & (Q(uploaded_by__isnull=True) | ~Q(uploaded_by=F("published_by"))),
            ),
            models.UniqueConstraint(fields=["connection", "version"], name="upload_version_once_per_connection"),
            models.CheckConstraint(
                name="upload_published_with_its_version",
                condition=Q(status="published", version__isnull=False, published_at__isnull=False)
                | ~Q(status="published") & Q(version__isnull=True, published_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["connection", "-id"], name="upload_of_connection"),
            models.Index(fields=["id"], name="upload_to_check", condition=Q(status="checking")),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} for {self.connection}"


class UploadProblem(models.Model):
    """What is wrong, or worth a look, in one cell of an upload. Rows count from 1, the header being row 1.

    Of each upload the first 1,000 errors and the first 1,000 warnings are kept; the upload counts all of them.
    """

    upload = models.ForeignKey(PriceListUpload, on_delete=models.CASCADE, related_name="problems")
    is_warning = models.BooleanField(default=False)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=32, blank=True)
    message = models.CharField(max_length=255)

    class Meta:
        indexes = [models.Index(fields=["upload", "row"], name="problem_of_upload")]

    def __str__(self) -> str:
        return f"row {self.row} {self.column}: {self.message}"
