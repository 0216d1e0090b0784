"""Builds `tcxc/data/networks.csv`: the mobile networks of the world by MCC and MNC.

The source is `mcc-mnc-list.json` of the npm package `mcc-mnc-list` (MIT; drawn from Wikipedia, "Mobile country code").
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

# What the source writes for the countries of a shared list, and what that is in ISO 3166; the first one holds the MCC.
COUNTRY_GROUPS = {
    "AU/CC/CX": ("AU", "CC", "CX"),
    "BL/GF/GP/MF/MQ": ("GP", "MQ", "GF", "BL", "MF"),
    "BQ/CW/SX": ("CW", "BQ", "SX"),
    "YT/RE": ("RE", "YT"),
    "GE-AB": ("GE",),
}
OPERATIONAL = "Operational"

Entry = Mapping[str, Any]


class Network(NamedTuple):
    """One row. Without an MNC it says whose MCC it is; `countries` begins with the one that the MCC belongs to."""

    mcc: str
    mnc: str
    countries: str
    network: str
    operational: int


def network_rows(entries: Iterable[Entry]) -> Iterator[Network]:
    """All networks with a code of three and two or three digits, an MCC's own row before those of its networks."""
    by_mcc: dict[str, dict[str, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if _is_network(entry):
            by_mcc[entry["mcc"]][entry["mnc"]].append(entry)
    for mcc, by_mnc in sorted(by_mcc.items()):
        home = _home(by_mnc.values())
        yield Network(mcc, "", home, "", 0)
        for mnc, found in sorted(by_mnc.items()):
            yield _network(mcc, mnc, home, found)


def _is_network(entry: Entry) -> bool:
    code = f"{entry['mcc']}-{entry['mnc']}"
    return entry["type"] != "Test" and re.fullmatch(r"[0-9]{3}-[0-9]{2,3}", code) is not None


def _countries(entry: Entry) -> tuple[str, ...]:
    code = entry["countryCode"]
    return COUNTRY_GROUPS.get(code, (code,)) if code else ()


def _home(networks: Iterable[list[Entry]]) -> str:
    """The country that most networks of an MCC are in; none for the international ones."""
    firsts = Counter(_countries(entry)[0] for found in networks for entry in found if _countries(entry))
    return min(firsts, key=lambda country: (-firsts[country], country), default="")


def _network(mcc: str, mnc: str, home: str, found: list[Entry]) -> Network:
    """One network of the several entries that a code may have, one for each country it is used in."""
    used_in = {country for entry in found for country in _countries(entry)}
    countries = sorted(used_in, key=lambda country: (country != home, country))
    found = sorted(found, key=lambda entry: (entry["status"] != OPERATIONAL, not entry["brand"]))
    name = " ".join((found[0]["brand"] or found[0]["operator"] or "").split())
    return Network(mcc, mnc, " ".join(countries), name, int(found[0]["status"] == OPERATIONAL))
