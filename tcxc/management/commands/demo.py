"""`manage.py demo`: a small exchange to try, with fresh credentials."""

import json
import sys
from argparse import ArgumentParser
from contextlib import redirect_stdout
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tcxc.demo.answer import answer_of, keep
from tcxc.demo.credentials import renew_credentials
from tcxc.demo.making import make_demo, one_at_a_time
from tcxc.demo.numbers import buy_numbers, host_numbers
from tcxc.demo.summary import demo_summary
from tcxc.demo.traffic import leave_traffic


class Command(BaseCommand):
    """Makes the demo once, gives everybody in it fresh credentials at every call, and prints them."""

    help = "Make the demo (once), renew its credentials, and print them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to print, and whether to go on outside of development."""
        parser.add_argument("--format", choices=["text", "json"], default="text", help="how to print the credentials")
        parser.add_argument("--yes", action="store_true", help="make it although DEBUG is off")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, renew, print; nothing but the answer goes to standard output."""
        if not settings.DEBUG and not options["yes"]:
            raise CommandError("DEBUG is off: the demo makes people with known passwords. Say --yes if you mean it.")
        with one_at_a_time(), redirect_stdout(sys.stderr):
            demo = make_demo()
            host_numbers(demo)
            buy_numbers(demo)
            leave_traffic(demo)
            answer = answer_of(demo, renew_credentials(demo))
            if settings.DEBUG:
                keep(answer, settings.DEMO_FILE)
        is_json = options["format"] == "json"
        self.stdout.write(json.dumps(answer, indent=2) if is_json else demo_summary(answer))
