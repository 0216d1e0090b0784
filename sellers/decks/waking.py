"""Wakes a worker for what the database says is due."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

CHECK_TASK = "sellers.tasks.check_price_lists"


def wake_checkers() -> None:
    """Once this transaction is committed, have a worker look for uploads. Beat does so too, if the broker is away."""
    transaction.on_commit(_send)


def _send() -> None:
    try:
        current_app.send_task(CHECK_TASK, retry=False)
    except OperationalError:
        logger.warning("no broker to wake a worker by: the upload waits for the next beat")
