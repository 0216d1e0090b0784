"""The Celery application: it wakes workers; the database says what is due."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from tcxc import jobs
from tcxc.embedded.lifeline import tie_forks

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tcxc.settings")

# `make run` works as root too; messages are JSON, so the danger it warns of (pickles) is not there.
warnings.filterwarnings("ignore", message="You're running the worker with superuser")

if "TCXC_SUPERVISED" in os.environ:
    tie_forks()  # the worker's pool processes are grandchildren of the supervisor

app = Celery("tcxc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()
jobs.connect()


@setup_logging.connect
def _leave_logging_to_django(**_: Any) -> None:
    """Being connected is all: Celery then sets up no loggers of its own."""
