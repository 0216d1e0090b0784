"""The dial codes of the world, as open numbering data know them: countries, mobile ranges, carriers, areas.

The data of carriers and areas take half a second to load, so they are imported where the lists are made, once.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from tcxc.building.regions import rows_of
from tcxc.numbering import countries, country_of

LONGEST_CODE = 6
INTERNATIONAL = {
    "870": "Inmarsat",
    "878": "Personal numbers",
    "881": "Satellite",
    "882": "International networks",
    "883": "International networks",
    "979": "Premium rate",
}


class Kind(StrEnum):
    """What answers under a code."""

    FIXED = "Fixed"
    MOBILE = "Mobile"
    INTERNATIONAL = "International"


class DialCode(NamedTuple):
    """One dial code in E.164 digits, its country (empty if it belongs to none), and its area or carrier."""

    prefix: str
    country: str
    kind: Kind
    place: str


@cache
def dial_codes() -> tuple[DialCode, ...]:
    """Some 30,000 dial codes, each once, in ascending order: up to six digits, more where a country begins there."""
    found: dict[str, DialCode] = {}
    for code in (*_international(), *_mobile_ranges(), *_carriers()):
        found.setdefault(code.prefix, code)
    mobile = {code.prefix for code in found.values() if code.kind is Kind.MOBILE}
    for prefix, country, place in (*_countries(), *_areas()):
        kind = Kind.MOBILE if any(prefix[:length] in mobile for length in range(1, len(prefix))) else Kind.FIXED
        found.setdefault(prefix, DialCode(prefix, country, kind, place))
    return tuple(found[prefix] for prefix in sorted(found))


def _international() -> Iterator[DialCode]:
    for prefix, place in INTERNATIONAL.items():
        yield DialCode(prefix, "", Kind.INTERNATIONAL, place)


def _countries() -> Iterator[tuple[str, str, str]]:
    for country in countries().values():
        for prefix in country.prefixes:
            yield prefix, country.code, ""


def _mobile_ranges() -> Iterator[DialCode]:
    """The leading one or two digits after the calling code under which a country has mobile numbers alone."""
    for country in countries().values():
        ranges = _beginnings(country.code, "mobile") - _beginnings(country.code, "fixed_line")
        for digits in ranges:
            prefix = country.calling_code + digits
            if digits[:1] not in ranges - {digits} and country_of(prefix) == country.code:
                yield DialCode(prefix, country.code, Kind.MOBILE, "")


def _beginnings(region: str, kind: str) -> set[str]:
    """The first digits, and the first two digits, of a region's numbers of one kind."""
    found: set[str] = set()
    for first, second, *_ in rows_of(region, (kind,)):
        found |= first | {one + two for one in first for two in second}
    return found


def _carriers() -> Iterator[DialCode]:
    from phonenumbers.carrierdata import CARRIER_DATA

    for prefix, place in _english(CARRIER_DATA):
        country = country_of(prefix)
        yield DialCode(prefix, country or "", Kind.MOBILE if country else Kind.INTERNATIONAL, place)


def _areas() -> Iterator[tuple[str, str, str]]:
    from phonenumbers.geodata import GEOCODE_DATA

    for prefix, place in _english(GEOCODE_DATA):
        country = country_of(prefix)
        if country:
            yield prefix, country, place


def _english(data: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for prefix, names in data.items():
        if len(prefix) <= LONGEST_CODE and "en" in names:
            yield prefix, names["en"]
