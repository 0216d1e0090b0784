"""`manage.py audit`: proves the books."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from billing import auditing
from billing.auditing import Outcome


class Command(BaseCommand):
    """Asks every check over one snapshot. Exits 1 when any finds something."""

    help = "Proves that the ledger, the wallets, the sessions and the records agree. Exit status 1: they don't."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--format`: a table for people or JSON for programs."""
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, print, exit."""
        outcomes = auditing.run()
        print_it = self._print_json if options["format"] == "json" else self._print_table
        print_it(outcomes)
        if any(outcome.count for outcome in outcomes):
            sys.exit(1)

    def _print_json(self, outcomes: Sequence[Outcome]) -> None:
        checks = [
            {
                "check": outcome.check.name,
                "promise": outcome.check.promise,
                "findings": outcome.count,
                "first": [{"id": offence.id, "detail": offence.detail} for offence in outcome.first],
                "seconds": round(outcome.seconds, 3),
            }
            for outcome in outcomes
        ]
        body = {"clean": not any(outcome.count for outcome in outcomes), "checks": checks}
        self.stdout.write(json.dumps(body, indent=2))

    def _print_table(self, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            count = str(outcome.count) if outcome.count else "ok"
            self.stdout.write(f"{count:>8}  {outcome.seconds:7.2f} s  {outcome.check.promise}")
            for offence in outcome.first:
                self.stdout.write(f"{'':21}  {offence.id}: {offence.detail}")
        found = sum(outcome.count for outcome in outcomes)
        self.stdout.write(f"{found} findings." if found else "The books are right.")
