"""The Celery application: it wakes workers; the database says what is due."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tcxc.settings")

app = Celery("tcxc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
