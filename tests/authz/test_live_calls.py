"""The limit of live calls, and the capacity of a connection: exact, and given back."""

from datetime import timedelta

from django.utils import timezone

from authz.engine.engine import Engine
from sellers.models import Connection
from tests.authz.changes import set_account
from tests.world import World, body, interconnect, link, make_account, make_connection, make_rate

HOUR = timedelta(hours=1)


def verdicts(engine: Engine, *asks: object) -> list[str]:
    """In one word each: allow, closed, or the reason."""
    found = [body(answer) for answer in engine.decide(list(asks))]  # type: ignore[arg-type]
    return [str(answer.get("reason", answer.get("decision"))) for answer in found]


def ended(world: World, session_id: str):
    return world.ask("terminate", session_id=session_id, used_seconds=1)


def test_only_as_many_calls_as_allowed_are_live_even_in_one_batch(world, engine):
    set_account(world.account, concurrent_call_limit=2)
    full = "concurrent_call_limit"
    assert verdicts(engine, *(world.call(f"CA{n}") for n in range(4))) == ["allow", "allow", full, full]
    assert verdicts(engine, world.call("CA4")) == [full]
    assert verdicts(engine, ended(world, "CA0"), world.call("CA5"), world.call("CA6")) == ["closed", "allow", full]
    assert verdicts(engine, world.call("CA7"), ended(world, "CA1"), world.call("CA8")) == [full, "closed", "allow"]


def test_a_limit_of_no_calls_lets_none_through(world, engine):
    set_account(world.account, concurrent_call_limit=0)
    assert verdicts(engine, world.call("CA1")) == ["concurrent_call_limit"]


def test_messages_take_no_call_slot(world, engine):
    set_account(world.account, concurrent_call_limit=1)
    sms = make_connection(world.seller, service="sms")
    make_rate(sms, "44", "0.01")
    interconnect(world.account, sms)
    asked = [world.message("SM1"), world.message("SM2"), world.call("CA1"), world.message("SM3")]
    assert verdicts(engine, *asked) == ["allow"] * 4


def test_repeats_and_denied_calls_take_no_slot_and_a_repeated_end_frees_one(world, engine):
    set_account(world.account, concurrent_call_limit=2)
    assert verdicts(engine, *[world.call("CA1")] * 3, world.call("CA2", to="33123456789")) == [
        *["allow"] * 3,
        "no_rate",
    ]
    assert verdicts(engine, world.call("CA3"), *[ended(world, "CA3")] * 3, world.call("CA4"), world.call("CA5")) == [
        "allow",
        *["closed"] * 3,
        "allow",
        "concurrent_call_limit",
    ]


def test_a_slot_comes_back_when_its_call_falls_silent(world, engine):
    set_account(world.account, concurrent_call_limit=1)
    assert verdicts(engine, world.call("CA1"), world.call("CA2")) == ["allow", "concurrent_call_limit"]
    assert engine.expire(timezone.now() + HOUR) == 1
    assert verdicts(engine, ended(world, "CA1"), world.call("CA3"), world.call("CA4")) == [
        "closed",
        "allow",
        "concurrent_call_limit",
    ]


def test_a_full_connection_takes_no_more_until_a_call_on_it_ends(world, engine):
    Connection.objects.filter(pk=world.voice.pk).update(capacity=2)
    assert verdicts(engine, *(world.call(f"CA{n}") for n in range(3))) == ["allow", "allow", "no_rate"]
    assert verdicts(engine, world.call("CA3")) == ["no_rate"]
    assert verdicts(engine, ended(world, "CA0"), world.call("CA4"), world.call("CA5")) == ["closed", "allow", "no_rate"]


def test_calls_of_all_accounts_fill_a_connection_and_the_next_route_takes_over(world, engine):
    Connection.objects.filter(pk=world.voice.pk).update(capacity=1)
    other = make_account(world.buyer, money="10")
    sid = link(other, world.platform)
    interconnect(other, world.voice)
    dearer = make_connection(world.seller)
    make_rate(dearer, "447", "0.10")
    interconnect(other, dearer)
    answers = [body(answer) for answer in engine.decide([world.call("CA1"), world.call("CA2", account_sid=sid)])]
    assert [[route["connection"] for route in answer["routes"]] for answer in answers] == [
        [world.voice.pk],
        [dearer.pk],
    ]


def test_a_call_rides_where_its_gateway_says(world, engine):
    """Reported on the second route, a call leaves room on the first and takes it on the second."""
    Connection.objects.filter(pk=world.voice.pk).update(capacity=1)
    dearer = make_connection(world.seller, capacity=1)
    make_rate(dearer, "447", "0.10")
    interconnect(world.account, dearer)
    moved = world.ask("update", session_id="CA1", seq=1, used_seconds=1, connection=dearer.pk)
    answers = [body(a) for a in engine.decide([world.call("CA1"), moved, world.call("CA2"), world.call("CA3")])]
    assert [route["connection"] for route in answers[2]["routes"]] == [world.voice.pk]
    assert answers[3]["reason"] == "no_rate"
