"""Which routes are offered for a call, in which order, and at which price."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.engine.routing import offered
from authz.engine.state import Route
from sellers.models import Rate
from tests.authz.changes import set_account
from tests.world import body, give_money, interconnect, link, make_account, make_connection, make_rate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LIVE = {"live", "forbidden"}  # a forbidden code is matched, and then refuses


def rate_of(answer):
    return answer["rate"]["prefix"], answer["rate"]["price_1"]


def test_the_longest_live_prefix_is_the_price(world, decide):
    make_rate(world.voice, "4477009", "0.09")
    assert rate_of(decide(world.call("CA1"))) == ("4477009", "0.090000")
    assert rate_of(decide(world.call("CA2", to="447800900123"))) == ("447", "0.060000")
    assert rate_of(decide(world.call("CA3", to="+442079460000"))) == ("44", "0.020000")
    assert decide(world.call("CA4", to="33123456789"))["reason"] == "no_rate"
    assert rate_of(decide(world.call("CA5", to="447"))) == ("447", "0.060000")
    assert decide(world.call("CA6", to="4"))["reason"] == "no_rate"


def test_a_prefix_counts_from_its_moment_on_and_until_its_end(world, decide):
    Rate.objects.filter(prefix="447").update(effective_until=NOON)
    make_rate(world.voice, "447", "0.07", effective_from=NOON, effective_until=NOON + 9 * SECOND)
    make_rate(world.voice, "447", "0.08", effective_from=NOON + 10 * SECOND)
    prices = [(-1, "447", "0.060000"), (0, "447", "0.070000"), (8, "447", "0.070000")]
    prices += [(9, "44", "0.020000"), (10, "447", "0.080000")]
    for after, prefix, price in prices:
        assert rate_of(decide(world.call(f"CA{after}"), NOON + after * SECOND)) == (prefix, price)


def test_a_forbidden_prefix_closes_the_route_for_its_numbers_only(world, decide):
    make_rate(world.voice, "4477", "0.06", forbidden=True)
    assert decide(world.call("CA1"))["reason"] == "no_rate"
    assert rate_of(decide(world.call("CA2", to="447900900123"))) == ("447", "0.060000")
    make_rate(world.voice, "447700", "0.05")
    assert rate_of(decide(world.call("CA3"))) == ("447700", "0.050000")


def test_the_price_is_pinned_when_the_call_is_authorized(world, decide):
    make_rate(world.voice, "4477", "0.12345678", interval_1=1, interval_n=1)
    decide(world.call("CA1"))
    Rate.objects.filter(prefix="4477").update(effective_until=NOON - timedelta(days=1))
    make_rate(world.voice, "4477", "9", effective_from=NOON - timedelta(days=1))
    updated = decide(world.ask("update", session_id="CA1", seq=1, used_seconds=60))
    assert updated["rate"]["price_1"] == "0.12345678"
    assert decide(world.ask("terminate", session_id="CA1", used_seconds=100))["charged"] == "0.205761"


@pytest.fixture
def four_routes(world):
    """The world's own route at 0.06, and three more: the last is cheapest for long calls only."""
    made = [world.voice]
    facts = [("0.05", {}), ("0.09", {}), ("0.50", {"price_n": Decimal("0.01")})]
    for place, (price, more) in enumerate(facts):
        connection = make_connection(world.seller)
        make_rate(connection, "447", price, **more)
        interconnect(world.account, connection, position=3 - place, weight=place)
        made.append(connection)
    return made


def order(answer):
    return [route["connection"] for route in answer["routes"]]


def test_the_cheapest_for_what_is_wanted_comes_first_and_three_are_offered(world, four_routes, decide):
    own, cheap, dear, long_haul = (connection.pk for connection in four_routes)
    brief = decide(world.call("CA1", requested_seconds=60))
    assert order(brief) == [cheap, own, dear]
    assert brief["held"] == "0.050000"
    assert [route["price_1"] for route in brief["routes"]] == ["0.050000", "0.060000", "0.090000"]
    assert order(decide(world.call("CA2", requested_seconds=3_600))) == [long_haul, cheap, own]


