"""Searching phone numbers for sale: among a million beside ten thousand."""

import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tests.bench.figures import figure, versus
from tests.bench.settings import Settings
from tests.bench.world import copy

MANY, FEW = 1_000_000, 10_000
FEW_IN, MANY_IN = "bench", "bench_many"
SEARCHES, A_PAGE = 200, 50
FIRST = 442_000_000_000  # the numbers follow one another from here


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Milliseconds for the first page of a search, on average and at the 95th percentile."""
    settings.house.fresh()
    number = _a_number()
    _host(number, FEW - 1, after=0)
    settings.house.copy(MANY_IN)
    settings.house.turn_to(MANY_IN)
    try:
        _host(number, MANY - FEW, after=FEW)
        late: list[float] = []
        among_many = _searching(settings, MANY_IN, MANY, late)
        many, few = versus(settings, among_many, _searching(settings, FEW_IN, FEW, []))
        yield figure("number search among 1,000,000", many, "ms", against=("among 10,000", few), at_most=1.5)
        yield figure("number search among 1,000,000, p95", late[-settings.runs :], "ms", at_most=50)
    finally:
        settings.house.drop(MANY_IN)


def _a_number() -> int:
    from numbers.operations import host_number
    from tests.pages.cast import SYSTEM, make_cast

    cast = make_cast()
    number = host_number(seller=cast.connection.seller, number=str(FIRST), by=SYSTEM, monthly_fee=Decimal(2), sms=True)
    return number.pk


def _host(number: int, count: int, *, after: int) -> None:
    from django.db import connection

    kinds = {
        "sms": "mod(n, 2) = 0",
        "monthly_fee": "1 + mod(n, 100)",
        "country": "(ARRAY['GB', 'US', 'DE', 'FR'])[1 + mod(n, 4)]",
    }
    copy("numbers_number", "id", number, count, number=f"({FIRST + after} + n)::text", **kinds)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) numbers_number")


def _searching(settings: Settings, database: str, numbers: int, late: list[float]) -> Callable[[float], float]:
    """Measures searches of each sort, in turn; notes their 95th percentile."""

    def milliseconds(_: float) -> float:
        settings.house.turn_to(database)
        chance, times = random.Random(7), []
        for search in range(SEARCHES):
            started = time.perf_counter()
            found = _search(search, chance.randrange(numbers))
            times.append((time.perf_counter() - started) * 1000)
            if not found:
                raise RuntimeError(f"search {search} found nothing among {numbers}")
        late.append(sorted(times)[SEARCHES * 95 // 100])
        return sum(times) / SEARCHES

    return milliseconds


def _search(search: int, place: int) -> int:
    """One search, by what there is to search by. Returns how many of its first page were found."""
    from numbers.queries.market import MarketFilters, market

    digits = str(FIRST + place)
    filters = (
        MarketFilters(prefix=digits[:9]),
        MarketFilters(country=("GB", "US", "DE", "FR")[place % 4]),
        MarketFilters(country="GB", capability=["sms", "voice"]),
        MarketFilters(contains=digits[-4:]),
        MarketFilters(max_monthly_fee=Decimal(3)),
    )[search % 5]
    return len(market(filters).order_by("number")[:A_PAGE])
