"""The engine by itself: batch sizes, one hot wallet and 10,000, two engines, whole calls, and what each costs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from tcxc.embedded import CHECKOUT
from tests.bench import reservation
from tests.bench.figures import figure, versus
from tests.bench.settings import Settings
from tests.bench.world import HOT, SPREAD

SIZES = (1, 16, 64, 256)
ONE_ACCOUNT = f"{SPREAD}one"


class Engines:
    """Engines in processes of their own, each deciding as fast as it can."""

    def __init__(self, settings: Settings, kind: str, size: int, *, what: str = "authorize", count: int = 1) -> None:
        self._settings, self._count = settings, count
        self._arguments = [kind, what, str(size)]
        self.microseconds: list[float] = []

    def measure(self, seconds: float) -> float:
        """Decisions (or calls) a second, of all together. Notes the processor's microseconds for each."""
        before = self._settings.house.processor_seconds()
        command = [sys.executable, "-m", "tests.bench.deciding", *self._arguments, "0.7", str(seconds)]
        running = [subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE) for _ in range(self._count)]
        told = [json.loads(process.communicate()[0]) for process in running]
        decided = sum(one["count"] for one in told)
        database = (self._settings.house.processor_seconds() - before) * seconds / (seconds + 0.7)
        self.microseconds.append(1e6 * (database + sum(one["processor"] for one in told)) / decided)
        return float(sum(one["count"] / one["seconds"] for one in told))

    @property
    def cost(self) -> int:
        """The processor's microseconds for each, of engine and database together, in the best run."""
        return round(min(self.microseconds))


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Authorizes a second beside pgbench's reservations, then calls beside authorizes."""
    house = settings.house
    for kind, name, wallets, reference in (
        (SPREAD, "10,000 wallets", 10_000, reservation.SPREAD),
        (HOT, "1 wallet", 1, reservation.HOT),
    ):
        house.fresh()
        reservation.prepare(house)
        engines = [Engines(settings, kind, size) for size in SIZES]
        *measured, bare = versus(
            settings,
            *(one.measure for one in engines),
            lambda seconds, wallets=wallets: reservation.measure(house, seconds, wallets=wallets),  # type: ignore[misc]
        )
        for size, one, values in zip(SIZES, engines, measured, strict=True):
            yield figure(
                f"engine, batches of {size}, {name}",
                values,
                "authorize/s",
                against=(reference, bare),
                cpu_us=one.cost,
            )
    yield from _hot_and_spread(settings)
    yield from _calls(settings)


def _hot_and_spread(settings: Settings) -> Iterator[dict[str, Any]]:
    settings.house.fresh()
    spread, hot = Engines(settings, SPREAD, 64), Engines(settings, HOT, 64)
    account, two = Engines(settings, ONE_ACCOUNT, 64), Engines(settings, SPREAD, 64, count=2)
    spreads, hots, accounts, twos = versus(settings, spread.measure, hot.measure, account.measure, two.measure)
    beside = ("10,000 wallets", spreads)
    yield figure("engine, 1 hot wallet", hots, "authorize/s", against=beside, at_least=0.8, cpu_us=hot.cost)
    yield figure("engine, 1 account takes all", accounts, "authorize/s", against=beside, cpu_us=account.cost)
    beside = ("1 engine", spreads)
    yield figure("engines, 2 processes", twos, "authorize/s", against=beside, cpu_us=two.cost)


def _calls(settings: Settings) -> Iterator[dict[str, Any]]:
    settings.house.fresh()
    authorize, call = Engines(settings, SPREAD, 64), Engines(settings, SPREAD, 64, what="call")
    authorizes, calls = versus(settings, authorize.measure, call.measure)
    yield figure(
        "engine, whole calls",
        calls,
        "calls/s",
        against=("authorize alone", authorizes),
        at_least=0.35,
        cpu_us=call.cost,
    )
