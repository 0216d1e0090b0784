"""Where numbers and mobile networks belong: countries by leading digits, networks by MCC and MNC.

Countries are ISO 3166 alpha-2 (and XK, AC, TA as the numbering data has them). The data are `tcxc/data/countries.csv`
and `networks.csv`, made by `manage.py build_countries` and `build_networks`. An answer takes about a microsecond.
"""

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import NamedTuple

from phonenumbers import PhoneNumber

DATA = Path(__file__).resolve().parent / "data"


class Country(NamedTuple):
    """A country, its English name, the calling code it may share with others, and its own E.164 leading digits."""

    code: str
    name: str
    calling_code: str
    prefixes: tuple[str, ...]


class Network(NamedTuple):
    """A mobile network: its code as text (310260 and 31026 differ), its name, and the countries it is used in."""

    mccmnc: str
    name: str
    countries: tuple[str, ...]
    operational: bool


def country_of(number: str) -> str | None:
    """The country of a number or prefix in E.164 digits; None for satellite, shared and unassigned codes.

    Within a shared code (+1, +7, +44 …) digits that no country claims belong to its main one: an answer does not
    say that the number exists.
    """
    owners, longest = _owners()
    for length in range(min(longest, len(number)), 0, -1):
        owner = owners.get(number[:length])
        if owner is not None:
            return owner
    return None


def area_of(number: PhoneNumber) -> str:
    """The English name of a number's place by the library's data; its country's, or nothing, where it knows no closer.

    The first call of a process takes half a second: the names of all places are loaded, which few processes need.
    """
    from phonenumbers import geocoder

    area: str = geocoder.description_for_number(number, "en")
    return area


def calling_codes(country: str) -> tuple[str, ...]:
    """The E.164 calling codes of a country, without the plus sign: one, or none if the country is not known."""
    found = countries().get(country)
    return (found.calling_code,) if found else ()


def country_name(country: str) -> str:
    """The English name of a country; its code if it is not known."""
    found = countries().get(country)
    return found.name if found else country


def mccs_of(country: str) -> tuple[str, ...]:
    """The MCCs assigned to a country; for one that has none of its own, those its networks use. Ascending."""
    own, used = _mccs()
    return own.get(country) or used.get(country, ())


def country_of_mcc(mcc: str) -> str | None:
    """The country that an MCC (or the MCC of an MCCMNC) is assigned to; None for international and unknown ones."""
    return _homes().get(mcc[:3])


def network_name(mccmnc: str) -> str | None:
    """The name of a network; None for an unknown code and for a bare MCC."""
    found = networks().get(mccmnc)
    return found.name or None if found else None


@cache
def countries() -> dict[str, Country]:
    """Every country of E.164, by code."""
    rows = _read("countries.csv")
    found = [Country(row["country"], row["name"], row["calling_code"], tuple(row["prefixes"].split())) for row in rows]
    return {country.code: country for country in found}


@cache
def networks() -> dict[str, Network]:
    """Every mobile network, by MCCMNC."""
    rows = [row for row in _read("networks.csv") if row["mnc"]]
    found = [
        Network(row["mcc"] + row["mnc"], row["network"], tuple(row["countries"].split()), row["operational"] == "1")
        for row in rows
    ]
    return {network.mccmnc: network for network in found}


@cache
def _owners() -> tuple[dict[str, str], int]:
    owners = {digits: country.code for country in countries().values() for digits in country.prefixes}
    return owners, max(map(len, owners))


@cache
def _homes() -> dict[str, str]:
    return {row["mcc"]: row["countries"] for row in _read("networks.csv") if not row["mnc"] and row["countries"]}


@cache
def _mccs() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    own, used = defaultdict(set), defaultdict(set)
    for mcc, country in _homes().items():
        own[country].add(mcc)
    for network in networks().values():
        for country in network.countries:
            used[country].add(network.mccmnc[:3])
    return _sorted(own), _sorted(used)


def _sorted(groups: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(group)) for key, group in groups.items()}


def _read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
