"""The market: which rate prices a number, and what others ask for it."""

import pytest

from sellers.models import Connection, KeyedBy
from sellers.operations.connections import create_connection, pause_connection
from sellers.queries.market import market_view, position
from sellers.queries.rates import matching_rates, rate_for_number
from tests.sellers.lists import SYSTEM, Lists, day, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(lists: Lists) -> Lists:
    held = lists.connection
    return Lists(create_connection(seller=held.seller, name="Other", service="voice", by=SYSTEM, route_type="NCLI"))


def seen(code: str, *, on: float = 1, **more) -> list[tuple[str, str]]:
    rates = market_view(service="voice", code=code, at=day(on), **more)
    return [(rate.prefix, rate.connection.name) for rate in rates]


def test_every_match_is_told_and_the_longest_decides(lists: Lists):
    lists.publish(row("4"), row("44"), row("4479"), row("447911", at=day(5)))
    matches = matching_rates(connection=lists.connection, number="447911123456", at=day(1))
    assert [rate.prefix for rate in matches] == ["4479", "44", "4"]
    assert str(rate_for_number(connection=lists.connection, number="+447911123456", at=day(5))).startswith("447911 at")
    assert rate_for_number(connection=lists.connection, number="33", at=day(5)) is None


def test_a_code_shows_its_own_price_of_each_seller_and_those_below(lists: Lists, other: Lists):
    lists.publish(row("44"), row("4479"), row("447911"), row("45"))
    other.publish(row("4"), row("447"), row("44798"))
    assert seen("4479") == [("447", "Other"), ("4479", "World"), ("447911", "World"), ("44798", "Other")]
    assert seen("44791") == [("447", "Other"), ("4479", "World"), ("447911", "World")]
    assert seen("") == [
        ("4", "Other"), ("44", "World"), ("447", "Other"), ("4479", "World"), ("447911", "World"), ("44798", "Other"),
        ("45", "World"),
    ]  # fmt: skip


def test_forbidden_codes_ended_prices_and_paused_routes_are_not_on_the_market(lists: Lists, other: Lists):
    lists.publish(row("44"), row("4479", forbidden=True), row("45"))
    lists.publish(row("45", discontinued=True), on=1)
    other.publish(row("44"))
    assert seen("44") == [("44", "World"), ("44", "Other")]
    assert seen("4479") == [("44", "Other")]
    assert seen("45") == []
    pause_connection(connection=other.connection, by=SYSTEM)
    assert seen("44") == [("44", "World")]


def test_the_market_is_narrowed_by_seller_and_route_type(lists: Lists, other: Lists):
    lists.publish(row("44"))
    other.publish(row("44"))
    assert seen("44", route_type="NCLI") == [("44", "Other")]
    assert seen("44", seller_id=lists.connection.seller_id + 1) == []


def test_pages_of_the_market_follow_each_other(lists: Lists, other: Lists):
    lists.publish(*[row(f"44{number}") for number in range(20)], row("4"))
    other.publish(*[row(f"44{number}") for number in range(5, 30)])
    whole = market_view(service="voice", code="44", at=day(1), limit=100)
    assert len(whole) == 46
    paged, after = [], ("", 0)
    while page := market_view(service="voice", code="44", at=day(1), after=after, limit=3):
        paged += page
        after = position(page[-1])
    assert paged == whole


def test_networks_have_a_market_of_their_own(networks: Connection):
    lists = Lists(networks)
    lists.publish(*[row(code, intervals="1,1") for code in ("310", "31026", "310260", "311")])

    def found(code: str) -> list[str]:
        return [rate.prefix for rate in market_view(service="sms", keyed_by=KeyedBy.MCCMNC, code=code, at=day(1))]

    assert found("310") == ["310", "31026", "310260"]
    assert found("31026") == ["31026"]
    assert found("310410") == ["310"]
    assert found("31") == ["310", "31026", "310260", "311"]
