"""What Celery wakes: the sweep of sessions that fell silent. The database says which are due."""

from celery import shared_task

from authz import operations


@shared_task(expires=30)
def expire_silent_sessions() -> int:
    """Settle the sessions that were not heard of in time. Returns how many."""
    return operations.expire_silent_sessions()
