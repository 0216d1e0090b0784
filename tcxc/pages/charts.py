"""Charts: a page names the address of one, and the figures come from there, as JSON to draw or as a table to read.

A view makes a `Chart` and returns `answer(...)`; a template writes `<c-chart :url="url" label="Spend by day" />`. The
figures leave the house as text, exact to the last digit; only the picture is drawn from approximations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.formats import date_format

from tcxc.pages import formats
from tcxc.pages.asking import Words
from tcxc.pages.gate import PageRequest

Figure = Decimal | int | None


class Shape(StrEnum):
    """What a series counts, which chooses its axis and how its figures are written."""

    MONEY = "money"
    COUNT = "count"
    DURATION = "duration"  # in seconds
    SHARE = "share"  # 0.5 is 50 %


class Drawn(StrEnum):
    """How a series is drawn."""

    BARS = "bars"
    LINE = "line"


class Step(StrEnum):
    """How far apart the points are."""

    HOUR = "hour"
    DAY = "day"


_MOMENT = {Step.HOUR: "j M, H:i", Step.DAY: "j M Y"}


@dataclass(frozen=True, slots=True)
class Series:
    """One figure for each point; None where there is nothing to say. `unit` is a currency or the like."""

    label: Words
    values: Sequence[Figure]
    shape: Shape = Shape.COUNT
    drawn: Drawn = Drawn.BARS
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One to four series over the same points in time, the oldest first, all in the time zone they are shown in."""

    times: Sequence[datetime]
    series: Sequence[Series]
    step: Step = Step.DAY

    @property
    def labels(self) -> list[str]:
        """The points as people read them."""
        return [date_format(at, _MOMENT[self.step]) for at in self.times]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The chart as a table: a label, and the figure of each series."""
        columns = [[written(value, series) for value in series.values] for series in self.series]
        return list(zip(self.labels, map(list, zip(*columns, strict=True)), strict=True))


@dataclass(frozen=True, slots=True)
class ChartPage:
    """How a chart is called where it stands alone, and where that page leads back to."""

    heading: Words
    back: str
    back_label: Words


def answer(request: PageRequest, chart: Chart, page: ChartPage) -> HttpResponse:
    """The chart as JSON for the script that draws it; for anybody else a page with its table."""
    if "application/json" in request.headers.get("Accept", ""):
        found: HttpResponse = JsonResponse(drawable(chart))
    else:
        found = render(request, "pages/chart.html", {"chart": chart, "page": page})
    patch_vary_headers(found, ["Accept"])
    found["Cache-Control"] = "private, no-cache"
    return found


def written(value: Figure, series: Series) -> str:
    """One figure as people read it, every digit of it."""
    if value is None:
        return formats.NONE
    if series.shape is Shape.MONEY:
        return f"{value:,f}".replace("-", formats.MINUS)
    if series.shape is Shape.SHARE:
        return f"{Decimal(value) * 100:.1f} %"
    return formats.duration(int(value)) if series.shape is Shape.DURATION else formats.count(int(value))


def drawable(chart: Chart) -> dict[str, Any]:
    """The chart as the script that draws it takes it."""
    return {
        "step": chart.step,
        "zone": str(chart.times[0].tzinfo) if chart.times else "UTC",
        "times": [int(at.timestamp()) for at in chart.times],
        "labels": chart.labels,
        "series": [
            {
                "label": str(series.label),
                "shape": series.shape,
                "drawn": series.drawn,
                "unit": series.unit,
                "values": [None if value is None else str(value) for value in series.values],
                "texts": [written(value, series) for value in series.values],
            }
            for series in chart.series
        ],
    }
