"""Half load for an hour: does the memory of a process grow, do latencies drift? `--only soak --minutes 60`.

Each minute tells what was answered, what each process holds in memory, and how long a loop of known cost took: where
that loop slows down, the machine was busy with something else, and latencies say nothing of the product.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import servers
from tests.bench.cpu import descendants
from tests.bench.figures import figure, tell
from tests.bench.load import send
from tests.bench.servers import serve_processes
from tests.bench.settings import CONNECTIONS, Settings

ONLY_BY_NAME = True
MINUTE = 60.0
REFERENCE_STEPS = 2_000_000


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """A line a minute, then memory and p99 of the last third beside those of the first."""
    settings.house.fresh()
    with serve_processes(settings.house, servers.SLIM) as (port, server):
        send(port, "call", settings.warm_up)
        highest = send(port, "call", settings.seconds).rate
        pause_ms = 1000 * CONNECTIONS / (highest / 2)
        minutes = [_minute(settings, port, server, pause_ms, n) for n in range(max(3, round(settings.minutes)))]
    yield from _drift(minutes, f"{highest / 2:.0f} requests/s of whole calls")


def _minute(settings: Settings, port: int, server: int, pause_ms: float, number: int) -> dict[str, Any]:
    loops = [_reference_ms()]
    load = send(port, "call", MINUTE, pause_ms=pause_ms, may_be_refused=True)
    loops.append(_reference_ms())
    told = {
        "name": "soak, a minute",
        "minute": number + 1,
        "rate": round(load.rate, 1),
        "refused": load.refused,
        "lost": load.lost,
        "p50_ms": round(load.p50_ms, 2),
        "p99_ms": round(load.p99_ms, 2),
        "doors_mb": [_resident_mb(pid) for pid in sorted(descendants(server))],
        "postgres_mb": round(sum(map(_own_mb, descendants(settings.house.postmaster)))),
        "reference_ms": round(median(loops), 1),
    }
    tell(told)
    return told


def _drift(minutes: list[dict[str, Any]], load: str) -> Iterator[dict[str, Any]]:
    third = max(1, len(minutes) // 3)
    first, last = minutes[:third], minutes[-third:]
    memory = [max(minute["doors_mb"]) for minute in last], [max(minute["doors_mb"]) for minute in first]
    p99 = [minute["p99_ms"] for minute in last], [minute["p99_ms"] for minute in first]
    loops = [median(minute["reference_ms"] for minute in part) for part in (last, first)]
    machine = {"reference_loop": round(loops[0] / loops[1], 3), "minutes": len(minutes), "load": load}
    refused = sum(minute["refused"] + minute["lost"] for minute in minutes)
    # Of the median minutes: one slow minute of a shared machine is no drift.
    for name, unit, (late, early), most in (("memory of a door", "MB", memory, 1.1), ("p99", "ms", p99, 1.25)):
        beside = ("first third", [median(early)])
        title = f"soak, {name}, last third"
        yield figure(title, [median(late)], unit, against=beside, at_most=most, refused=refused, **machine)


def _reference_ms() -> float:
    """Milliseconds for a loop that always does the same."""
    started, total = time.perf_counter(), 0
    for number in range(REFERENCE_STEPS):
        total += number & 7
    return (time.perf_counter() - started) * 1000


def _resident_mb(pid: int) -> float:
    return round(_kilobytes(Path(f"/proc/{pid}/status"), "VmRSS:") / 1024, 1)


def _own_mb(pid: int) -> float:
    """What is a process's alone and not PostgreSQL's shared cache."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "RssAnon:") / 1024


def _kilobytes(file: Path, name: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:  # it has ended meanwhile
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)
