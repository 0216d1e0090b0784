"""Files that people had made of long lists, and the sets of filters that they keep."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tcxc.models.people import Company, User


class Export(models.Model):
    """A list as a file: asked for, written by a worker, fetched by the company's people, and deleted when it expires.

    `kind` names the list and `query` holds its filters, as the page's address had them. A worker that writes holds the
    export until `claimed_until`; `attempts` numbers the claims, so that a worker that lost its claim can tell.
    """

    class Format(models.TextChoices):
        """Which file."""

        CSV = "csv", _("CSV")
        XLSX = "xlsx", _("XLSX")

    class Status(models.TextChoices):
        """How far it has come."""

        WRITING = "writing", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="exports")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    format = models.CharField(max_length=4, choices=Format.choices)
    query = models.TextField(blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.WRITING)
    rows = models.PositiveBigIntegerField(null=True)  # in all, once they are counted
    rows_written = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)  # in bytes
    file = models.CharField(max_length=64, blank=True)  # its name in the folder of exports
    problem = models.CharField(max_length=255, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="export_ready_has_its_file",
                condition=Q(status="ready", finished_at__isnull=False) & ~Q(file="") | ~Q(status="ready"),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="export_of_company"),
            models.Index(fields=["id"], name="export_to_write", condition=Q(status="writing")),
            models.Index(fields=["expires_at"], name="export_to_forget"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.company} as {self.format}"

    @property
    def file_name(self) -> str:
        """What the file is called where it is saved."""
        return f"{self.kind.partition('.')[2]}-{self.asked_at:%Y-%m-%d-%H%M}.{self.format}"


class SavedView(models.Model):
    """A set of filters of one page, kept by one person under a name."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=64)  # the name of its address
    name = models.CharField(max_length=60)
    query = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "company", "page", "name"], name="saved_view_once_by_name")
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.page}"
