"""The daily proof of the books: the audit's outcome as metrics, and as an alert when it found something."""

from datetime import datetime

import structlog
from prometheus_client import Gauge

from billing import auditing
from tcxc import alerts

FINDINGS = Gauge(
    "tcxc_audit_findings", "What the last audit found, by check.", ["check"], multiprocess_mode="mostrecent"
)
LAST_SUCCESS = Gauge(
    "tcxc_audit_last_success_timestamp_seconds", "When an audit last found nothing.", multiprocess_mode="mostrecent"
)
WHAT = "audit"

log = structlog.get_logger(__name__)


def prove(*, now: datetime) -> int:
    """Run the audit, export its outcome, and owe operators an alert for each check that found something.

    Returns how many findings there were.
    """
    outcomes = auditing.run()
    for outcome in outcomes:
        FINDINGS.labels(outcome.check.name).set(outcome.count)
        if outcome.count:
            _tell(outcome, now)
    found = sum(outcome.count for outcome in outcomes)
    if not found:
        LAST_SUCCESS.set(now.timestamp())
    log.info("audit_done", findings=found, seconds=round(sum(outcome.seconds for outcome in outcomes), 1))
    return found


def _tell(outcome: auditing.Outcome, now: datetime) -> None:
    first = "; ".join(f"{offence.id}: {offence.detail}" for offence in outcome.first)
    facts = {"broken": outcome.check.promise, "findings": outcome.count, "first": first[:1_000]}
    log.error("audit_finding", check=outcome.check.name, findings=outcome.count, first=first)
    alerts.tell_operators(WHAT, key=f"{WHAT}:{outcome.check.name}:{now.isoformat()}", facts=facts)
