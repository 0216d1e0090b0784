"""Replies kept for Idempotency-Keys, and how long."""

from datetime import datetime, timedelta

from tcxc.models import IdempotentReply

KEPT_FOR = timedelta(days=90)


def forget_replies(now: datetime, at_once: int = 5_000) -> int:
    """Delete replies that were kept for ninety days. Returns how many. Money is guarded by its own keys for ever."""
    forgotten, deleted = 0, at_once
    while deleted == at_once:
        old = IdempotentReply.objects.filter(created_at__lt=now - KEPT_FOR).order_by("id")[:at_once]
        deleted, _ = IdempotentReply.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
        forgotten += deleted
    return forgotten
