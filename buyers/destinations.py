"""Destinations as callers write them: `{"prefix", "min_length", "max_length"}`, `{"country"}` or `{"mccmnc"}`."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from buyers.models import Account, DestinationRule
from tcxc import numbering

MOST_RULES = 1_000
FIELDS = ("prefix", "min_length", "max_length", "country", "mccmnc")
_PREFIX = re.compile(r"\+?([1-9][0-9]{0,14})", re.ASCII)
_NETWORK = re.compile(r"[0-9]{3}(?:[0-9]{2,3})?", re.ASCII)
Faults = dict[str, list[str]]


def as_written(rule: DestinationRule) -> dict[str, Any]:
    """A rule as callers write it, without what it leaves open."""
    return {name: value for name in FIELDS if (value := getattr(rule, name)) not in {None, ""}}


def read_rules(
    account: Account, verdict: DestinationRule.Verdict, given: Iterable[Mapping[str, Any]], field: str
) -> tuple[list[DestinationRule], Faults]:
    """The rules of one list, and what is wrong by dotted field (`allowed_destinations.0.prefix`)."""
    rules: list[DestinationRule] = []
    faults: Faults = {}
    for place, written in enumerate(given):
        plain, wrong = read_destination(written)
        faults |= {f"{field}.{place}.{name}": texts for name, texts in wrong.items()}
        rules.append(DestinationRule(account=account, verdict=verdict, **plain))
    if len(rules) > MOST_RULES:
        faults[field] = [f"No more than {MOST_RULES} destinations."]
    return rules, faults


def read_destination(written: Mapping[str, Any]) -> tuple[dict[str, Any], Faults]:
    """One destination in its plain form (digits without a plus, capital country), and what is wrong with it."""
    given = {name: value for name, value in written.items() if value not in {None, ""}}
    named = [name for name in ("prefix", "country", "mccmnc") if name in given]
    if len(named) != 1:
        return {}, {named[-1] if named else "prefix": ["Name one of prefix, country and mccmnc."]}
    if named == ["prefix"]:
        return _prefix(given.pop("prefix"), given)
    faults: Faults = {extra: ["Lengths go with a prefix only."] for extra in given if extra not in named}
    if named == ["country"]:
        country = given["country"].strip().upper()
        if country not in numbering.countries():
            faults["country"] = ["Give the two letters of ISO 3166."]
        return {"country": country[:2]}, faults
    if not _NETWORK.fullmatch(given["mccmnc"]):
        faults["mccmnc"] = ["Three digits of an MCC, or the five or six of a network."]
    return {"mccmnc": given["mccmnc"]}, faults


def _prefix(value: str, lengths: Mapping[str, int]) -> tuple[dict[str, Any], Faults]:
    match = _PREFIX.fullmatch(value)
    faults: Faults = {} if match else {"prefix": ["One to fifteen digits, the first not 0."]}
    faults |= {name: ["From 1 to 15."] for name, length in lengths.items() if not 1 <= length <= 15}
    if not faults and lengths.get("min_length", 1) > lengths.get("max_length", 15):
        faults["max_length"] = ["No less than min_length."]
    return {"prefix": match[1] if match else "", **lengths}, faults
