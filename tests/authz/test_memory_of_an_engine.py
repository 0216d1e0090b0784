"""What engines remember of rates, rules and interconnects is never older than the database."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.engine.wire import Wire
from buyers.models import Interconnect, RestcommLink
from sellers.models import Connection, Rate, Seller
from tests.authz.changes import add_rule, drop_rules
from tests.world import an_engine, body, interconnect, link, make_account, make_connection, make_rate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def says(world, decide):
    """What an engine that goes on through the whole test says of the next call: its price, or the reason against it."""
    calls = iter(range(1_000))

    def say(now=None, **facts):
        answer = decide(world.call(f"CA{next(calls)}", requested_seconds=60, **facts), now)
        return answer["rate"]["price_1"] if answer["decision"] == "allow" else answer["reason"]

    return say


def test_a_change_of_rates_counts_for_the_next_call_whoever_makes_it(world, says):
    assert says() == "0.060000"
    longer = make_rate(world.voice, "4477", "0.05")
    assert says() == "0.050000"
    Rate.objects.filter(pk=longer.pk).update(effective_until=F("effective_from") + HOUR)
    assert says() == "0.060000"
    Rate.objects.filter(prefix="447").delete()
    assert says() == "0.020000"
    Rate.objects.bulk_create([_like(longer, "44770"), _like(longer, "447700")])
    assert says() == "0.050000"


def _like(rate: Rate, prefix: str) -> Rate:
    made = Rate.objects.get(pk=rate.pk)
    made.pk, made.prefix, made.effective_until = None, prefix, None
    return made


def test_a_price_in_memory_begins_and_ends_at_its_moment(world, says):
    Rate.objects.filter(prefix="447").update(effective_until=NOON)
    make_rate(world.voice, "447", "0.07", effective_from=NOON, effective_until=NOON + HOUR)
    assert says(NOON - HOUR) == "0.060000"
    assert says(NOON) == "0.070000"
    assert says(NOON + HOUR) == "0.020000"
    assert says(NOON - HOUR) == "0.060000"  # the clock may be set back


def test_rules_interconnects_and_connections_count_for_the_next_call(world, says):
    agreed, seller = Interconnect.objects.filter(account=world.account), Seller.objects.filter(pk=world.seller.pk)
    voice = Connection.objects.filter(pk=world.voice.pk)
    assert says() == "0.060000"
    add_rule(world.account, "deny", prefix="447")
    assert says() == "destination_not_authorized"
    drop_rules(world.account)
    assert says() == "0.060000"
    for rows, closed, opened in (
        (agreed, {"status": "ended"}, {"status": "active"}),
        (voice, {"status": "paused"}, {"status": "active"}),
        (seller, {"is_active": False}, {"is_active": True}),
    ):
        rows.update(**closed)
        assert says() == "no_rate"
        rows.update(**opened)
        assert says() == "0.060000"
    cheap = make_connection(world.seller)
    make_rate(cheap, "44", "0.01")
    interconnect(world.account, cheap)
    assert says() == "0.010000"


def test_an_account_that_first_gets_a_call_has_its_routes_from_then_on(world, engine):
    number = {"service": "voice", "direction": "inbound", "to": "12025550100", "from": "447700900123"}
    sid = world.account.links.get().account_sid
    engine.decide([world.ask("authorize", session_id="CA-in", account_sid=sid, **number)])
    (answer,) = engine.decide([world.call("CA-out")])
    assert body(answer)["decision"] == "allow"


def test_a_memory_too_small_for_one_block_still_finds_every_rate(world, says, settings):
    settings.AAA_RATES_IN_MEMORY = 1
    for n in range(3):
        connection = make_connection(world.seller)
        make_rate(connection, "44770", f"0.0{n + 1}")
        interconnect(world.account, connection)
    assert [says() for _ in range(3)] == ["0.010000"] * 3
    assert says(to="447800900123") == "0.060000"


def test_what_a_batch_found_in_memory_it_keeps_though_it_reads_more_than_there_is_room_for(world, engine, settings):
    settings.AAA_RATES_IN_MEMORY = 4
    for prefix in ("33", "49", "39"):
        make_rate(world.voice, prefix, "0.03")
    engine.decide([world.call("CA1")])
    others = [world.call(f"CA{prefix}", to=f"{prefix}612345678") for prefix in ("33", "49", "39")]
    assert [body(answer)["decision"] for answer in engine.decide([world.call("CA2"), *others])] == ["allow"] * 4


def test_routes_are_not_forgotten_when_a_sub_account_is_unlinked_while_they_are_read(world, says, monkeypatch):
    other, run = link(world.account, world.platform), Wire.run

    def interrupted(wire, queries):
        every = list(queries)
        first = next(place for place, (sql, _) in enumerate(every) if "buyers_destinationrule" in sql)
        monkeypatch.setattr(Wire, "run", run)
        rows = run(wire, every[:first])
        RestcommLink.objects.filter(account_sid=other).delete()
        return rows + run(wire, every[first:])

    assert says() == "0.060000"
    monkeypatch.setattr(Wire, "run", interrupted)
    assert says(account_sid=other) == "0.060000"
    assert says() == "0.060000"


def test_a_batch_that_finds_all_in_memory_reads_once_and_writes_once(world, says, monkeypatch):
    says()
    turns, run = Counter[str](), Wire.run

    def counted(wire, queries):
        turns["taken"] += 1
        return run(wire, queries)

    monkeypatch.setattr(Wire, "run", counted)
    says()
    assert turns["taken"] == 2


@pytest.mark.parametrize(("table", "version"), [("voice", "rates_version"), ("account", "routing_version")])
def test_a_version_is_never_set_back(world, table, version):
    row = getattr(world, table)
    with pytest.raises(IntegrityError, match="only grows"):
        type(row).objects.filter(pk=row.pk).update(**{version: F(version) - 1})


codes = st.text("12", min_size=1, max_size=5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), codes),
        st.tuples(st.sampled_from(["end", "remove", "ask", "ask"]), codes),
        st.tuples(st.just("ask"), st.text("12", min_size=1, max_size=8)),
    ),
    max_size=25,
)


def test_through_any_changes_the_rate_is_the_one_that_reading_the_whole_list_would_find(world):
    """One engine that asks often and one that asks rarely, over a list that changes between the questions."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps)
    def check(done: list[tuple[str, str]]) -> None:
        account, connection = make_account(world.buyer), make_connection(world.seller)
        interconnect(account, connection)
        facts = {"type": "price", "service": "voice", "account_sid": link(account, world.platform), "used_seconds": 60}
        live: dict[str, Rate] = {}
        for n, (what, code) in enumerate(done):
            if what == "add" and code not in live:
                live[code] = make_rate(connection, code, "0.01")
            elif what == "end" and code in live:
                Rate.objects.filter(pk=live.pop(code).pk).update(effective_until=NOON)
            elif what == "remove" and code in live:
                live.pop(code).delete()
            elif what == "ask":
                longest = max((known for known in live if code.startswith(known)), key=len, default=None)
                for engine in (often, rarely) if n % 3 == 0 else (often,):
                    asked = world.ask("event", event_id=f"{connection.pk}-{n}-{id(engine)}", to=code, **facts)
                    assert _code_of(body(engine.decide([asked], NOON)[0])) == longest

    with an_engine() as often, an_engine() as rarely:
        check()


def _code_of(told: dict[str, Any]) -> str | None:
    code: str | None = told["rate"]["prefix"] if told["decision"] == "allow" else None
    return code
