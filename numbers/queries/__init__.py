"""Reads of numbers: the market, what a buyer has, what a seller hosts, and the history. Each starts from who asks."""

from numbers.queries.hosted import find_hosted, hosted_by, is_known
from numbers.queries.market import Facets, MarketFilters, facets, market, on_the_market
from numbers.queries.subscriptions import find_subscription, history_of, subscriptions_of

__all__ = [
    "Facets",
    "MarketFilters",
    "facets",
    "find_hosted",
    "find_subscription",
    "history_of",
    "hosted_by",
    "is_known",
    "market",
    "on_the_market",
    "subscriptions_of",
]
