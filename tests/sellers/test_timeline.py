"""When a published price begins, and what it does to those before it."""

import pytest

from tests.sellers.lists import Lists, changes, day, row

pytestmark = pytest.mark.django_db


def test_a_first_list_holds_from_the_moment_of_publishing(lists: Lists):
    upload = lists.publish(row("44"), row("4479", "0.05"))
    assert changes(upload) == {"new": 2}
    assert lists.timeline("4479") == [("0.05", 0, None)]


def test_a_decrease_holds_at_once(lists: Lists):
    lists.publish(row("44", "0.02"))
    assert changes(lists.publish(row("44", "0.01"), on=3)) == {"decrease": 1}
    assert lists.timeline("44") == [("0.02", 0, 3), ("0.01", 3, None)]


def test_an_increase_waits_seven_days_from_its_upload(lists: Lists):
    lists.publish(row("44", "0.02"))
    upload = lists.publish(row("44", "0.03"), on=3)
    assert changes(upload) == {"increase": 1}
    assert upload.moved == 1
    assert lists.timeline("44") == [("0.02", 0, 10), ("0.03", 10, None)]


@pytest.mark.parametrize(
    "dearer",
    [
        row("44", "0.02", "0.03"),
        row("44", "0.02", intervals="120,1"),
        row("44", "0.02", intervals="60,6"),
        row("44", "0.01", "0.01", intervals="60,2"),
    ],
)
def test_one_part_that_rises_makes_an_increase(lists: Lists, dearer: str):
    lists.publish(row("44", "0.02"))
    assert changes(lists.publish(dearer, on=1)) == {"increase": 1}


def test_a_future_date_is_kept_whether_the_price_rises_or_falls(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"), row("46", "0.02"))
    upload = lists.publish(row("44", "0.03", at=day(2)), row("45", "0.01", at=day(3)), row("47", at=day(4)), on=1)
    assert changes(upload) == {"new": 1, "increase": 1, "decrease": 1}
    assert upload.moved == 0
    assert lists.timeline("44") == [("0.02", 0, 2), ("0.03", 2, None)]
    assert lists.timeline("45") == [("0.02", 0, 3), ("0.01", 3, None)]
    assert lists.timeline("47") == [("0.02", 4, None)]


def test_a_past_date_means_now(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"), on=5)
    lists.publish(row("44", "0.03", at=day(1)), row("45", "0.01", at=day(1)), on=6)
    assert lists.timeline("44") == [("0.02", 5, 13), ("0.03", 13, None)]
    assert lists.timeline("45") == [("0.02", 5, 6), ("0.01", 6, None)]


def test_a_forbidden_code_refuses_at_once_whatever_its_date(lists: Lists):
    lists.publish(row("44"), row("4479", "0.05"))
    assert changes(lists.publish(row("4479", "0.05", forbidden=True, at=day(9)), on=1)) == {"withdrawn": 1}
    assert lists.price("447911", on=0.5) is not None
    assert lists.price("447911", on=1) is None
    assert lists.price("442011", on=1) is not None


def test_a_code_that_is_no_longer_forbidden_is_new(lists: Lists):
    lists.publish(row("44", forbidden=True))
    assert changes(lists.publish(row("44", "9"), on=1)) == {"new": 1}
    assert lists.timeline("44") == [("0.02", 0, 1), ("9", 1, None)]


def test_a_discontinued_code_falls_back_to_the_shorter_one(lists: Lists):
    lists.publish(row("44", "0.02"), row("4479", "0.05"))
    lists.publish(row("4479", "0.05", discontinued=True), on=1)
    assert f"{lists.price('447911', on=0.9):f}" == "0.05000000"
    assert f"{lists.price('447911', on=1):f}" == "0.02000000"


def test_a_code_is_discontinued_at_its_future_date(lists: Lists):
    lists.publish(row("44"))
    lists.publish(row("44", discontinued=True, at=day(5)), on=1)
    assert lists.timeline("44") == [("0.02", 0, 5)]


def test_a_new_price_drops_those_that_would_begin_later_and_ends_the_one_before(lists: Lists):
    lists.publish(row("44", "0.02"))
    lists.publish(row("44", "0.03", at=day(10)), on=1)
    lists.publish(row("44", "0.04", at=day(20)), on=2)
    assert lists.timeline("44") == [("0.02", 0, 10), ("0.03", 10, 20), ("0.04", 20, None)]
    lists.publish(row("44", "0.05", at=day(10)), on=3)
    assert lists.timeline("44") == [("0.02", 0, 10), ("0.05", 10, None)]
    lists.publish(row("44", "0.01"), on=4)
    assert lists.timeline("44") == [("0.02", 0, 4), ("0.01", 4, None)]


def test_repeating_the_live_price_takes_back_what_was_announced(lists: Lists):
    lists.publish(row("44", "0.02"))
    lists.publish(row("44", "0.03"), on=1)
    assert changes(lists.publish(row("44", "0.02"), on=2)) == {"decrease": 1}
    lists.publish(row("44", discontinued=True, at=day(9)), on=3)
    assert changes(lists.publish(row("44", "0.02"), on=4)) == {"new": 1}
    assert lists.price("44", on=20) is not None


def test_an_announced_increase_sent_again_is_not_put_off(lists: Lists):
    lists.publish(row("44", "0.02"))
    lists.publish(row("44", "0.03"), on=1)
    assert changes(lists.publish(row("44", "0.03"), on=4)) == {"unchanged": 1}
    assert lists.timeline("44") == [("0.02", 0, 8), ("0.03", 8, None)]
