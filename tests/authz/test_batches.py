"""A batch answers each request as its own call would, and one that can't be decided harms no other."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.engine import sessions
from authz.engine.requests import Authorize, Terminate
from authz.engine.state import Answer, Ask
from authz.models import Session
from billing.operations import open_wallet
from sellers.models import Connection
from tests.authz.changes import add_rule, set_account
from tests.world import World, body, interconnect, link, make_account, make_connection, make_rate, make_world

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
IDS_OF_A_WORLD = ("account", "cdr", "price_list", "connection", "seller", "tech_prefix")


@dataclass
class Crowd:
    """Two accounts on one small wallet, with every limit, over two narrow routes."""

    world: World
    sids: list[str]
    routes: list[Connection]

    def ask(self, step: dict[str, Any]) -> Ask:
        """A step of a story as a request in this world."""
        fields = dict(step)
        operation = fields.pop("op")
        if "payer" in fields:
            fields["account_sid"] = self.sids[fields.pop("payer")]
        if "connection" in fields:
            fields["connection"] = self.routes[fields["connection"]].pk
        return self.world.ask(operation, **fields)


def crowd() -> Crowd:
    world = make_world()
    wallet = open_wallet(company=world.buyer.company, currency="USD", is_shared=True)
    routes = [world.voice, make_connection(world.seller, capacity=3), make_connection(world.seller, service="sms")]
    Connection.objects.filter(pk=world.voice.pk).update(capacity=2)
    make_rate(routes[1], "447", "0.09")
    make_rate(routes[2], "44", "0.05")
    sids = []
    for money in ("0.5", "0"):
        account = make_account(world.buyer, money=money, wallet=wallet, concurrent_call_limit=2)
        set_account(account, calls_per_second=4, smpp_messages_per_second=2, spend_limit_daily=Decimal("0.4"))
        add_rule(account, "deny", prefix="4478")
        for route in routes:
            interconnect(account, route)
        sids.append(link(account, world.platform))
    return Crowd(world, sids, routes)


def told(answer: Answer) -> tuple[int, Any]:
    """An answer without what differs from world to world."""

    def without_ids(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: without_ids(inner) for name, inner in value.items() if name not in IDS_OF_A_WORLD}
        return [without_ids(inner) for inner in value] if isinstance(value, list) else value

    return answer.status, without_ids(body(answer))


calls = st.sampled_from(["C1", "C2", "C3", "C4", "C5"])
messages = st.sampled_from(["M1", "M2"])
events = st.sampled_from(["E1", "E2", "E3"])
numbers = st.sampled_from(["447700900123", "447700900124", "447800900123", "442079460000"])
payers, seconds = st.integers(0, 1), st.integers(0, 200)


def step(op: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    optional = {name: fields.pop(name) for name in list(fields) if name in {"connection", "requested_seconds"}}
    return st.fixed_dictionaries({"op": st.just(op), **fields}, optional=optional)


steps = st.one_of(
    step("authorize", session_id=calls, payer=payers, service=st.just("voice"), to=numbers),
    step("authorize", session_id=messages, payer=payers, service=st.just("sms"), to=numbers, parts=st.integers(1, 4)),
    step("update", session_id=calls, seq=st.integers(1, 3), used_seconds=seconds, connection=st.integers(0, 1)),
    step("terminate", session_id=calls, used_seconds=seconds, connection=st.integers(0, 1)),
    step("terminate", session_id=calls, used_seconds=seconds, payer=payers, service=st.just("voice"), to=numbers),
    step("terminate", session_id=messages, used_parts=st.integers(0, 4)),
    step("event", event_id=events, type=st.just("debit"), payer=payers, to=numbers, parts=st.integers(1, 3)),
    step("event", event_id=events, type=st.just("refund"), refund_of=st.one_of(calls, messages, events)),
    step("event", event_id=events, type=st.just("balance"), payer=payers),
)


def test_a_batch_answers_as_its_requests_one_by_one_would_be(world, engine):
    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=2, max_size=14))
    def check(story: list[dict[str, Any]]) -> None:
        one_by_one, at_once = crowd(), crowd()
        first = [told(engine.decide([one_by_one.ask(s)], NOON)[0]) for s in story]
        second = [told(answer) for answer in engine.decide([at_once.ask(s) for s in story], NOON)]
        assert first == second
        wallets = [c.world.platform.links.get(account_sid=c.sids[0]).account.wallet for c in (one_by_one, at_once)]
        assert len({(w.balance, w.held, w.overrun) for w in wallets}) == 1

    check()


def test_a_call_that_ends_in_a_batch_leaves_its_place_to_those_behind_it(world, engine):
    set_account(world.account, concurrent_call_limit=2, spend_limit_daily=Decimal("0.3"))
    assert [body(answer)["decision"] for answer in engine.decide([world.call("CA1"), world.call("CA2")])] == [
        "allow"
    ] * 2
    end = world.ask("terminate", session_id="CA1", used_seconds=60)
    more = world.ask("update", session_id="CA2", seq=1, used_seconds=60, requested_seconds=600)
    refused, _, granted, last = map(body, engine.decide([world.call("CA3"), end, world.call("CA4"), more]))
    assert (refused["reason"], granted["decision"]) == ("concurrent_call_limit", "allow")
    assert (last["granted_seconds"], last["final_unit"]) == (120, True)  # 0.06 of 0.30 spent, 0.12 held for each call


def test_no_requests_get_no_answers(engine):
    assert engine.decide([]) == []


def test_a_request_that_can_not_be_decided_harms_no_other(world, engine, monkeypatch):
    """One deep inside a batch trips over a fault of ours; the rest of the batch is decided all the same."""
    grant = sessions._grant

    def trip(batch, session, attempt):
        if session.session_id == "CA5":
            raise RuntimeError("a fault of ours")
        return grant(batch, session, attempt)

    monkeypatch.setattr(sessions, "_grant", trip)
    answers = engine.decide([world.call(f"CA{n}") for n in range(12)])
    assert [answer.status for answer in answers] == [200] * 5 + [500] + [200] * 6
    assert Session.objects.filter(state="live").count() == 11
    monkeypatch.undo()
    assert engine.decide([world.call("CA5")])[0].status == 200


@pytest.mark.parametrize("caller", ["\ud800", "a\0b", "x" * 40])
def test_what_the_database_can_not_keep_harms_no_other(world, engine, caller):
    """Past the decoder, which lets none of these through: unencodable, refused by PostgreSQL, too long."""
    facts: dict[str, Any] = {"service": "voice", "to": "447700900123", "account_sid": world.sid, "caller": caller}
    asks = [world.call(f"CA{n}") for n in range(12)]
    asks[5] = Ask(world.platform.pk, None, Authorize(session_id="CA5", **facts))
    asks[8] = Ask(world.platform.pk, None, Terminate(session_id="CA8", used_seconds=1, **facts))
    assert [answer.status for answer in engine.decide(asks)] == [*[200] * 5, 500, 200, 200, 500, 200, 200, 200]
    assert engine.decide([world.call("CA12")])[0].status == 200


def test_a_session_that_can_not_be_settled_stops_no_sweep(world, engine, monkeypatch):
    engine.decide([world.call(f"CA{n}") for n in range(8)], NOON)
    expire = sessions.expire

    def trip(batch, session):
        if session.session_id in {"CA0", "CA5"}:
            raise RuntimeError("a fault of ours")
        expire(batch, session)

    monkeypatch.setattr(sessions, "expire", trip)
    assert engine.expire(NOON + timedelta(hours=1), at_most=4) == 6
    monkeypatch.undo()
    assert engine.expire(NOON + timedelta(hours=1)) == 2
    assert world.wallet().held == 0


@pytest.mark.parametrize("asks", [1, 300])
def test_a_batch_of_any_size_is_one_transaction(world, engine, asks):
    statuses = {answer.status for answer in engine.decide([world.call(f"CA{n}") for n in range(asks)])}
    assert statuses == {200}
    moments = set(Session.objects.values_list("authorized_at", flat=True))
    assert len(moments) == 1
