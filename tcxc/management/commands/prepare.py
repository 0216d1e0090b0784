"""Brings a checkout from nothing, or from an older version, to where the web server can start."""

import io
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

from tcxc import partitions


class Command(BaseCommand):
    """Migrations, partitions, the demo data once (only with DEBUG on), static files."""

    help = "Migrates, makes partitions, loads the demo data once (DEBUG only), collects static files."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all of it; each step does nothing when there is nothing to do."""
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        partitions.keep()  # after a long rest the months to come are here already
        if settings.DEBUG:
            load_demo_once(settings.DEMO_FILE)
        call_command("collectstatic", interactive=False, verbosity=0)


def load_demo_once(file: Path) -> None:
    """Make the demo data, which keeps its log-ins in `file`, unless that was done for this database."""
    if "demo" not in get_commands() or (file.exists() and is_of_this_database(file)):
        return
    call_command("demo", format="json", stdout=io.StringIO())


def is_of_this_database(file: Path) -> bool:
    """Whether the operator the file names still signs in with the password it holds."""
    operator = json.loads(file.read_text())["operator"]
    user = get_user_model().objects.filter(email=operator["email"]).first()
    return user is not None and user.check_password(operator["password"])
