"""`manage.py partitions`: the partitions of the months to come."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tcxc import partitions


class Command(BaseCommand):
    """Makes what is missing and lists what there is; exits 1 when a partition could not be made."""

    help = "Makes the partitions of the months to come, and lists them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        made = partitions.keep()
        missing = 0
        for partition in partitions.state():
            missing += not partition.exists
            how = "made" if partition.name in made else "there" if partition.exists else "MISSING"
            self.stdout.write(f"{partition.name:<36} {how}")
        if missing:
            raise CommandError(f"{missing} could not be made; the log and the operators' mail say why.")
