"""What Celery wakes on the ground floor. The database says what is due."""

from celery import shared_task

from tcxc import delivery, partitions
from tcxc.clock import utc_now
from tcxc.exports import making
from tcxc.operations import replies


@shared_task(expires=30)
def deliver_outbox() -> int:
    """Deliver the mails and calls that are due. Returns how many were sent."""
    return delivery.deliver_due()


@shared_task(expires=3600)
def forget_sent_messages() -> int:
    """Delete outbox messages that were sent long ago. Returns how many."""
    return delivery.forget_sent(utc_now())


@shared_task(expires=3600)
def forget_replies() -> int:
    """Delete replies that were kept long enough for Idempotency-Keys. Returns how many."""
    return replies.forget_replies(utc_now())


@shared_task(expires=3600)
def keep_partitions() -> list[str]:
    """Make the partitions of the months to come. Returns the names of those made."""
    return partitions.keep()


@shared_task(time_limit=6 * 3600, soft_time_limit=6 * 3600 - 60)
def write_exports() -> int:
    """Write the exports that wait. Returns how many this worker wrote."""
    written = 0
    while making.write_next_export() is not None:
        written += 1
    return written


@shared_task(expires=3600)
def forget_exports() -> int:
    """Delete the exports that have expired. Returns how many."""
    return making.forget_exports(utc_now())
