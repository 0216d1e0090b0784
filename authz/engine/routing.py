"""In which order an account's routes are offered: cheapest first, in the order given, or shared by weight."""

import random
from collections.abc import Mapping, Sequence

from authz.engine import rating
from authz.engine.state import Route

MOST_ROUTES = 3


def usable(routes: Sequence[Route], riding: Mapping[int, int]) -> list[Route]:
    """The routes that may carry one more: not forbidden for this code, and not full with the calls now `riding`."""
    return [r for r in routes if not r.forbidden and not _is_full(r, riding)]


def _is_full(route: Route, riding: Mapping[int, int]) -> bool:
    return route.capacity is not None and route.live_calls + riding.get(route.connection, 0) >= route.capacity


def offered(routes: Sequence[Route], policy: str, *, per: int, wanted: int) -> list[Route]:
    """At most three routes, the first being the one that is charged unless the caller says otherwise.

    The cheapest is the one whose wanted units cost least; a tie goes to the lower price after the first interval,
    then to the interconnect's place in the order, then to the older one.
    """
    if len(routes) == 1:
        return list(routes)
    if policy == "weight":
        return _drawn(list(routes))
    if policy == "order":
        return sorted(routes, key=lambda r: (r.position, r.interconnect))[:MOST_ROUTES]
    return sorted(routes, key=lambda r: (rating.charge(r.price(per), wanted), r.price_n, r.position, r.interconnect))[
        :MOST_ROUTES
    ]


def _drawn(routes: list[Route]) -> list[Route]:
    """Three drawn without putting back, each with a chance in proportion to its weight; weight 0 only when alone."""
    found: list[Route] = []
    while routes and len(found) < MOST_ROUTES:
        weights = [route.weight for route in routes]
        index = random.choices(range(len(routes)), weights if any(weights) else None)[0]  # noqa: S311 (no secret)
        found.append(routes.pop(index))
    return found
