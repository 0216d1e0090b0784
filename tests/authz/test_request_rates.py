"""Calls and messages a second: n at once, then one every 1/n of a second, exactly."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authz.engine.limits import next_arrival
from tests.authz.changes import set_account

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def microseconds(count: int) -> timedelta:
    return timedelta(microseconds=count)


@given(
    st.sampled_from([1, 2, 4, 5, 8, 10, 25, 100, 500, 1000]),
    st.lists(st.one_of(st.just(0), st.integers(0, 2_000_000)), min_size=1, max_size=60),
)
def test_it_is_the_leaky_bucket_of_the_standard(per_second, pauses):
    """ITU-T I.371's other form of the same algorithm: a bucket that holds n drops and leaks n a second."""
    level, tat, moment = Fraction(0), None, NOON
    for pause in pauses:
        moment += microseconds(pause)
        level = max(Fraction(0), level - Fraction(pause * per_second, 10**6))
        conforms = level <= per_second - 1
        following = next_arrival(tat, moment, per_second)
        assert (following is not None) == conforms
        if conforms:
            level, tat = level + 1, following


@pytest.mark.parametrize(
    ("limit", "make"),
    [("calls_per_second", "call"), ("smpp_messages_per_second", "message")],
)
def test_three_a_second_are_three_at_once_then_one_each_third_of_a_second(world, decide, limit, make):
    set_account(world.account, **{limit: 3})
    names = (f"X{n}" for n in range(100))

    def passes(after_microseconds: int) -> bool:
        answer = decide(getattr(world, make)(next(names)), NOON + microseconds(after_microseconds))
        return answer.get("reason") != "rate_limited"

    assert [passes(0) for _ in range(5)] == [True, True, True, False, False]
    assert [passes(333_332), passes(333_333), passes(333_334)] == [False, True, False]
    assert [passes(666_665), passes(666_666)] == [False, True]
    assert [passes(10_000_000) for _ in range(4)] == [True, True, True, False]


def test_many_at_once_in_one_batch_are_counted_one_by_one(world, engine):
    set_account(world.account, calls_per_second=4)
    answers = engine.decide([world.call(f"CA{n}") for n in range(10)], NOON)
    assert ["rate_limited" in answer.body for answer in answers] == [False] * 4 + [True] * 6


def test_calls_and_messages_are_paced_apart(world, decide):
    set_account(world.account, calls_per_second=1, smpp_messages_per_second=1)
    reasons = [decide(make(f"X{n}"), NOON).get("reason") for n, make in enumerate([world.call, world.message] * 2)]
    assert reasons == [None, "no_rate", "rate_limited", "rate_limited"]


def test_a_repeat_of_an_answered_request_is_not_counted_again(world, decide):
    set_account(world.account, calls_per_second=1)
    first = decide(world.call("CA1"), NOON)
    assert [decide(world.call("CA1"), NOON) for _ in range(3)] == [first] * 3
    assert decide(world.call("CA2"), NOON + timedelta(seconds=1))["decision"] == "allow"
