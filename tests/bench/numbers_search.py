"""The market of numbers: a first page and its facets among a million, beside the same among ten thousand."""

import random
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from statistics import mean, quantiles
from typing import Any

from tests.bench.figures import figure
from tests.bench.settings import Settings
from tests.bench.world import copy

FEW, MANY = 10_000, 1_000_000
PAGE = 51
SEARCHES = 40  # of each kind, a run
SPREAD_BY = 7_919  # numbers of one sort do not lie side by side
COUNTRIES = "(ARRAY['US','GB','DE','FR','ES','IT','PL','BR','IN','JP','CA','AU'])[1 + mod(n, 12)]"
TYPES = "(ARRAY['geographic','geographic','geographic','mobile','toll_free','national'])[1 + mod(n / 12, 6)]"


def run(settings: Settings) -> Iterator[dict[str, Any]]:
    """Searches of each kind in turn. The few come first, since the many contain them."""
    from django.conf import settings as product
    from django.db import connection

    product.DEBUG = False  # else Django remembers every statement, as it does nowhere in production
    settings.house.fresh()
    first = _hosted(FEW)
    few = _measured(settings.runs)
    _more(first, FEW, MANY)
    many = _measured(settings.runs)
    connection.close()
    for what in many:
        beside = ("among 10,000", [mean(times) for times in few[what]])
        means, slowest = ([of(times) for times in many[what]] for of in (mean, _p95))
        yield figure(f"{what} among 1,000,000 numbers", means, "ms", against=beside, at_most=1.5)
        yield figure(f"{what} among 1,000,000 numbers, p95", slowest, "ms", at_most=50)


def _measured(runs: int) -> dict[str, list[list[float]]]:
    """Milliseconds of each search, by what is asked for, of so many runs; one before them is a warm-up."""
    _searched()
    found = [_searched() for _ in range(runs)]
    return {what: [run[what] for run in found] for what in found[0]}


def _searched() -> dict[str, list[float]]:
    chance = random.Random(7)
    times: dict[str, list[float]] = {"a search by place, prefix, capability or price": [], "digits inside": []}
    for _ in range(SEARCHES):
        for kind, searches in zip(times, _searches(chance), strict=True):
            times[kind] += map(_timed, searches)
    return times


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _hosted(count: int) -> Any:
    from numbers.operations import host_number
    from sellers.models import Seller
    from tcxc.actors import Actor

    seller = Seller.objects.order_by("pk")[0]
    number = host_number(seller=seller, number="12125550100", monthly_fee=Decimal(2), by=Actor.system())
    _more(number, 1, count)
    return number


def _more(number: Any, there: int, wanted: int) -> None:
    """Copies of a number that differ in all that is searched by."""
    from django.db import connection

    from numbers.market_counts import sum_up

    n = f"(n + {there})"
    copy(
        "numbers_number",
        "id",
        number.pk,
        wanted - there,
        number=f"(10000000000 + mod({n}::bigint * 7368787, 89999999999))::text",
        country=COUNTRIES.replace("(n,", f"({n},"),
        type=TYPES.replace("(n /", f"({n} /"),
        sms=f"mod({n}, 3) = 0",
        fax=f"mod({n}, 500) = 0",
        monthly_fee=f"1 + mod({n}::bigint * {SPREAD_BY}, 1000) * 0.01",
        seller_id=f"o.seller_id + mod({n}, 3)",
    )
    sum_up()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE numbers_number, numbers_marketcount")


def _timed(search: Callable[[], Any]) -> float:
    started = time.perf_counter()
    search()
    return (time.perf_counter() - started) * 1000


def _searches(chance: random.Random) -> tuple[list[Callable[[], Any]], list[Callable[[], Any]]]:
    """What people ask for: first pages and the counts beside them, without and with digits inside the number."""
    from numbers.queries import MarketFilters, facets, market

    def page(*order: str, **filters: Any) -> Callable[[], Any]:
        return lambda: list(market(MarketFilters(currency="USD", **filters)).order_by(*order or ("number",))[:PAGE])

    digits = f"{chance.randrange(10_000):04}"
    plain = [
        page(),
        page(prefix=digits[:2].replace("0", "1")),
        page(country="GB", type="mobile"),
        page(country="FR", capability=("fax",)),
        page("monthly_fee", "number", max_monthly_fee=Decimal(3)),
        lambda: facets(MarketFilters(country="DE", currency="USD")),
    ]
    inside = [
        page(contains=digits),
        page(contains=f"{digits[0]}?{digits[1:]}"),
        lambda: facets(MarketFilters(contains=digits, currency="USD")),
    ]
    return plain, inside
