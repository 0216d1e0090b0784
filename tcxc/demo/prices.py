"""Prices for the demo: made up, but plausible, exact, and the same on every machine.

Dollars a minute for voice and a part for SMS. Each comes from a table of price levels and a fixed spread by country,
carrier and seller, so that each of two sellers is the cheaper one for about half of the world.
"""

from decimal import Decimal
from functools import cache
from hashlib import blake2b

from tcxc.demo.destinations import Kind
from tcxc.numbering import calling_codes

# Price levels (fixed, mobile, a message) of countries with much traffic, and of the zones of E.164 for all others.
LEVELS_OF_COUNTRIES = {
    "US": ("0.0042", "0.0042", "0.0064"),
    "CA": ("0.0038", "0.0038", "0.0071"),
    "GB": ("0.0041", "0.0143", "0.0352"),
    "DE": ("0.0058", "0.0171", "0.0694"),
    "FR": ("0.0049", "0.0176", "0.0608"),
    "ES": ("0.0056", "0.0162", "0.0545"),
    "IT": ("0.0071", "0.0189", "0.0631"),
    "NL": ("0.0068", "0.0205", "0.0769"),
    "BR": ("0.0054", "0.0148", "0.0289"),
    "MX": ("0.0046", "0.0069", "0.0271"),
    "IN": ("0.0112", "0.0104", "0.0318"),
    "CN": ("0.0097", "0.0101", "0.0227"),
    "JP": ("0.0263", "0.0912", "0.0618"),
    "AU": ("0.0089", "0.0247", "0.0419"),
    "CU": ("0.6450", "0.6720", "0.0583"),
}
LEVELS_OF_ZONES = {
    "1": ("0.0890", "0.1540", "0.0312"),
    "2": ("0.2380", "0.2940", "0.0527"),
    "3": ("0.0340", "0.0980", "0.0574"),
    "4": ("0.0310", "0.0860", "0.0539"),
    "5": ("0.0920", "0.1370", "0.0446"),
    "6": ("0.1250", "0.1690", "0.0398"),
    "7": ("0.0620", "0.0940", "0.0621"),
    "8": ("0.0710", "0.0870", "0.0433"),
    "9": ("0.1180", "0.1460", "0.0491"),
}
LEVEL_ELSEWHERE = ("4.1000", "4.1000", "0.0750")

INCREMENTS_OF_COUNTRIES = {"US": (6, 6), "CA": (6, 6), "MX": (60, 60), "BR": (30, 6), "AR": (30, 6)}
INCREMENTS_OF_ZONES = {"1": (60, 6), "2": (60, 1), "3": (1, 1), "4": (1, 1), "5": (60, 60)}
INCREMENT_ELSEWHERE = (60, 1)

LAST_DECIMAL = Decimal("0.00000001")


@cache
def minute_price(seller: str, country: str, kind: Kind, carrier: str) -> Decimal:
    """What a seller asks for a minute, to eight decimals. Carriers matter for mobile numbers only."""
    level = _levels(country)[1 if kind is Kind.MOBILE else 0]
    spread = _country_spread(country, kind) * _spread(18, seller, country, kind) * _spread(6, seller, country, carrier)
    return _priced(level, spread)


@cache
def part_price(seller: str, country: str, network: str) -> Decimal:
    """What a seller asks for one part of a message, to eight decimals."""
    spread = _country_spread(country, "sms") * _spread(18, seller, country, "sms") * _spread(9, seller, network)
    return _priced(_levels(country)[2], spread)


def increments(country: str) -> tuple[int, int]:
    """Interval 1 and Interval N of calls to a country, in seconds."""
    zone = "".join(calling_codes(country))[:1]
    return INCREMENTS_OF_COUNTRIES.get(country) or INCREMENTS_OF_ZONES.get(zone, INCREMENT_ELSEWHERE)


def _levels(country: str) -> tuple[str, str, str]:
    zone = "".join(calling_codes(country))[:1]
    return LEVELS_OF_COUNTRIES.get(country) or LEVELS_OF_ZONES.get(zone, LEVEL_ELSEWHERE)


def _priced(level: str, spread: Decimal) -> Decimal:
    return (Decimal(level) * spread).quantize(LAST_DECIMAL)


def _country_spread(country: str, what: str) -> Decimal:
    return Decimal(1) if country in LEVELS_OF_COUNTRIES else _spread(50, country, what)


def _spread(percent: int, *names: str) -> Decimal:
    """A factor of at most so many per cent up or down, fixed by the names."""
    digest = blake2b("|".join(names).encode(), digest_size=4).digest()
    share = Decimal(int.from_bytes(digest)) / Decimal(2**32 - 1)
    return 1 + (2 * share - 1) * percent / 100
