"""The Celery application: it wakes workers; the database says what is due."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init
from django_structlog.celery.steps import DjangoStructLogInitStep

from tcxc.embedded.lifeline import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tcxc.settings")

# `make run` works as root too; messages are JSON, so the danger it warns of (pickles) is not there.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

app = Celery("tcxc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@setup_logging.connect
def _leave_logging_to_django(**_: Any) -> None:
    """Being connected is all: Celery then sets up no loggers of its own."""


@worker_process_init.connect
def _tie_to_the_worker(**_: Any) -> None:
    """A pool process is a grandchild of the supervisor: it must not outlive a killed worker."""
    if "TCXC_SUPERVISED" in os.environ:
        die_with_parent()
