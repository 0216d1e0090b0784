"""`manage.py build_networks`: make the list of mobile networks anew."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tcxc.building.files import write_rows
from tcxc.building.networks import Network, network_rows


class Command(BaseCommand):
    """Turns the npm package's JSON into `tcxc/data/networks.csv`.

    `npm pack mcc-mnc-list@1.1.11`, unpack it, and give the path of `package/mcc-mnc-list.json`. Needs no database.
    """

    help = "Build tcxc/data/networks.csv from mcc-mnc-list.json (npm package mcc-mnc-list, version 1.1.11)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One argument: where the JSON is."""
        parser.add_argument("json", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, turn, write, and say how much came of it."""
        entries = json.loads(options["json"].read_text())
        count = write_rows("networks.csv", Network._fields, network_rows(entries))
        self.stdout.write(f"{len(entries)} entries, {count} rows")
