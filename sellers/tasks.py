"""Jobs of the sellers' app: the database says what is due, these only begin it."""

from celery import shared_task

from sellers.operations import price_lists


@shared_task
def check_price_lists() -> int:
    """Check every upload that waits; how many there were."""
    checked = 0
    while price_lists.check_next_upload() is not None:
        checked += 1
    return checked


@shared_task
def clear_staged_rates() -> int:
    """Remove staged rows that nobody needs any more; how many there were."""
    return price_lists.clear_staged_rates()
