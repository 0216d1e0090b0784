"""The outbox: side effects written in the transaction that causes them, and carried out after it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone


class OutboxMessage(models.Model):
    """A mail, webhook or call to a platform that is owed. Sent at least once; `key` lets the receiver tell repeats.

    `due_at` is when it may be tried next: a worker that takes it on moves it behind the time that this may take.
    """

    topic = models.CharField(max_length=64)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    gave_up_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="outbox_due", condition=Q(sent_at__isnull=True, gave_up_at__isnull=True)
            ),
            models.Index(fields=["topic", "sent_at"], name="outbox_sent", condition=Q(sent_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
