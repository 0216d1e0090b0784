"""What Celery wakes: the sweep of sessions that fell silent, and the totals. The database says what is due."""

from celery import shared_task

from authz import operations, totals
from tcxc.clock import utc_now


@shared_task(expires=30)
def expire_silent_sessions() -> int:
    """Settle the sessions that were not heard of in time. Returns how many."""
    return operations.expire_silent_sessions()


@shared_task(expires=50)
def total_traffic() -> int:
    """Add up what was recorded or corrected since the last time. Returns how many quarters of an hour."""
    return totals.total_traffic(now=utc_now())
