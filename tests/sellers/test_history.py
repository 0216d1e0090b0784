"""What was published: told change by change, taken back in one step, and exported such that it comes back unchanged."""

import io
from decimal import Decimal

import pytest

from sellers.decks.writing import csv_lines, write_workbook
from sellers.models import Connection, Rate
from sellers.operations.price_lists import publish_price_list, restore_price_list
from sellers.queries.price_lists import current_list, list_before
from sellers.queries.publications import publications_of, published_changes
from sellers.queries.rates import coming_ends, coming_prices, price_history
from tcxc.errors import Refused
from tests.sellers.lists import SYSTEM, Lists, changes, day, deck, row, since

pytestmark = pytest.mark.django_db


def told(upload) -> list[tuple[object, ...]]:
    """Code, kind, old and new first price, and the day it takes effect."""
    return [
        (c.prefix, c.change, c.old_price_1 and float(c.old_price_1), c.price_1 and float(c.price_1), since(c.at))
        for c in published_changes(upload)
    ]


def test_each_change_of_a_publication_is_told_however_old_it_is(lists: Lists):
    first = lists.publish(row("44", "0.02"), row("45", "0.02"), row("46", "0.02"), row("47", "0.02"))
    second = lists.publish(
        row("44", "0.03"), row("45", "0.01"), row("46", discontinued=True), row("47", forbidden=True),
        row("48", at=day(5)), on=1,
    )  # fmt: skip
    lists.publish(row("44", "0.01"), row("48", "0.5", at=day(4)), on=2)
    assert told(first) == [(code, "new", None, 0.02, 0) for code in ("44", "45", "46", "47")]
    assert told(second) == [
        ("44", "increase", 0.02, 0.03, 8),
        ("45", "decrease", 0.02, 0.01, 1),
        ("46", "withdrawn", 0.02, None, 1),
        ("47", "withdrawn", 0.02, 0.02, 1),
        ("48", "new", None, 0.02, 5),
    ]


