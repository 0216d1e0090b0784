"""What Celery wakes for buyers. The database says what is due."""

from celery import shared_task

from buyers.notices import low_balance
from tcxc.clock import utc_now


@shared_task(expires=50)
def watch_balances() -> int:
    """Tell those whose money runs low. Returns how many mails are owed."""
    return low_balance.watch_balances(now=utc_now())
