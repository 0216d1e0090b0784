"""Publishing: all or nothing, once, and exactly what the preview showed."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database
from django.db import connections

from sellers.decks import publisher, sql
from sellers.models import Connection, PriceListUpload, Rate
from sellers.operations.price_lists import clear_staged_rates, publish_price_list, upload_price_list
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.models import AuditEvent, OutboxMessage, User
from tests.sellers.lists import SYSTEM, Lists, changes, day, deck, row

pytestmark = pytest.mark.django_db


def test_publishing_leaves_an_audit_row_and_owes_one_notice(lists: Lists):
    person = User.objects.create_user("prices@example.com")
    upload = publish_price_list(upload=lists.check(deck(row("44"), row("45"))), by=Actor(user=person), now=day(0))
    assert (upload.status, upload.version, upload.published_by) == ("published", 1, person)
    assert Connection.objects.get().prices_version == 1
    event = AuditEvent.objects.get(action="price_list.publish")
    assert event.after is not None
    assert (event.user, event.company, event.after["new"]) == (person, lists.connection.seller.company, 2)
    notice = OutboxMessage.objects.get(topic="prices.published")
    assert notice.key == f"prices:{upload.pk}"
    assert (notice.payload["connection"], notice.payload["new"]) == (lists.connection.pk, 2)


def test_publishing_twice_publishes_once(lists: Lists):
    upload = lists.check(deck(row("44")))
    first = publish_price_list(upload=upload, by=SYSTEM, now=day(0))
    again = publish_price_list(upload=upload, by=SYSTEM, now=day(1))
    assert (again.version, again.published_at) == (first.version, first.published_at)
    assert AuditEvent.objects.filter(action="price_list.publish").count() == 1
    assert OutboxMessage.objects.filter(topic="prices.published").count() == 1
    assert lists.timeline("44") == [("0.02", 0, None)]


def test_a_list_with_errors_is_never_published(lists: Lists):
    with pytest.raises(Refused) as refused:
        publish_price_list(upload=lists.check(deck(row("044"))), by=SYSTEM)
    assert refused.value.type == "has_errors"


def test_a_list_is_not_published_before_it_is_checked(lists: Lists):
    with pytest.raises(Refused) as refused:
        publish_price_list(upload=lists.upload(deck(row("44"))), by=SYSTEM)
    assert refused.value.type == "still_checking"


def refused_for_changed_prices(lists: Lists, upload: PriceListUpload, on: float) -> PriceListUpload:
    """Publishing is refused, and the list is checked again."""
    before = list(Rate.objects.order_by("pk").values())
    with pytest.raises(Refused) as refused:
        publish_price_list(upload=upload, by=SYSTEM, now=day(on))
    assert refused.value.type == "prices_changed"
    assert list(Rate.objects.order_by("pk").values()) == before
    return lists.check_waiting(on=on)


def test_prices_published_since_the_preview_ask_for_a_new_preview(lists: Lists):
    waiting = lists.check(deck(row("44", "0.03")))
    assert changes(waiting) == {"new": 1}
    lists.publish(row("44", "0.02"))
    anew = refused_for_changed_prices(lists, waiting, on=1)
    assert changes(anew) == {"increase": 1}
    publish_price_list(upload=anew, by=SYSTEM, now=day(1))
    assert lists.timeline("44") == [("0.02", 0, 7), ("0.03", 7, None)]


def test_a_price_that_began_since_the_preview_asks_for_a_new_one(lists: Lists):
    lists.publish(row("44", "0.02"))
    lists.publish(row("44", "0.05", at=day(4)), on=1)
    waiting = lists.check(deck(row("44", "0.03")), on=3)
    assert changes(waiting) == {"increase": 1}
    anew = refused_for_changed_prices(lists, waiting, on=5)
    assert changes(anew) == {"decrease": 1}


def test_an_increase_published_late_counts_from_its_upload(lists: Lists):
    lists.publish(row("44", "0.02"), row("45", "0.02"))
    waiting = lists.check(deck(row("44", "0.03")), on=1)
    publish_price_list(upload=waiting, by=SYSTEM, now=day(6))
    assert lists.timeline("44") == [("0.02", 0, 8), ("0.03", 8, None)]
    waiting = lists.check(deck(row("45", "0.03")), on=10)
    publish_price_list(upload=waiting, by=SYSTEM, now=day(20))
    assert lists.timeline("45") == [("0.02", 0, 20), ("0.03", 20, None)]


def test_staged_rows_lost_in_a_crash_are_made_again_and_never_published_in_part(lists: Lists):
    upload = lists.check(deck(row("44"), row("45")))
    upload.staged.filter(prefix="45").delete()
    again = refused_for_changed_prices(lists, upload, on=0)
    assert changes(again) == {"new": 2}
    publish_price_list(upload=again, by=SYSTEM, now=day(0))
    assert Rate.objects.count() == 2


def test_a_publication_that_breaks_off_leaves_nothing_and_can_be_repeated(lists: Lists, monkeypatch):
    lists.publish(row("44", "0.02"), row("45", "0.02"))
    upload = lists.check(deck(row("44", "0.01"), row("45", discontinued=True)), on=1)
    whole = sql.statement
    monkeypatch.setattr(publisher, "statement", lambda name: "SELECT 1/0" if name == "begin_prices" else whole(name))
    with pytest.raises(Exception, match="division by zero"):
        publish_price_list(upload=upload, by=SYSTEM, now=day(1))
    assert lists.timeline("44") == [("0.02", 0, None)]
    monkeypatch.undo()
    publish_price_list(upload=upload, by=SYSTEM, now=day(1))
    assert lists.timeline("44") == [("0.02", 0, 1), ("0.01", 1, None)]
    assert lists.timeline("45") == [("0.02", 0, 1)]


def test_mode_replace_withdraws_what_the_file_does_not_name(lists: Lists):
    lists.publish(row("44"), row("45"), row("46"), row("47", forbidden=True))
    lists.publish(row("46", discontinued=True, at=day(9)), on=1)
    upload = lists.publish(row("44"), on=2, mode="replace")
    assert changes(upload) == {"withdrawn": 2, "unchanged": 1}
    assert (upload.rows, upload.missing) == (1, 2)
    assert lists.timeline("45") == [("0.02", 0, 2)]
    assert lists.timeline("46") == [("0.02", 0, 9)]
    assert lists.timeline("47") == [("0.02", 0, 2)]


def test_texts_follow_the_file_and_empty_ones_stay(lists: Lists):
    lists.publish(row("44", text="UK"), row("45", text="Denmark"))
    upload = lists.publish(row("44", text="United Kingdom"), row("45", "0.01"), on=1)
    assert (upload.unchanged, upload.renamed) == (1, 1)
    assert list(Rate.objects.filter(effective_until=None).values_list("prefix", "description").order_by("prefix")) == [
        ("44", "United Kingdom"),
        ("45", "Denmark"),
    ]


def test_networks_of_two_and_three_digits_are_apart(networks: Connection):
    lists = Lists(networks)
    lists.publish(
        row("310", "0.01", intervals="1,1"),
        row("31026", "0.02", intervals="1,1"),
        row("310260", "0.03", intervals="1,1"),
    )
    assert [f"{lists.price(code, on=1):.2f}" for code in ("310", "31026", "310260", "310410", "31027")] == [
        "0.01", "0.02", "0.03", "0.01", "0.01",
    ]  # fmt: skip
    lists.publish(row("310260", discontinued=True, intervals="1,1"), on=2)
    assert f"{lists.price('310260', on=2):.2f}" == "0.01"
    assert lists.price("31", on=2) is None


def test_staged_rows_go_when_their_list_is_decided(lists: Lists):
    decided, waiting = lists.check(deck(row("44"))), lists.check(deck(row("45")), on=9)
    old = lists.check(deck(row("46")), on=1)
    publish_price_list(upload=decided, by=SYSTEM, now=day(0))
    assert clear_staged_rates(now=day(10)) == 2
    assert waiting.staged.count() == 1
    assert not decided.staged.exists()
    assert changes(refused_for_changed_prices(lists, old, on=10)) == {"new": 1}


def test_the_name_of_a_file_is_kept_without_its_folders(lists: Lists):
    upload = lists.upload(deck(row("44")), name="..\\..\\etc/passwd.csv")
    assert upload.file_name == "passwd.csv"
    stored = str(upload.file.name)
    assert stored.startswith("price-lists/")
    assert "passwd" not in stored


def test_an_unknown_mode_is_refused(lists: Lists):
    with pytest.raises(Invalid):
        upload_price_list(connection=lists.connection, file=io.BytesIO(), file_name="a.csv", by=SYSTEM, mode="guess")
    assert not PriceListUpload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_lists_published_at_once_one_is_previewed_again(lists: Lists):
    uploads = [lists.check(deck(row("44", price), row("45", price))) for price in ("0.01", "0.02")]

    def publish(upload: PriceListUpload) -> str:
        try:
            return publish_price_list(upload=upload, by=SYSTEM, now=day(0)).status
        except Refused as refused:
            return refused.type
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(publish, uploads))
    assert sorted(outcomes) == ["prices_changed", "published"]
    assert Rate.objects.filter(effective_until=None).count() == 2
    assert len(set(Rate.objects.values_list("price_1", flat=True))) == 1


@pytest.mark.django_db(transaction=True)
def test_one_list_published_twenty_times_at_once_is_published_once(lists: Lists):
    upload = lists.check(deck(row("44"), row("45")))

    def publish(_: int) -> int | None:
        try:
            return publish_price_list(upload=upload, by=SYSTEM, now=day(0)).version
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(publish, range(20))) == {1}
    assert Rate.objects.count() == 2
    assert OutboxMessage.objects.filter(topic="prices.published").count() == 1


@pytest.mark.parametrize(
    "change",
    ["price_1 = 9", "interval_n = 9", "forbidden = true", "prefix = '45'", "effective_from = now()"],
)
def test_the_database_refuses_to_rewrite_a_published_price(lists: Lists, change: str):
    lists.publish(row("44"))
    with pytest.raises(Exception, match="is refused"), database.cursor() as cursor:
        cursor.execute(f"UPDATE sellers_rate SET {change}")


def test_the_database_keeps_a_connection_that_has_rates(lists: Lists):
    lists.publish(row("44"))
    with pytest.raises(Exception, match="has rates"), database.cursor() as cursor:
        cursor.execute("DELETE FROM sellers_connection")


def test_the_database_refuses_a_second_open_price_of_a_code(lists: Lists):
    lists.publish(row("44"))
    rate = Rate.objects.get()
    rate.pk = None
    with pytest.raises(Exception, match="rate_open_once_per_code"):
        rate.save()
