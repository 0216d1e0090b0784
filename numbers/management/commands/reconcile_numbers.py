"""`manage.py reconcile_numbers`: compare the numbers of accounts with their Restcomm's now."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from buyers.models import RestcommLogin
from numbers.models import Reconciliation
from numbers.operations.reconciliation import reconcile
from numbers.queries.reconciliation import differences_of, how_to_mend


class Command(BaseCommand):
    """Compares one account or all that have a log-in to their Restcomm. Exits 1 when anything differs or failed."""

    help = "Compare numbers with Restcomm's own lists. Exit status 1: something differs, or a list can't be had."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which account."""
        parser.add_argument("--account", type=int, help="the number of one account; without it all of them")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, print, exit."""
        logins = RestcommLogin.objects.select_related("account").order_by("pk")
        if options["account"] is not None:
            logins = logins.filter(pk=options["account"])
            if not logins:
                raise CommandError("This account has no log-in to a Restcomm.")
        clean = [self._show(login, reconcile(login=login)) for login in logins]
        if not all(clean):
            sys.exit(1)

    def _show(self, login: RestcommLogin, done: Reconciliation) -> bool:
        """Print one comparison. Returns whether both lists agree."""
        name = f"account {login.pk} ({login.account.name})"
        if done.problem:
            self.stdout.write(f"{name}: {done.problem}")
            return False
        found = list(differences_of(done))
        self.stdout.write(f"{name}: {done.here} here, {done.there} there, {len(found)} differences")
        for difference in found:
            self.stdout.write(f"  +{difference.number} {difference.kind}: {how_to_mend(difference, login)}")
        return not found
