"""`manage.py build_countries`: make the list of countries and their leading digits anew."""

from typing import Any

from django.core.management.base import BaseCommand

from tcxc.building.countries import Country, country_rows
from tcxc.building.files import write_rows


class Command(BaseCommand):
    """Turns the metadata of phonenumbers into `tcxc/data/countries.csv`; run it when that package moves."""

    help = "Build tcxc/data/countries.csv from the installed phonenumbers."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Build, write, and say how much came of it."""
        count = write_rows("countries.csv", Country._fields, country_rows())
        self.stdout.write(f"{count} rows")
