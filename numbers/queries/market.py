"""The market: every number that is for sale, searched by its digits, its place, what it carries and what it costs.

Quick however many there are: each way to search has an index over what is for sale, pages go by key, and what there is
of each sort is counted from the sums that triggers keep.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Func, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Concat

from numbers.models import MarketCount, Number
from numbers.models.numbers import CAPABILITIES, FOR_SALE
from tcxc.bulk import array
from tcxc.errors import Invalid

SAMPLE = 10_000  # how many matches are counted one by one when no sums are kept for a search
FEW = 2_000  # more of a million than this fill a page of fifty among the first twenty-five thousand
_PREFIX = re.compile(r"[0-9]{1,15}", re.ASCII)
_PATTERN = re.compile(r"[0-9*?]{1,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class MarketFilters:
    """Which numbers. `contains` are digits anywhere in the number; in it `?` is any digit, `*` any run of digits.

    `capability` names one or more of voice, sms, fax and video, all of which the number must carry. Prices are in the
    number's currency; `currency` leaves out those that a buyer's wallet can't pay.
    """

    prefix: str = ""
    contains: str = ""
    country: str = ""
    type: str = ""
    capability: Iterable[str] = ()
    seller: int | None = None
    max_monthly_fee: Decimal | None = None
    max_price_1: Decimal | None = None
    currency: str = ""
    documents_required: bool | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """How many numbers of a search there are by country, type, capability and seller (its company's id).

    When not `is_exact` only the first `SAMPLE` were counted, and there are more.
    """

    total: int
    is_exact: bool
    countries: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    capabilities: Counter[str] = field(default_factory=Counter)
    sellers: Counter[int] = field(default_factory=Counter)


def on_the_market() -> QuerySet[Number]:
    """Every number that can be bought now."""
    return Number.objects.filter(FOR_SALE, seller__is_active=True).select_related("seller__company")


def market(filters: MarketFilters | None = None) -> QuerySet[Number]:
    """The numbers for sale that match; order them by `number` or by `monthly_fee, number` to page by key.

    What contains digits is looked for at once, by one statement. Raises `Invalid` for a prefix or pattern that is none.
    """
    wanted = filters or MarketFilters()
    found = _matching(wanted)
    if not wanted.contains:
        return found
    ids = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return _matching(wanted, inside="in_order") if len(ids) > FEW else found.filter(_among(ids))


def _matching(wanted: MarketFilters, *, inside: str = "number") -> QuerySet[Number]:
    """What matches; `inside` names the text that contains the digits: `in_order` is the number again, without an index.

    The planner can't tell rare digits from frequent ones. A page of frequent ones is soon full when the numbers are
    gone through in their order. Rare ones are found by their own index in any order, and then named by their ids.
    """
    numbers = on_the_market().alias(in_order=Concat("number", Value("")))
    return numbers.filter(_digits(wanted, inside), _sort(wanted), _prices(wanted))


def _among(ids: Iterable[int]) -> Func:
    """Whether a number is one of these, which go as one value."""
    text = Value(array(ids), output_field=TextField())
    return Func("pk", text, arg_joiner=" = ANY(", template="%(expressions)s::bigint[])", output_field=BooleanField())


def facets(filters: MarketFilters | None = None) -> Facets:
    """How many there are of each sort among what matches: exact, unless digits or prices match too many."""
    wanted = filters or MarketFilters()
    by_row = [wanted.prefix, wanted.contains, wanted.max_monthly_fee, wanted.max_price_1, wanted.documents_required]
    if any(value not in {None, ""} for value in by_row):
        return _counted_rows(wanted)
    return _counted_sums(wanted)


def _counted_sums(wanted: MarketFilters) -> Facets:
    names = ("country", "type", "seller_id", *CAPABILITIES)
    sums = MarketCount.objects.filter(_sort(wanted), seller__is_active=True).values_list(*names)
    return _facets([(*row[:-1], row[-1]) for row in sums.annotate(count=Sum("change")).order_by()], is_exact=True)


def _counted_rows(wanted: MarketFilters) -> Facets:
    names = ("country", "type", "seller_id", *CAPABILITIES)
    rows = list(_matching(wanted).order_by().values_list(*names)[: SAMPLE + 1])
    counts = Counter(rows[:SAMPLE])
    return _facets([(*row, count) for row, count in counts.items()], is_exact=len(rows) <= SAMPLE)


def _facets(rows: Iterable[tuple[Any, ...]], *, is_exact: bool) -> Facets:
    found = [row for row in rows if row[-1] > 0]
    result = Facets(sum(row[-1] for row in found), is_exact)
    for country, type_, seller_id, *carries, count in found:
        result.countries[country] += count
        result.types[type_] += count
        result.sellers[seller_id] += count
        result.capabilities.update({name: count for name, has in zip(CAPABILITIES, carries, strict=True) if has})
    return result


def _sort(wanted: MarketFilters) -> Q:
    """What both numbers and sums can be asked."""
    names = {"country": wanted.country.upper(), "type": wanted.type, "currency": wanted.currency}
    found = Q(**{name: value for name, value in names.items() if value})
    for name in wanted.capability:
        if name not in CAPABILITIES:
            raise Invalid("There is no such capability.", errors={"capability": [f"One of {', '.join(CAPABILITIES)}."]})
        found &= Q(**{name: True})
    return found if wanted.seller is None else found & Q(seller_id=wanted.seller)


def _prices(wanted: MarketFilters) -> Q:
    found = Q()
    if wanted.max_monthly_fee is not None:
        found &= Q(monthly_fee__lte=wanted.max_monthly_fee)
    if wanted.max_price_1 is not None:
        found &= Q(price_1__lte=wanted.max_price_1)
    if wanted.documents_required is not None:
        found &= Q(documents_required=wanted.documents_required)
    return found


def _digits(wanted: MarketFilters, inside: str) -> Q:
    prefix, contains = (text.strip().removeprefix("+") for text in (wanted.prefix, wanted.contains))
    found = Q()
    if prefix:
        if not _PREFIX.fullmatch(prefix):
            raise Invalid("That is no prefix.", errors={"prefix": ["Digits, the country code first."]})
        found &= Q(number__startswith=prefix)
    if contains:
        if not _PATTERN.fullmatch(contains):
            raise Invalid(
                "That is no pattern.", errors={"contains": ["Digits; ? for any digit, * for any run of them."]}
            )
        how, text = ("contains", contains) if contains.isdigit() else ("regex", _regex(contains))
        found &= Q(**{f"{inside}__{how}": text})
    return found


def _regex(pattern: str) -> str:
    return pattern.translate({ord("*"): ".*", ord("?"): "."})
