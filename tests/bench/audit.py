"""How long the audit of the books takes, beside one pass over all entries."""

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.core.management import get_commands

from tcxc.embedded import CHECKOUT
from tests.bench.engine import Engines
from tests.bench.figures import figure, versus
from tests.bench.settings import Settings
from tests.bench.world import SPREAD


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """`manage.py audit` after some seconds of whole calls; it has to find the books in order."""
    if "audit" not in get_commands():
        sys.stderr.write("manage.py audit does not exist yet; its row is left out\n")
        return
    settings.house.fresh()
    calls = Engines(settings, SPREAD, 256, what="call")
    calls.measure(settings.seconds * settings.runs)
    with settings.house.connect() as connection:
        entries = connection.execute("SELECT count(*) FROM billing_entry").fetchone() or (0,)
    audits, sums = versus(settings, _audit, lambda _: _sum(settings))
    beside = ("sum of all entries by account", sums)
    yield figure("audit of the books", audits, "s", against=beside, entries=entries[0])


def _audit(_: float) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "audit"], check=True, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _sum(settings: Settings) -> float:
    with settings.house.connect() as connection:
        started = time.perf_counter()
        connection.execute("SELECT ledger_account_id, sum(amount) FROM billing_entry GROUP BY 1").fetchall()
        return time.perf_counter() - started
