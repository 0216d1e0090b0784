"""Exact money: six decimals for amounts, eight for prices, one rounding."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

AMOUNT_STEP = Decimal("0.000001")
ZERO = Decimal("0.000000")
LARGEST_AMOUNT = Decimal(10**12)  # of one movement or limit; sums have a hundred times the room


class Digits(TypedDict):
    """The two arguments of a DecimalField."""

    max_digits: int
    decimal_places: int


AMOUNT_DIGITS: Digits = {"max_digits": 20, "decimal_places": 6}
PRICE_DIGITS: Digits = {"max_digits": 16, "decimal_places": 8}


def round_amount(value: Decimal) -> Decimal:
    """The amount at six decimals, half up: done once, at the end of a charge."""
    return value.quantize(AMOUNT_STEP, rounding=ROUND_HALF_UP)


def is_exact_amount(value: Decimal) -> bool:
    """Whether the value is an amount as it stands: a number of at most six decimals, and not beyond all measure."""
    return value.is_finite() and abs(value) <= LARGEST_AMOUNT and value == value.quantize(AMOUNT_STEP)


def format_price(price: Decimal) -> str:
    """A price as text with at least six and at most eight decimals, never an exponent."""
    text = f"{price:.8f}"
    return text[:-2] if text.endswith("00") else text.removesuffix("0") if text.endswith("0") else text
