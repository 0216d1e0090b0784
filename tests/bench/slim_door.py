"""The AAA paths through the slim door, beside pgbench's bare reservation, and latencies at half of the highest load."""

from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench import reservation, servers
from tests.bench.figures import figure, versus
from tests.bench.load import Load, send
from tests.bench.servers import serve
from tests.bench.settings import CONNECTIONS, Settings
from tests.bench.world import HOT, SPREAD


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Authorizes on one wallet and on 10,000, whole calls, then latencies."""
    house = settings.house
    house.fresh()
    reservation.prepare(house)
    with serve(house, servers.SLIM) as port:
        spread, hot, calls, bare_hot, bare_spread = versus(
            settings,
            lambda seconds: send(port, "authorize", seconds, kind=SPREAD).rate,
            lambda seconds: send(port, "authorize", seconds, kind=HOT).rate,
            lambda seconds: send(port, "call", seconds, kind=SPREAD).rate / 3,
            lambda seconds: reservation.measure(house, seconds, wallets=1),
            lambda seconds: reservation.measure(house, seconds, wallets=10_000),
        )
        beside = (reservation.HOT, bare_hot)
        yield figure("slim door, authorize, 1 wallet", hot, "authorize/s", against=beside, at_least=2)
        beside = (reservation.SPREAD, bare_spread)
        yield figure("slim door, authorize, 10,000 wallets", spread, "authorize/s", against=beside, at_least=1)
        beside = ("10,000 wallets", spread)
        yield figure("slim door, 1 hot wallet", hot, "authorize/s", against=beside, at_least=0.8)
        beside = ("authorize alone", spread)
        yield figure("slim door, whole calls", calls, "calls/s", against=beside, at_least=0.35)
        yield from _latencies(settings, port, median(spread))


def _latencies(settings: Settings, port: int, highest: float) -> Iterator[dict[str, Any]]:
    # Each connection pauses so long between its requests that together they ask for half of what was reached.
    pause_ms = 1000 * CONNECTIONS / (highest / 2)
    loads: list[Load] = [send(port, "authorize", settings.seconds, pause_ms=pause_ms) for _ in range(settings.runs)]
    load = f"{median(load.rate for load in loads):.0f} authorize/s"
    for name, values, limit in (
        ("p50", [load.p50_ms for load in loads], 10),
        ("p99", [load.p99_ms for load in loads], 50),
    ):
        yield figure(f"slim door, {name} at half load", values, "ms", at_most=limit, load=load)
