"""`python -m tests.bench [--only NAME] [--quick]`: one JSON object a line, and a table of all on standard error.

A row is a module of this package with `run(settings) -> Iterator[dict]`; `--only` names one of them.
"""

import argparse
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

import tests.bench
from tests.bench.figures import machine, table, tell
from tests.bench.house import House
from tests.bench.settings import Settings, settings_for

FIRST = ("engine", "slim_door", "rest_door")  # what others depend on; the rest follow by name
NO_ROWS = {
    "__main__",
    "deciding",
    "client",
    "world",
    "rest",
    "empty",
    "empty_server",
    "empty_settings",
    "bare_settings",
}


def main() -> int:
    """Measure the rows that are wanted. Returns 1 when one could not be measured; `met` tells of goals."""
    wanted = _arguments()
    house = House()
    tell(machine())
    house.open()
    settings = settings_for(house, quick=wanted.quick)
    import django

    django.setup()
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
        except (RuntimeError, LookupError, subprocess.CalledProcessError) as problem:
            failed.append(row.__name__)
            sys.stderr.write(f"{row.__name__} failed: {problem}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", metavar="NAME", help="measure one row (a module of tests/bench)")
    parser.add_argument("--quick", action="store_true", help="one short run each: shows that it works")
    return parser.parse_args()


def _rows(only: str | None) -> Iterator[ModuleType]:
    names = sorted(
        {module.name for module in pkgutil.iter_modules(tests.bench.__path__)} - NO_ROWS,
        key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name),
    )
    modules = [importlib.import_module(f"tests.bench.{name}") for name in names]
    rows = [module for module in modules if hasattr(module, "run")]
    chosen = [module for module in rows if only is None or module.__name__.rpartition(".")[2] == only]
    if not chosen:
        known = ", ".join(module.__name__.rpartition(".")[2] for module in rows)
        raise SystemExit(f"There is no row {only}. There are: {known}.")
    yield from chosen


if __name__ == "__main__":
    sys.exit(main())