def test_what_takes_an_announcement_back_is_told_with_the_announced_price(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"))
    lists.publish(row("44", "0.03"), row("45", discontinued=True, at=day(9)), on=1)
    third = lists.publish(row("44", "0.02"), row("45", "0.02"), on=2)
    assert told(third) == [("44", "decrease", 0.03, 0.02, 2), ("45", "new", None, 0.02, 2)]


def test_publications_are_listed_newest_first(lists: Lists):
    lists.publish(row("44"))
    lists.check(deck(row("45")))
    lists.publish(row("44", "0.01"), on=1)
    assert [upload.version for upload in publications_of(lists.connection)] == [2, 1]


def test_the_export_holds_the_latest_word_on_each_code(lists: Lists):
    lists.publish(row("44", "0.02", text="UK"), row("45", "0.00000001", "12345678.87654321"), row("46"), row("47"))
    lists.publish(row("44", "0.03"), row("46", discontinued=True, at=day(9)), row("47", forbidden=True), on=1)
    assert "".join(csv_lines(current_list(lists.connection))) == deck(
        row("44", "0.030000", at=day(8), text="UK"),
        row("45", "0.00000001", "12345678.87654321", at=day(0)),
        row("47", "0.020000", at=day(1), forbidden=True),
    )


@pytest.mark.parametrize("mode", ["merge", "replace"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_comes_back_unchanged(lists: Lists, mode: str, kind: str):
    lists.publish(row("44", "0.02", text='"a, ""b"" \\"'), row("45", "0.00000001", "12345678.87654321"), row("46"))
    lists.publish(row("44", "0.03"), row("46", forbidden=True), row("49", "1", at=day(30)), on=1.0001)
    file = io.BytesIO("".join(csv_lines(current_list(lists.connection))).encode())
    if kind == "xlsx":
        file = io.BytesIO()
        write_workbook(current_list(lists.connection), file)
    upload = lists.check(file.getvalue(), on=2, mode=mode, name=f"deck.{kind}")
    assert changes(upload) == {"unchanged": 4}
    assert upload.renamed == 0


def test_a_roll_back_brings_the_list_back_as_it_was(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"), row("46", "0.02"))
    lists.publish(row("45", "0.05", at=day(20)), on=1)
    before = list(current_list(lists.connection))
    third = lists.publish(
        row("44", "0.01"), row("45", "0.01"), row("46", discontinued=True), row("48"), row("49", forbidden=True), on=2
    )
    lists.publish(row("44", "0.005"), on=3)
    assert list(list_before(third)) == before
    restore_price_list(publication=third, by=SYSTEM, now=day(4))
    upload = lists.check_waiting(on=4)
    assert (upload.restores, upload.mode) == (third, "replace")
    assert changes(upload) == {"new": 1, "increase": 2, "withdrawn": 2}
    publish_price_list(upload=upload, by=SYSTEM, now=day(4))
    assert lists.timeline("44")[-1] == ("0.02", 11, None)  # an increase takes its seven days here too
    assert lists.timeline("45")[-1] == ("0.05", 20, None)
    assert lists.timeline("46")[-1] == ("0.02", 4, None)
    assert lists.price("48", on=4) is lists.price("49", on=4) is None


def test_taking_the_first_list_back_withdraws_everything(lists: Lists):
    first = lists.publish(row("44"), row("45"))
    restore_price_list(publication=first, by=SYSTEM, now=day(1))
    publish_price_list(upload=lists.check_waiting(on=1), by=SYSTEM, now=day(1))
    assert not Rate.objects.filter(effective_until=None).exists()


def test_a_roll_back_can_be_rolled_back(lists: Lists):
    lists.publish(row("44", "0.02"))
    second = lists.publish(row("44", "0.01"), row("45"), on=1)
    after = [(rate.prefix, rate.price_1) for rate in current_list(lists.connection)]
    restore_price_list(publication=second, by=SYSTEM, now=day(2))
    back = publish_price_list(upload=lists.check_waiting(on=2), by=SYSTEM, now=day(2))
    restore_price_list(publication=back, by=SYSTEM, now=day(3))
    publish_price_list(upload=lists.check_waiting(on=3), by=SYSTEM, now=day(3))
    assert [(rate.prefix, rate.price_1) for rate in current_list(lists.connection)] == after


def test_only_what_was_published_is_taken_back(lists: Lists):
    with pytest.raises(Refused):
        restore_price_list(publication=lists.check(deck(row("44"))), by=SYSTEM)


def test_a_code_tells_every_price_it_had_has_or_was_to_have(lists: Lists):
    lists.publish(row("44", "0.02"))
    lists.publish(row("44", "0.03"), on=1)
    lists.publish(row("44", "0.01"), on=2)
    history = price_history(connection=lists.connection, prefix="44")
    told_of = [(float(p.terms.price_1), since(p.effective_from), since(p.effective_until)) for p in history]
    assert told_of == [(0.03, 8, None), (0.01, 2, None), (0.02, 0, 2), (0.02, 0, 8)]
    assert [p.taken_back_in and p.taken_back_in.version for p in history] == [3, None, None, 3]


def test_coming_prices_and_ends_are_told_soonest_first(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"), row("46", "0.02"))
    lists.publish(row("44", "0.03"), row("45", "0.01", at=day(3)), row("46", discontinued=True, at=day(5)), on=1)
    coming = coming_prices(connection=lists.connection, after=day(1))
    assert [(rate.prefix, rate.price_1) for rate in coming] == [("45", Decimal("0.01")), ("44", Decimal("0.03"))]
    assert [rate.prefix for rate in coming_prices(connection=lists.connection, after=day(1), prefix="44")] == ["44"]
    assert [rate.prefix for rate in coming_ends(connection=lists.connection, after=day(1))] == ["46"]


def test_lists_of_another_connection_are_left_alone(lists: Lists, networks: Connection):
    Lists(networks).publish(row("234", intervals="1,1"))
    lists.publish(row("234", "0.01"))
    lists.publish(row("44"), mode="replace", on=1)
    assert Lists(networks).timeline("234") == [("0.02", 0, None)]
