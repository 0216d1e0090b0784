"""`python -m tests.bench [--only NAME …] [--quick]`: one JSON object a line, and a table of all on standard error.

A row is a module of this package with `run(settings) -> Iterator[dict]`; `--only` names some of them. One that says
`ONLY_BY_NAME = True` is not run otherwise.
"""

import argparse
import importlib
import logging
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.bench.figures import machine, table, tell
from tests.bench.house import House
from tests.bench.settings import Settings, settings_for

FIRST = ("engine", "slim_door", "rest_door")  # what others depend on; the rest follow by name


def main() -> int:
    """Measure the rows that are wanted. Returns 1 when one could not be measured; `met` tells of goals."""
    wanted = _arguments()
    house = House()
    tell(machine())
    house.open()
    settings = settings_for(house, quick=wanted.quick, records=wanted.records, minutes=wanted.minutes)
    import django
    from django import conf

    django.setup()
    conf.settings.DEBUG = False  # it keeps every statement in memory
    logging.disable(logging.INFO)  # a line for each page is no part of what is measured
    failed: list[str] = []
    figures = list(_measured(_rows(wanted.only), settings, failed))
    sys.stderr.write(table(figures) + "\n")
    return int(bool(failed))


def _measured(rows: Iterable[ModuleType], settings: Settings, failed: list[str]) -> Iterator[dict[str, Any]]:
    """The figures of each row, told as they come; a row that fails is noted, says so, and leaves the others be."""
    for row in rows:
        try:
            for figure in row.run(settings):
                tell(figure)
                yield figure
        except Exception as problem:
            failed.append(row.__name__)
            sys.stderr.write(f"{row.__name__} failed: {problem}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", metavar="NAME", nargs="+", help="measure some rows (modules of tests/bench)")
    parser.add_argument("--quick", action="store_true", help="one short run each: shows that it works")
    parser.add_argument("--records", type=int, default=1_000_000, help="CDRs of `records`, set beside 100,000")
    parser.add_argument("--minutes", type=float, default=60, help="how long `soak` lasts")
    return parser.parse_args()


def _rows(only: list[str] | None) -> Iterator[ModuleType]:
    """The modules with a `run`, found by its text: to import them all would need the settings too early."""
    files = [file for file in Path(__file__).parent.glob("*.py") if "\ndef run(settings: Settings)" in file.read_text()]
    names = sorted((file.stem for file in files), key=lambda name: (FIRST.index(name) if name in FIRST else 9, name))
    if unknown := set(only or ()) - set(names):
        raise SystemExit(f"There is no row {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    for name in names:
        module = importlib.import_module(f"tests.bench.{name}")
        if name in only if only else not getattr(module, "ONLY_BY_NAME", False):
            yield module


if __name__ == "__main__":
    sys.exit(main())
