"""Figures: measured beside their references, turn by turn, and told as one JSON object a line and as a table."""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from typing import Any

from tests.bench.settings import Settings

Measure = Callable[[float], float]  # takes seconds, gives the value


def versus(settings: Settings, *measures: Measure) -> list[list[float]]:
    """The values of each measure: a warm-up first, then all of them in turn, as often as there are runs.

    Turn by turn, whatever else the machine does in the meantime touches all of them alike.
    """
    for measure in measures:
        with suppress(RuntimeError):  # a cold house may refuse what it can't decide in time
            measure(settings.warm_up)
    rounds = [[measure(settings.seconds) for measure in measures] for _ in range(settings.runs)]
    return [list(values) for values in zip(*rounds, strict=True)]


def figure(
    name: str,
    values: list[float],
    unit: str,
    *,
    against: tuple[str, list[float]] | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A figure: medians, and as spread the distance of the extremes by the median.

    The ratio is the median of the ratios of each turn; with a reference the goal is for the ratio, else for the value.
    """
    reference_name, references = against or (None, [])
    pairs = list(zip(values, references, strict=False))
    ratio = median(value / reference for value, reference in pairs) if pairs else None
    judged = median(values) if ratio is None else ratio
    goal = f">= {at_least:g}" if at_least is not None else f"<= {at_most:g}" if at_most is not None else None
    met = None
    if goal is not None:
        met = judged >= at_least if at_least is not None else judged <= (at_most or 0)
    return {
        "name": name,
        "value": round(median(values), 3),
        "unit": unit,
        "reference_name": reference_name,
        "reference": round(median(reference for _, reference in pairs), 3) if pairs else None,
        "ratio": None if ratio is None else round(ratio, 3),
        "goal": goal,
        "met": met,
        "spread": round((max(values) - min(values)) / median(values), 3) if median(values) else None,
        **more,
    }


def machine() -> dict[str, Any]:
    """The first line: where and when."""
    return {
        "name": "machine",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _processor() -> str:
    with open("/proc/cpuinfo") as file:  # noqa: PTH123 (no path of ours)
        return next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "unknown")


def tell(figure: dict[str, Any]) -> None:
    """One JSON object a line on standard output."""
    sys.stdout.write(json.dumps(figure) + "\n")
    sys.stdout.flush()


def table(figures: Iterable[dict[str, Any]]) -> str:
    """All figures for a person."""
    heads = ("what", "value", "", "reference", "ratio", "goal", "met", "spread")
    rows = [heads, *(_row(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(figure: dict[str, Any]) -> tuple[str, ...]:
    reference = ""
    if figure["reference"] is not None:
        reference = f"{figure['reference']:,.6g} {figure['reference_name']}"
    met = {None: "", True: "yes", False: "NO"}[figure["met"]]
    spread = "" if figure["spread"] is None else f"{figure['spread']:.0%}"
    ratio = "" if figure["ratio"] is None else f"{figure['ratio']:g}"
    return (
        figure["name"],
        f"{figure['value']:,.6g}",
        figure["unit"],
        reference,
        ratio,
        figure["goal"] or "",
        met,
        spread,
    )
