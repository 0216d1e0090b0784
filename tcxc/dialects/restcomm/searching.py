"""Searching the market as this dialect asks: a pattern at the beginning or anywhere, features, and pages by index."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from buyers.models import Account
from numbers.models import Number, NumberType
from numbers.queries import MarketFilters, market
from tcxc.errors import Invalid
from tcxc.money import format_price

STARTS_WITH, CONTAINS, ENDS_WITH = "0", "1", "2"
FEATURES = {"VOICE": "voice", "SMS": "sms", "FAX": "fax", "VIDEO": "video"}
SHOWN = ("VOICE", "SMS")  # what Restcomm reads of a number
PAGE, LARGEST_PAGE, FURTHEST = 10, 100, 100_000
COUNTED = 10_000  # no more matches than that are counted
TYPES = {NumberType.MOBILE: "mobile-lvn", NumberType.TOLL_FREE: "landline-toll-free"}

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched for, and which page of it."""

    country: str
    digits: str
    where: str
    capabilities: tuple[str, ...]
    first: int
    size: int

    @classmethod
    def of(cls, country: str, query: Mapping[str, str]) -> Self:
        """Read a request's query; what makes no sense raises `Invalid`, by the name of its parameter."""
        where = query.get("search_pattern") or STARTS_WITH
        if where not in (STARTS_WITH, CONTAINS, ENDS_WITH):
            raise _wrong("search_pattern", "0 (starts with), 1 (contains) or 2 (ends with).")
        index = max(_count(query, "index", 1, FURTHEST), 1)
        size = min(max(_count(query, "size", PAGE, FURTHEST), 1), LARGEST_PAGE)
        return cls(country.upper(), _digits(query), where, _capabilities(query), (index - 1) * size, size)

    def found(self, account: Account) -> tuple[int, list[dict[str, Any]]]:
        """How many numbers the account's money can buy (at most `COUNTED`), and the page that was asked for."""
        if not _COUNTRY.fullmatch(self.country):
            return 0, []
        filters = MarketFilters(
            country=self.country,
            prefix=self.digits if self.where == STARTS_WITH else "",
            contains=self.digits if self.where != STARTS_WITH else "",
            capability=self.capabilities,
            currency=account.buyer.currency,
        )
        rows = market(filters)
        if self.where == ENDS_WITH and self.digits:
            rows = rows.filter(number__endswith=self.digits)
        count = rows.order_by().values("pk")[:COUNTED].count()
        page = rows.order_by("number")[self.first : self.first + self.size] if self.first < count else []
        return count, [row_of(number) for number in page]


def row_of(number: Number) -> dict[str, Any]:
    """A number with all that Restcomm needs to show it; the cost is what it costs a month."""
    return {
        "country": number.country,
        "msisdn": number.number,
        "cost": format_price(number.monthly_fee),
        "type": TYPES.get(NumberType(number.type), "landline"),
        "features": [feature for feature in SHOWN if getattr(number, FEATURES[feature])],
    }


def _digits(query: Mapping[str, str]) -> str:
    pattern = (query.get("pattern") or "").strip().removeprefix("+").strip("*")
    if pattern and not (pattern.isascii() and pattern.isdigit() and len(pattern) <= 15):
        raise _wrong("pattern", "Up to 15 digits.")
    return pattern


def _capabilities(query: Mapping[str, str]) -> tuple[str, ...]:
    features = [feature.strip().upper() for feature in (query.get("features") or "").split(",") if feature.strip()]
    unknown = [feature for feature in features if feature not in FEATURES]
    if unknown:
        raise _wrong("features", f"Any of {', '.join(FEATURES)}.")
    return tuple(FEATURES[feature] for feature in features)


def _count(query: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = (query.get(name) or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise _wrong(name, f"A whole number up to {most}.")
    return min(int(text), most)


def _wrong(name: str, sentence: str) -> Invalid:
    return Invalid("The search can't be read.", errors={name: [sentence]})
