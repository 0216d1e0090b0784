"""What Celery wakes for numbers. The database says what is due."""

from celery import shared_task

from numbers.operations.reconciliation import reconcile_due


@shared_task(expires=240)
def reconcile_numbers() -> int:
    """Compare numbers with the Restcomms that are due. Returns how many accounts were compared."""
    return reconcile_due()
