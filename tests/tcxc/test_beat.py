"""What beat is told to wake exists."""

from django.conf import settings

from tcxc.celery import app


def test_every_task_on_the_schedule_is_one_that_a_worker_knows():
    app.loader.import_default_modules()
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert wanted - set(app.tasks) == set()
