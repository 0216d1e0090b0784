"""The charge of a call or message, against the published formula worked out in fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.engine.rating import Price, affordable_units, billed_units, charge, commission_of

PER_MINUTE, PER_PART = 60, 1
INCREMENTS = [(60, 1), (1, 1), (60, 60), (30, 6), (6, 6)]

amounts = st.decimals(0, 1000, places=6)
prices = st.one_of(st.just(Decimal(0)), st.decimals(0, 5, places=8), st.decimals(0, Decimal("0.00001"), places=8))
price_lists = st.builds(
    lambda first, after, increments, per: Price(first, after, increments[0], increments[1], per),
    prices,
    prices,
    st.one_of(st.sampled_from(INCREMENTS), st.tuples(st.integers(1, 120), st.integers(1, 120))),
    st.sampled_from([PER_MINUTE, PER_PART]),
)
usages = st.integers(0, 20_000)


def steps(price: Price, used: int) -> int:
    """How many further increments begin after the first one: by counting them."""
    left, count = used - price.interval_1, 0
    while left > 0:
        left -= price.interval_n
        count += 1
    return count


def rounded(exact: Fraction) -> Decimal:
    """Half up at six decimals, with whole numbers only."""
    doubled = 2 * exact * 10**6
    return Decimal((doubled.numerator // doubled.denominator + 1) // 2).scaleb(-6)


def reference(price: Price, used: int) -> Decimal:
    """TCXC's formula: Interval 1 x Price 1 / 60 + the further increments x Interval N x Price N / 60."""
    if used <= 0:
        return Decimal(0)
    first = Fraction(price.interval_1) * Fraction(price.price_1)
    after = Fraction(steps(price, used) * price.interval_n) * Fraction(price.price_n)
    return rounded((first + after) / price.per)


@given(price_lists, usages)
def test_a_charge_is_the_published_formula_rounded_once(price, used):
    assert charge(price, used) == reference(price, used)
    assert charge(price, used).as_tuple().exponent == -6


@given(price_lists, usages)
def test_what_is_billed_is_whole_increments_that_cover_the_use(price, used):
    billed = billed_units(price, used)
    assert billed == (price.interval_1 + steps(price, used) * price.interval_n if used else 0)
    assert billed >= used
    assert charge(price, billed) == charge(price, used)


@given(price_lists, st.lists(usages, min_size=1, max_size=20))
def test_the_slices_of_a_call_sum_to_the_charge_of_the_whole(price, readings):
    """Each slice is posted as the difference of two totals, as the engine does it."""
    charged = Decimal(0)
    for used in sorted(readings):
        charged += charge(price, used) - charged
    assert charged == reference(price, max(readings))


@given(price_lists, st.integers(1, 2_000), amounts)
def test_the_grant_is_the_most_whole_increments_that_the_money_covers(price, wanted, money):
    most = billed_units(price, wanted)
    affordable = [0]
    units = price.interval_1
    while units <= most:
        if reference(price, units) <= money:
            affordable.append(units)
        units += price.interval_n
    assert affordable_units(price, wanted, money) == max(affordable)


@given(price_lists, st.integers(1, 10_000_000), amounts)
def test_a_grant_fits_the_money_and_one_increment_more_would_not(price, wanted, money):
    granted = affordable_units(price, wanted, money)
    assert charge(price, granted) <= money
    if granted < billed_units(price, wanted):
        next_one = granted + price.interval_n if granted else price.interval_1
        assert charge(price, next_one) > money


def test_money_to_the_last_decimal_is_granted_and_one_step_less_is_not():
    price = Price(Decimal("0.06"), Decimal("0.06"), 60, 1, PER_MINUTE)
    assert affordable_units(price, 120, Decimal("0.120000")) == 120
    assert affordable_units(price, 120, Decimal("0.119999")) == 119
    assert affordable_units(price, 120, Decimal("0.060000")) == 60
    assert affordable_units(price, 120, Decimal("0.059999")) == 0


def test_the_worked_example_of_the_published_cdr():
    price = Price(Decimal("0.0034"), Decimal("0.0034"), 6, 6, PER_MINUTE)
    assert (billed_units(price, 7), str(charge(price, 7))) == (12, "0.000680")


@pytest.mark.parametrize(
    ("increments", "used", "billed", "cost"),
    [
        ((60, 1), 1, 60, "0.120000"),
        ((60, 1), 61, 61, "0.122000"),
        ((1, 1), 61, 61, "0.122000"),
        ((60, 60), 61, 120, "0.240000"),
        ((30, 6), 31, 36, "0.072000"),
        ((6, 6), 6, 6, "0.012000"),
        ((6, 6), 0, 0, "0.000000"),
    ],
)
def test_the_usual_increments_at_twelve_cents_a_minute(increments, used, billed, cost):
    price = Price(Decimal("0.12"), Decimal("0.12"), increments[0], increments[1], PER_MINUTE)
    assert (billed_units(price, used), str(charge(price, used))) == (billed, cost)


def test_a_connect_charge_and_a_fee_for_the_whole_call():
    connect = Price(Decimal("3.00"), Decimal("0.06"), 1, 1, PER_MINUTE)  # 5 cents for the first second
    assert [str(charge(connect, used)) for used in (1, 61)] == ["0.050000", "0.110000"]
    fee = Price(Decimal("0.25"), Decimal(0), 60, 60, PER_MINUTE)
    assert {str(charge(fee, used)) for used in (1, 60, 61, 36_000)} == {"0.250000"}
    assert affordable_units(fee, 36_000, Decimal("0.25")) == 36_000
    assert affordable_units(fee, 36_000, Decimal("0.249999")) == 0


def test_eight_decimals_are_rounded_half_up_once_at_the_end():
    tiny = Price(Decimal("0.00000001"), Decimal("0.00000001"), 1, 1, PER_MINUTE)
    assert str(charge(tiny, 2_999)) == "0.000000"
    assert str(charge(tiny, 3_000)) == "0.000001"  # 0.0000005: half goes up
    assert affordable_units(tiny, 10_000, Decimal(0)) == 2_999
    part = Price(Decimal("0.00750050"), Decimal("0.00750050"), 1, 1, PER_PART)
    assert str(charge(part, 3)) == "0.022502"  # 0.0225015


def test_a_free_route_costs_nothing_and_is_granted_without_money():
    free = Price(Decimal(0), Decimal(0), 60, 60, PER_MINUTE)
    assert str(charge(free, 3_600)) == "0.000000"
    assert affordable_units(free, 3_600, Decimal(0)) == 3_600


@given(st.decimals(0, 1000, places=6), st.decimals(0, 1, places=4))
def test_the_commission_is_a_share_of_the_charge_rounded_half_up(amount, share):
    assert commission_of(amount, share) == rounded(Fraction(amount) * Fraction(share))
