"""Which destinations an account may reach: the most specific rule wins, and deny wins over allow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tcxc import numbering


@dataclass(frozen=True, slots=True)
class Rule:
    """One destination: a prefix with the lengths of its numbers, a country, or a network (MCC or MCCMNC)."""

    allows: bool
    prefix: str = ""
    min_length: int | None = None
    max_length: int | None = None
    country: str = ""
    mccmnc: str = ""


# A network names a destination more closely than any prefix; a country more closely than its bare calling code.
_NETWORK_RANK = 100.0
_COUNTRY_RANK = 0.5


def is_allowed(
    rules: Iterable[Rule], number: str, mccmnc: str, country_of: Callable[[str], str | None] = numbering.country_of
) -> bool:
    """Whether the rules let traffic go to a number (E.164 digits) on a network (may be empty).

    Without any allow rule, what no rule matches is allowed; with one, it is denied.
    """
    best, allowed, closed = -1.0, False, False
    for rule in rules:
        closed = closed or rule.allows
        rank = _rank(rule, number, mccmnc, country_of)
        if rank is None or rank < best:
            continue
        allowed = rule.allows and (allowed or rank > best)
        best = rank
    return allowed if best >= 0 else not closed


def matching(rules: Iterable[Rule], number: str, mccmnc: str) -> list[Rule]:
    """The rules that name a destination, in the order in which they count: the first one decides."""
    ranked = [(_rank(rule, number, mccmnc, numbering.country_of), rule) for rule in rules]
    named = [(rank, rule) for rank, rule in ranked if rank is not None]
    return [rule for _, rule in sorted(named, key=lambda pair: (-pair[0], pair[1].allows))]


def _rank(rule: Rule, number: str, mccmnc: str, country_of: Callable[[str], str | None]) -> float | None:
    """How closely the rule names the destination; None when it does not match."""
    if rule.mccmnc:
        return _NETWORK_RANK + len(rule.mccmnc) if _network_matches(rule.mccmnc, mccmnc) else None
    if rule.country:
        return _country_rank(rule.country, number, country_of)
    too_short = rule.min_length is not None and len(number) < rule.min_length
    too_long = rule.max_length is not None and len(number) > rule.max_length
    return None if too_short or too_long or not number.startswith(rule.prefix) else float(len(rule.prefix))


def _network_matches(named: str, mccmnc: str) -> bool:
    return mccmnc[:3] == named if len(named) == 3 else mccmnc == named


def _country_rank(country: str, number: str, country_of: Callable[[str], str | None]) -> float | None:
    if country_of(number) != country:
        return None
    codes = [code for code in numbering.calling_codes(country) if number.startswith(code)]
    return max(map(len, codes), default=0) + _COUNTRY_RANK
