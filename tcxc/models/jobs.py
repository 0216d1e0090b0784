"""What became of the jobs that beat wakes: the last run of each."""

from django.db import models


class JobRun(models.Model):
    """The last run of one scheduled job, and the last one that failed. `result` is what it said, often a count."""

    job = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=200, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.job

    @property
    def seconds(self) -> float | None:
        """How long the last run took; None while it is under way."""
        return None if self.ended_at is None else round((self.ended_at - self.started_at).total_seconds(), 2)
