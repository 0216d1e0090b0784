"""The replies to requests that carried an Idempotency-Key."""

from django.db import models
from django.utils import timezone


class IdempotentReply(models.Model):
    """What was answered to one key of one caller. Without a status the first request is still under way."""

    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="idempotency_key_once_per_caller")]
        verbose_name_plural = "idempotent replies"

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
