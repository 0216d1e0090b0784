"""Live pages: what changes is told to those who may see it, soon, once, and to nobody else."""

import asyncio
from collections.abc import Callable, Coroutine
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis import Redis

from billing.models import Wallet
from tcxc import live
from tcxc.models import Membership
from tcxc.pages.live import hub
from tcxc.pages.live.door import LivePages
from tcxc.pages.live.figures import snapshot
from tcxc.pages.live.sitting import still_sitting
from tcxc.pages.seats import Side
from tests.pages.cast import Cast, credit, make_cast, person, signed_in
from tests.pages.streams import a_stream, session_of
from tests.world import an_engine, body, make_rate

pytestmark = pytest.mark.django_db(transaction=True)
in_thread = sync_to_async(thread_sensitive=False)
Run = Callable[[Callable[[], Coroutine[Any, Any, None]]], None]


async def elsewhere(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def door(monkeypatch) -> LivePages:
    monkeypatch.setattr(hub, "LEAST_PAUSE", 0.05)
    return LivePages(elsewhere)


def ask(cast: Cast, operation: str, **fields: Any) -> dict[str, Any]:
    """One request of the platform, decided and committed."""
    from authz.engine.requests import convert
    from authz.engine.state import Ask

    with an_engine() as engine:
        return body(engine.decide([Ask(cast.platform.pk, None, convert(operation, fields))])[0])


def call(cast: Cast, session_id: str) -> None:
    facts = {"account_sid": cast.link.account_sid, "service": "voice", "to": "447700900123"}
    assert ask(cast, "authorize", session_id=session_id, **facts)["decision"] == "allow"


def test_a_call_moves_the_money_on_the_open_page_of_buyer_and_seller(door, cast, async_run: Run):
    make_rate(cast.connection, "44", "0.06")
    buyer, seller = session_of(cast.buyer.owner), session_of(cast.seller.owner)

    async def watch() -> None:
        buying, selling = cast.buyer.company.pk, cast.seller.company.pk
        async with a_stream(door, buyer, "buyer", buying) as seen, a_stream(door, seller, "seller", selling) as sold:
            await seen.until(lambda s: "100.50" in s.figures.get("available", ""))
            await sold.until(lambda s: s.marks)
            await in_thread(call)(cast, "CA-live")
            await seen.until(lambda s: s.figures["live-calls"] == "1" and "0.12" in s.figures["held"])
            await sold.until(lambda s: s.figures["live-calls"] == "1")
            mark = seen.marks["calls"]
            await in_thread(ask)(cast, "update", session_id="CA-live", seq=1, used_seconds=60)
            await seen.until(lambda s: "100.44" in s.figures["balance"] and s.marks["calls"] != mark)
            await in_thread(ask)(cast, "terminate", session_id="CA-live", used_seconds=60)
            await seen.until(lambda s: s.figures["live-calls"] == "0" and "0.06" in s.figures["spent-today"])
            await sold.until(lambda s: "0.06" in s.figures["owed"])

    async_run(watch)


def test_a_credit_is_seen_within_a_second_and_a_refused_transaction_never(door, cast, async_run: Run):
    session = session_of(cast.buyer.owner)

    async def watch() -> None:
        async with a_stream(door, session, "buyer", cast.buyer.company.pk) as seen:
            await seen.until(lambda s: s.figures)
            await asyncio.sleep(0.2)
            await in_thread(credit)(cast.account, "1")
            await seen.until(lambda s: "101.50" in s.figures["available"], seconds=2)

    async_run(watch)


def test_nobody_a_stranger_and_the_other_side_are_told_nothing(door, cast, async_run: Run):
    sessions = ["", "made-up", session_of(cast.stranger.owner), session_of(cast.seller.owner)]

    async def watch() -> None:
        for session in sessions:
            async with a_stream(door, session, "buyer", cast.buyer.company.pk) as seen:
                await seen.until(lambda s: s.ended == "signed_out")
                assert (seen.figures, seen.marks) == ({}, {})

    async_run(watch)


@pytest.mark.parametrize("how", ["signs out", "loses the seat", "is locked out", "gets another password"])
def test_a_stream_ends_when_its_viewer(door, cast, async_run: Run, how: str):
    viewer, session = cast.buyer.colleague, session_of(cast.buyer.colleague)

    def end() -> None:
        if how == "signs out":
            Session.objects.filter(session_key=session).delete()
        elif how == "loses the seat":
            Membership.objects.filter(user=viewer).delete()
        elif how == "is locked out":
            type(viewer).objects.filter(pk=viewer.pk).update(is_active=False)
        else:
            viewer.set_password("another-long-password")
            viewer.save()
        credit(cast.account, "7")

    async def watch() -> None:
        async with a_stream(door, session, "buyer", cast.buyer.company.pk) as seen:
            await seen.until(lambda s: s.figures)
            await in_thread(end)()
            await seen.until(lambda s: s.ended)
            assert "107.50" not in str(seen.raw)

    async_run(watch)


def test_without_redis_the_page_is_late_and_not_wrong(door, cast, async_run: Run, monkeypatch, settings):
    monkeypatch.setattr(hub, "PAUSE_WITHOUT_NOTICES", 0.2)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    session = session_of(cast.buyer.owner)

    async def watch() -> None:
        async with a_stream(door, session, "buyer", cast.buyer.company.pk) as seen:
            await seen.until(lambda s: s.figures)
            await in_thread(Wallet.objects.filter(pk=cast.account.wallet_id).update)(balance=Decimal(7))
            await seen.until(lambda s: "7.00" in s.figures["balance"])

    async_run(watch)


def test_a_browser_that_comes_back_is_told_only_what_it_has_not_seen(door, cast, async_run: Run):
    session, company = session_of(cast.buyer.owner), cast.buyer.company.pk

    async def watch() -> None:
        async with a_stream(door, session, "buyer", company) as seen:
            await seen.until(lambda s: s.marks)
        async with a_stream(door, session, "buyer", company, last_id=seen.last_id) as again:
            await asyncio.sleep(0.3)
            assert again.figures == {}
            await in_thread(credit)(cast.account, "1")
            await again.until(lambda s: "101.50" in s.figures.get("available", ""))
        assert b"retry: " in again.raw

    async_run(watch)


def test_many_who_look_at_one_company_cost_what_one_does(cast):
    from tcxc.pages.live.sitting import Sitting, sit

    company = cast.buyer.company
    sittings: list[Sitting] = []
    for _ in range(20):
        viewer = person("viewer")
        Membership.objects.create(user=viewer, company=company, role="read_only")
        sitting = sit(session_of(viewer), Side.BUYER, company.pk)
        assert sitting is not None
        sittings.append(sitting)
    with CaptureQueriesContext(connection) as queries:
        assert still_sitting(sittings, company.pk) == set(sittings)
        snapshot(Side.BUYER, company.pk)
    assert len(queries) == 8


def test_the_engine_says_whose_calls_have_changed_once_they_are_committed(cast, monkeypatch):
    told: list[set[live.Topic]] = []
    monkeypatch.setattr(live, "tell", lambda *topics: told.append(set(topics)))
    make_rate(cast.connection, "44", "0.06")
    call(cast, "CA-told")
    assert told == [{(live.What.TRAFFIC, cast.buyer.company.pk), (live.What.TRAFFIC, cast.seller.company.pk)}]


def test_notices_are_published_together_and_a_lost_redis_stops_nobody(monkeypatch, settings):
    monkeypatch.setattr(live, "PAUSE", 0.05)
    with Redis.from_url(settings.REDIS_URL) as redis, redis.pubsub(ignore_subscribe_messages=True) as heard:
        heard.subscribe(live.channel())
        heard.get_message(timeout=1)
        announcer = live.Announcer()
        for n in range(1000):
            announcer.tell([(live.What.TRAFFIC, n % 5 + 1)])
        topics: set[live.Topic] = set()
        messages = 0
        while len(topics) < 5:
            message = heard.get_message(timeout=2)
            assert message is not None
            topics |= live.decode(message["data"])
            messages += 1
        assert messages <= 3
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    live.Announcer().tell([(live.What.JOBS, 1)])


def test_what_is_not_a_notice_is_passed_over():
    assert live.decode(b"traffic:7 jobs:8 secrets:9 traffic:x \xff\xfe traffic") == {
        (live.What.TRAFFIC, 7),
        (live.What.JOBS, 8),
    }


def test_other_addresses_go_on_to_the_pages(door, async_run: Run):
    async def watch() -> None:
        async with a_stream(door, "", "elsewhere", 1) as seen:
            await seen.until(lambda s: s.status == 418)

    async_run(watch)


def test_a_server_without_streams_tells_what_is_true_now(cast):
    other = make_cast()
    client = signed_in(cast.buyer.owner)
    answer = client.get(reverse("buyer:events"), {"company": cast.buyer.company.pk})
    assert answer["Content-Type"] == "text/event-stream"
    assert b"100.50" in answer.content
    for company in (other.buyer.company.pk, cast.seller.company.pk, "x", ""):
        assert client.get(reverse("buyer:events"), {"company": company}).status_code == 404
    assert signed_in(cast.seller.owner).get(reverse("buyer:events")).status_code == 404
