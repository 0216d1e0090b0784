"""What Celery wakes for the ledger: folding, the proof of the books, and requests that nobody decided."""

from celery import shared_task

from billing import folding, second_person
from billing.proof import prove
from tcxc.clock import utc_now

PROOF_SECONDS = 2 * 60 * 60


@shared_task(expires=50)
def fold_accounts() -> int:
    """Sum up what was appended since the last time. Returns how many entries."""
    return folding.fold(now=utc_now())


@shared_task(expires=6 * 60 * 60, time_limit=PROOF_SECONDS, soft_time_limit=PROOF_SECONDS - 60)
def audit_ledger() -> int:
    """Prove the books, export the outcome, and tell operators of what is wrong. Returns how many findings."""
    return prove(now=utc_now())


@shared_task(expires=290)
def expire_money_requests() -> int:
    """End the requests for large sums whose time is over. Returns how many."""
    return second_person.expire_requests(now=utc_now())
