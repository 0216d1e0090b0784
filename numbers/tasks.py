"""What Celery wakes for numbers. The database says what is due."""

from celery import shared_task

from numbers import market_counts
from numbers.notices.shortfalls import watch_renewals
from numbers.notices.upcoming import notify_upcoming
from numbers.operations import collect_due, retention, walk_overdue
from numbers.operations.reconciliation import reconcile_due
from tcxc.clock import utc_now


@shared_task(expires=50)
def renew_numbers() -> int:
    """Collect the months that are due, then take what was not paid a step on. Returns how many were collected."""
    now = utc_now()
    collected = collect_due(now=now)
    walk_overdue(now=now)
    return collected


@shared_task(expires=600)
def tell_of_renewals() -> int:
    """Tell buyers of renewals that come up, and of wallets that won't pay them. Returns of how many numbers."""
    now = utc_now()
    watch_renewals(now=now)
    return notify_upcoming(now=now)


@shared_task(expires=600)
def sum_up_market() -> int:
    """Sum up what the market's counts grew by. Returns how many rows became fewer."""
    return market_counts.sum_up()


@shared_task(expires=240)
def reconcile_numbers() -> int:
    """Compare numbers with the Restcomms that are due. Returns how many accounts were compared."""
    return reconcile_due()


@shared_task(expires=1800)
def tend_documents() -> int:
    """Remind of documents that expire soon; let those expire whose last day is over. Returns how many there were."""
    return retention.remind_due() + retention.expire_due()


@shared_task(expires=1800)
def clear_document_files() -> int:
    """Delete the files that nobody needs any more, and those that no document names. Returns how many there were."""
    return retention.purge_due() + retention.remove_strays()
