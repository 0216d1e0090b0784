"""Figures are exact on the page, and every one of them can be read by a machine too."""

from decimal import Decimal

import pytest
from django.template import engines

from tcxc.pages import formats
from tcxc.pages.words import pill


def text(markup: str) -> str:
    """What a person reads."""
    return "".join(part.partition(">")[2] if ">" in part else part for part in markup.split("<"))


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "0.00"),
        ("99.987654", "99.987654"),
        ("1234567.5", "1,234,567.50"),
        ("-0.000001", "\N{MINUS SIGN}0.000001"),
        ("12.340000", "12.34"),
    ],
)
def test_money_shows_every_digit_that_counts(amount, shown):
    assert text(formats.money(Decimal(amount))) == shown


def test_a_column_of_money_keeps_six_decimals_with_zeros_greyed():
    assert formats.exact(Decimal("0.0125")) == (
        '<data class="money" value="0.0125">0.0125<span class="fine">00</span></data>'
    )
    assert text(formats.exact(Decimal("-5"))) == "\N{MINUS SIGN}5.000000"


def test_money_that_came_in_has_a_plus():
    assert text(formats.signed(Decimal("5"))) == "+5.000000"
    assert text(formats.signed(Decimal("-5"))) == "\N{MINUS SIGN}5.000000"


@pytest.mark.parametrize(("seconds", "shown"), [(5, "0:05"), (65, "1:05"), (3723, "1:02:03"), (None, "\N{EN DASH}")])
def test_durations_read_as_a_clock(seconds, shown):
    assert formats.duration(seconds) == shown


def test_prices_keep_eight_decimals_where_they_have_them():
    assert text(formats.price(Decimal("0.00123456"))) == "0.00123456"
    assert text(formats.price(Decimal("0.02"))) == "0.020000"


def test_a_status_is_never_a_colour_alone():
    assert "Blocked" in pill("Blocked", "blocked")
    assert "#ban" in pill("Blocked", "blocked")


def test_what_people_write_is_never_markup():
    template = engines["django"].from_string("{{ name|pill:name }}{{ name|phone }}")
    assert "<script>" not in template.render({"name": "<script>"})
