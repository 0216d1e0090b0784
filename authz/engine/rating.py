"""Rating: what units cost, and how many of them money buys. Pure functions over exact decimals.

The published TCXC formula, with units of seconds for a call (prices are a minute) and parts for a message:
`charge = interval_1 * price_1 / per + ceil((units - interval_1) / interval_n) * interval_n * price_n / per`,
rounded once, half up, to six decimals. `per` is 60 for a call and 1 for a message.
"""

from decimal import Decimal

from msgspec import Struct

from tcxc.money import AMOUNT_STEP, ZERO, round_amount


class Price(Struct, frozen=True, gc=False):
    """A pinned price: a minute (`per` = 60) or a part (`per` = 1), in the seller's currency."""

    price_1: Decimal
    price_n: Decimal
    interval_1: int
    interval_n: int
    per: int


def _steps_after_first(price: Price, units: int) -> int:
    return -(-(units - price.interval_1) // price.interval_n) if units > price.interval_1 else 0


def billed_units(price: Price, used: int) -> int:
    """The used units rounded up to whole billing increments; nothing for nothing."""
    if used <= 0:
        return 0
    return price.interval_1 + _steps_after_first(price, used) * price.interval_n


def charge(price: Price, used: int) -> Decimal:
    """What the used units cost, at six decimals; nothing for nothing."""
    if used <= 0:
        return ZERO
    return _cost_of_steps(price, _steps_after_first(price, used))


def _cost_of_steps(price: Price, steps: int) -> Decimal:
    exact = price.interval_1 * price.price_1 + steps * price.interval_n * price.price_n
    return round_amount(exact / price.per)


class Breakdown(Struct, frozen=True):
    """How a charge comes about: the first increment and the further ones, and what they cost before it is rounded."""

    first_units: int
    steps: int
    first_cost: Decimal
    further_cost: Decimal
    exact: Decimal
    charged: Decimal


def broken_down(price: Price, used: int) -> Breakdown:
    """The charge of the used units in its parts; of nothing for nothing."""
    if used <= 0:
        return Breakdown(0, 0, ZERO, ZERO, ZERO, ZERO)
    steps = _steps_after_first(price, used)
    first, further = price.interval_1 * price.price_1, steps * price.interval_n * price.price_n
    per = price.per
    return Breakdown(price.interval_1, steps, first / per, further / per, (first + further) / per, charge(price, used))


def affordable_units(price: Price, wanted: int, money: Decimal) -> int:
    """The most whole increments that cover no more than `wanted` and cost no more than `money`; 0 if not even one.

    `wanted` itself is rounded up to whole increments, since a part of one is billed as a whole.
    """
    steps = _steps_after_first(price, wanted)
    if _cost_of_steps(price, steps) <= money:
        return price.interval_1 + steps * price.interval_n
    if _cost_of_steps(price, 0) > money:
        return 0
    return price.interval_1 + _affordable_steps(price, money) * price.interval_n


def _affordable_steps(price: Price, money: Decimal) -> int:
    # A charge rounds (half up) to no more than the money as long as it is exactly below the money and half a step.
    left = (money + AMOUNT_STEP / 2) * price.per - price.interval_1 * price.price_1
    steps, rest = divmod(left, price.interval_n * price.price_n)
    return int(steps) if rest else int(steps) - 1


def commission_of(amount: Decimal, commission_rate: Decimal) -> Decimal:
    """The exchange's share of a charge, at six decimals."""
    return round_amount(amount * commission_rate)