def test_routes_come_in_the_order_given(world, four_routes, decide):
    set_account(world.account, voice_policy="order")
    own, _cheap, dear, long_haul = (connection.pk for connection in four_routes)
    assert order(decide(world.call("CA1"))) == [own, long_haul, dear]


def test_routes_share_by_weight_and_weight_zero_waits_for_the_others_to_go(world, four_routes, engine, monkeypatch):
    set_account(world.account, voice_policy="weight")
    monkeypatch.setattr("authz.engine.routing.random", random.Random(7))
    names = {connection.pk: place for place, connection in enumerate(four_routes)}
    give_money(world.account, "1000")
    answers = [body(answer) for answer in engine.decide([world.call(f"CA{n}") for n in range(400)])]
    first = Counter(names[order(answer)[0]] for answer in answers)
    assert first[1] == 0
    assert abs(first[0] - 100) < 30
    assert abs(first[2] - 100) < 30
    assert abs(first[3] - 200) < 40
    assert all(len(set(order(answer))) == 3 and names[order(answer)[2]] != 1 for answer in answers)


def test_equal_prices_are_told_apart_by_the_later_price_the_order_and_the_age():
    def route(n, price_n, position):
        return Route(
            n, n, 1, "", "", "", "", position, 1, None, 0, Decimal(0), 1, 1, "44", "prefix", False,
            Decimal("0.06"), Decimal(price_n), 60, 60,
        )  # fmt: skip

    routes = [route(4, "0.06", 2), route(3, "0.06", 2), route(2, "0.05", 9), route(1, "0.06", 1)]
    assert [r.interconnect for r in offered(routes, "least_cost", per=60, wanted=60)] == [2, 1, 3]


def test_a_route_carries_what_the_gateway_needs(world, decide):
    sip = decide(world.call("CA1"))["routes"][0]
    assert set(sip) == {"connection", "seller", "sip", "smpp", "tech_prefix", "price_1"}
    assert (sip["sip"], sip["seller"]) == ("sip:447700900123@host:5060", world.seller.company.name)
    assert sip["tech_prefix"].endswith("#")


codes = st.integers(1, 9).flatmap(lambda head: st.text("0123", max_size=5).map(lambda tail: f"{head % 3 + 1}{tail}"))
decks = st.dictionaries(codes, st.sampled_from(["live", "live", "live", "ended", "to come", "forbidden"]), max_size=25)
dialled = st.integers(1, 3).flatmap(lambda head: st.text("0123", min_size=3, max_size=8).map(lambda t: f"{head}{t}"))


def test_the_rate_is_the_one_that_reading_the_whole_deck_would_find(world, engine):
    """The search by closest code, against every code of a list tried in turn."""
    stretches: dict[str, dict[str, Any]] = {
        "live": {},
        "forbidden": {"forbidden": True},
        "ended": {"effective_until": NOON - SECOND},
        "to come": {"effective_from": NOON + SECOND},
    }

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(decks, st.lists(dialled, min_size=1, max_size=8))
    def check(deck: dict[str, str], numbers: list[str]) -> None:
        account = make_account(world.buyer)
        connection = make_connection(world.seller)
        interconnect(account, connection)
        sid = link(account, world.platform)
        for code, state in deck.items():
            make_rate(connection, code, "0.01", **stretches[state])
        price = {"type": "price", "service": "voice", "account_sid": sid, "used_seconds": 60}
        asked = [world.ask("event", event_id=f"{sid}{n}", to=number, **price) for n, number in enumerate(numbers)]
        for number, answer in zip(numbers, engine.decide(asked, NOON), strict=True):
            matching = [code for code, state in deck.items() if state in LIVE and number.startswith(code)]
            longest = max(matching, key=len, default="")
            told = body(answer)
            if deck.get(longest) == "live":
                assert told["rate"]["prefix"] == longest
            else:
                assert told["reason"] == "no_rate"

    check()
