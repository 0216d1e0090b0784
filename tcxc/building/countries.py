"""Builds `tcxc/data/countries.csv`: every country of E.164, its name, calling code and leading digits."""

from collections.abc import Iterator
from typing import NamedTuple

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, REGION_CODE_FOR_NON_GEO_ENTITY
from phonenumbers.geodata.locale import LOCALE_DATA

from tcxc.building.digit_patterns import Places, is_open_after, may_begin, spell_out
from tcxc.building.regions import metadata_of, rows_of

# Regions of the numbering data that its list of names leaves out.
OTHER_NAMES = {"AC": "Ascension Island", "TA": "Tristan da Cunha", "XK": "Kosovo"}


class Country(NamedTuple):
    """One row: `prefixes` are the E.164 digits that numbers of the country, and of no other, begin with."""

    country: str
    name: str
    calling_code: str
    prefixes: str


def country_rows() -> Iterator[Country]:
    """All countries, by calling code; the one that a shared code belongs to by default comes first."""
    for code, regions in sorted(COUNTRY_CODE_TO_REGION_CODE.items()):
        if regions[0] == REGION_CODE_FOR_NON_GEO_ENTITY:
            continue
        prefixes: dict[str, list[str]] = {region: [] for region in regions}
        prefixes[regions[0]].append(str(code))
        for digits, region in _split(regions, ""):
            prefixes[region].append(f"{code}{digits}")
        for region in regions:
            yield Country(region, english_name(region), str(code), " ".join(prefixes[region]))


def english_name(region: str) -> str:
    """The English name of a region; the data writes `*xx` for "the same as in language xx"."""
    names = LOCALE_DATA.get(region, {"en": OTHER_NAMES.get(region, "")})
    name = names["en"]
    return names[name[1:]] if name.startswith("*") else name


def _split(regions: tuple[str, ...], digits: str) -> Iterator[tuple[str, str]]:
    """The shortest leading digits by which the other regions of a calling code part from its main one."""
    if len(regions) == 1:
        return
    claims = [(region, [row for row in _claims(region) if may_begin(row, digits)]) for region in regions]
    claims = [claim for claim in claims if claim[1]]
    owner = _owner(claims, digits)
    if owner is None and claims:
        for digit in "0123456789":
            yield from _split(regions, digits + digit)
    elif owner not in (None, regions[0]):
        yield digits, owner


def _claims(region: str) -> list[Places]:
    leading = metadata_of(region).leading_digits
    return list(spell_out(leading)) if leading else rows_of(region)


def _owner(claims: list[tuple[str, list[Places]]], digits: str) -> str | None:
    """Who owns all numbers that begin so: the only claimant, or the first if its claim covers them all."""
    if not claims:
        return None
    region, rows = claims[0]
    return region if len(claims) == 1 or any(is_open_after(row, digits) for row in rows) else None
