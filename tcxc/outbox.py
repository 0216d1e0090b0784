"""Puts side effects into the outbox, inside the transaction that causes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import transaction

from tcxc.clock import utc_now
from tcxc.models import OutboxMessage

DELIVERER = "tcxc.tasks.deliver_outbox"


def enqueue(topic: str, *, key: str, payload: Mapping[str, Any], due_at: datetime | None = None) -> None:
    """Owe one side effect. A second one with the same key is the same one, and is dropped."""
    enqueue_all(topic, {key: payload}, due_at=due_at)


def enqueue_all(topic: str, payloads: Mapping[str, Mapping[str, Any]], *, due_at: datetime | None = None) -> None:
    """Owe many side effects of one topic, each payload under its key."""
    due = due_at or utc_now()
    OutboxMessage.objects.bulk_create(
        [OutboxMessage(topic=topic, key=key, payload=dict(payload), due_at=due) for key, payload in payloads.items()],
        ignore_conflicts=True,
        batch_size=1_000,
    )
    transaction.on_commit(wake_deliverer, robust=True)


def wake_deliverer() -> None:
    """Let a worker look at the outbox now. When the broker is away, the next beat does."""
    current_app.send_task(DELIVERER, expires=30)
