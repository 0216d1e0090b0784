"""Puts side effects into the outbox, inside the transaction that causes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tcxc.clock import utc_now
from tcxc.models import OutboxMessage


def enqueue(topic: str, *, key: str, payload: Mapping[str, Any], due_at: datetime | None = None) -> None:
    """Owe one side effect. A second one with the same key is the same one, and is dropped."""
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=dict(payload), due_at=due_at or utc_now())], ignore_conflicts=True
    )
