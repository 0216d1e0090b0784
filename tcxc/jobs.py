"""Notes each run of a scheduled job, so that operators see whether the work gets done.

Celery tells when a task begins, ends or fails. What can't be noted is let go: no job is kept from its work.
"""

from collections.abc import Callable
from typing import Any

import structlog
from celery.signals import task_failure, task_prerun, task_success
from django.conf import settings
from django.db import Error

from tcxc.clock import utc_now

log = structlog.get_logger(__name__)


def connect() -> None:
    """Listen to Celery; to be called once a process."""
    task_prerun.connect(_began, weak=False)
    task_success.connect(_ended, weak=False)
    task_failure.connect(_failed, weak=False)


def _is_scheduled(job: str) -> bool:
    return any(entry["task"] == job for entry in settings.CELERY_BEAT_SCHEDULE.values())


def _began(task: Any = None, **_: Any) -> None:
    _note(task.name, lambda now: {"started_at": now, "ended_at": None})


def _ended(sender: Any = None, result: Any = None, **_: Any) -> None:
    _note(sender.name, lambda now: {"ended_at": now, "result": str(result)[:200]})


def _failed(sender: Any = None, exception: Any = None, **_: Any) -> None:
    said = f"{type(exception).__name__}: {exception}"[:2_000]
    _note(sender.name, lambda now: {"ended_at": now, "failed_at": now, "result": "", "error": said})


def _note(job: str, facts_at: Callable[[Any], dict[str, Any]]) -> None:
    from tcxc.models import JobRun

    if not _is_scheduled(job):
        return
    now = utc_now()
    facts = facts_at(now)
    try:
        JobRun.objects.update_or_create(job=job, defaults=facts, create_defaults={"started_at": now} | facts)
    except Error:
        log.warning("job_not_noted", job=job, exc_info=True)
