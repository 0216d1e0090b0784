"""Many at once, over several engines with connections of their own, as several processes have them."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from authz.engine.engine import Engine
from authz.engine.group_commit import Bounds, GroupCommit
from authz.engine.state import Answer, Ask
from authz.models import Cdr, ChargeEvent, Session
from authz.operations import open_engine
from billing.models import Hold, Transfer, Wallet
from billing.operations import credit_wallet, open_wallet, set_credit_limit
from buyers.models import Account, RestcommLink
from buyers.operations import block_account, unblock_account, unlink_account
from sellers.models import Connection, Rate
from tcxc.actors import Actor
from tests.world import an_engine, body, interconnect, link, make_account, make_connection, make_rate, make_world

ROUNDS = 100  # of 200 authorizes each
AT_ONCE = 200


@pytest.fixture
def gatherers(transactional_db: None) -> Iterator[list[GroupCommit]]:
    """Three group commits, as three server processes would have them."""
    opened: list[Engine] = []

    def open_one() -> Engine:
        opened.append(open_engine())
        return opened[-1]

    yield [GroupCommit(open_one, Bounds(patience=20)) for _ in range(3)]
    for engine in opened:
        engine.close()


def at_once(gatherers: list[GroupCommit], asks: list[Ask]) -> list[Answer]:
    """Ask all of it at the same moment, each request by itself, over all gatherers in turn."""
    futures: list[Future[list[Answer]]] = [Future() for _ in asks]
    barrier = threading.Barrier(len(gatherers))

    def submit(place: int) -> None:
        barrier.wait()
        for number in range(place, len(asks), len(gatherers)):
            gatherers[number % len(gatherers)].submit([asks[number]], futures[number])

    threads = [threading.Thread(target=submit, args=[place]) for place in range(len(gatherers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [future.result(30)[0] for future in futures]


def reasons(answers: list[Answer]) -> Counter[str]:
    return Counter(str(answer.get("reason", answer["decision"])) for answer in map(body, answers))


def test_two_hundred_at_once_are_granted_exactly_what_the_money_covers(world, gatherers):
    random = Random(1)
    for number in range(ROUNDS):
        covered = random.randrange(1, AT_ONCE)
        money = str(covered * Decimal("0.06") + Decimal("0.059999"))
        place = make_world(money)
        sids = [place.sid]
        if number % 2:
            other = make_account(place.buyer, wallet=place.account.wallet)
            interconnect(other, place.voice)
            sids.append(link(other, place.platform))
        calls = [place.call(f"CA{n}", account_sid=sids[n % len(sids)], requested_seconds=60) for n in range(AT_ONCE)]
        expected = {"allow": covered, "insufficient_balance": AT_ONCE - covered}
        assert reasons(at_once(gatherers, calls)) == expected
        assert place.wallet().available == Decimal("0.059999")


def test_fifty_threads_with_one_session_have_one_effect_and_one_reply(world, gatherers):
    def same(ask: Ask) -> Answer:
        answers = set(at_once(gatherers, [ask] * 50))
        assert len(answers) == 1
        return answers.pop()

    for number in range(5):
        name = f"CA{number}"
        assert same(world.call(name)).status == 200
        assert same(world.ask("update", session_id=name, seq=1, used_seconds=60)).status == 200
        assert same(world.ask("terminate", session_id=name, used_seconds=61)).status == 200
        facts = {"event_id": f"EV{number}", "type": "debit", "account_sid": world.sid, "to": "447700900123"}
        assert same(world.ask("event", service="voice", used_seconds=60, **facts)).status == 200
        undo = {"event_id": f"UN{number}", "type": "refund", "refund_of": f"EV{number}"}
        assert same(world.ask("event", **undo)).status == 200
    assert (Session.objects.count(), Hold.objects.count(), ChargeEvent.objects.count()) == (5, 5, 10)
    kinds = Counter(Transfer.objects.exclude(kind="credit").values_list("kind", flat=True))
    assert kinds == {"charge": 15, "refund": 5}
    assert Cdr.objects.count() == 10
    assert world.wallet().balance == 100 - 5 * Decimal("0.061")


def test_fifty_refunds_of_one_charge_give_it_back_once(world, gatherers):
    facts = {"account_sid": world.sid, "service": "voice", "to": "447700900123", "used_seconds": 60}
    at_once(gatherers, [world.ask("event", event_id="EV", type="debit", **facts)])
    refunds = [world.ask("event", event_id=f"RE{n}", type="refund", refund_of="EV") for n in range(50)]
    assert Counter(answer.status for answer in at_once(gatherers, refunds)) == {200: 1, 409: 49}
    assert world.wallet().balance == 100


def test_live_call_slots_are_exact_under_a_rush(world, gatherers):
    Account.objects.filter(pk=world.account.pk).update(concurrent_call_limit=7)
    answers = at_once(gatherers, [world.call(f"CA{n}") for n in range(100)])
    assert reasons(answers) == {"allow": 7, "concurrent_call_limit": 93}


def test_the_capacity_of_a_connection_is_exact_for_callers_who_share_nothing_else(world, gatherers):
    """Each account has a wallet of its own, and each engine accounts of its own: no wallet's lock stands between."""
    Connection.objects.filter(pk=world.voice.pk).update(capacity=7)
    sids = []
    for _ in range(21):
        account = make_account(world.buyer, money="1")
        interconnect(account, world.voice)
        sids.append(link(account, world.platform))
    for number in range(5):
        names = [f"CA{number}-{n}" for n in range(60)]
        calls = [world.call(name, account_sid=sids[n % 21]) for n, name in enumerate(names)]
        assert reasons(at_once(gatherers, calls)) == {"allow": 7, "no_rate": 53}
        at_once(gatherers, [world.ask("terminate", session_id=name, used_seconds=0) for name in names])


def test_batches_over_the_same_wallets_in_opposite_orders_never_deadlock(world):
    other = make_world()
    callers = [(world, world.sid), (other, other.sid)]
    before = deadlocks()

    def run(place: int) -> None:
        with an_engine() as engine:
            for number in range(60):
                order = callers if (place + number) % 2 else callers[::-1]
                asks = [w.call(f"CA{place}-{number}", account_sid=sid) for w, sid in order]
                ends = [w.ask("terminate", session_id=f"CA{place}-{number}", used_seconds=5) for w, sid in order]
                assert {answer.status for answer in engine.decide(asks) + engine.decide(ends)} == {200}

    def credit() -> None:
        for number in range(60):
            wallet_id = (world if number % 2 else other).account.wallet_id
            credit_wallet(wallet_id=wallet_id, amount=Decimal(1), reason="r", by=Actor.system(), key=f"k{number}")
        connection.close()

    with ThreadPoolExecutor(5) as pool:
        for running in [*(pool.submit(run, place) for place in range(4)), pool.submit(credit)]:
            running.result(60)
    assert deadlocks() == before
    assert world.wallet().balance == 130 - 240 * Decimal("0.06")


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def waiting(world) -> Iterator[Callable[..., Any]]:
    """`with waiting(asks) as answers:` what is done inside happens while the engine waits for the world's wallet."""
    with ExitStack() as stack:
        engine = stack.enter_context(an_engine())
        pool = stack.enter_context(ThreadPoolExecutor(1))
        assert body(engine.decide([world.call("CA-first")])[0])["decision"] == "allow"  # it knows its way now

        @contextmanager
        def wait(*asks: Ask) -> Iterator[list[dict[str, Any]]]:
            answers: list[dict[str, Any]] = []
            with transaction.atomic():
                Wallet.objects.select_for_update(no_key=True).get(pk=world.account.wallet_id)
                running = pool.submit(engine.decide, list(asks))
                wait_for_a_waiter()
                yield answers
            answers += map(body, running.result(10))

        yield wait


def wait_for_a_waiter() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.01)")
    raise AssertionError("nobody waits for the lock")


def test_a_block_that_commits_while_a_request_waits_holds_for_it(world, waiting):
    with waiting(world.call("CA1")) as answers:
        block_account(account=world.account, reason="fraud", by=Actor.system())
    assert answers[0]["reason"] == "account_blocked"


def test_an_unlinked_account_is_unknown_to_a_request_that_waits(world, waiting):
    with waiting(world.call("CA1")) as answers:
        unlink_account(link=RestcommLink.objects.get(account_sid=world.sid), by=Actor.system())
    assert answers[0]["reason"] == "unknown_account"


def test_a_sub_account_linked_to_another_account_spends_that_ones_money(world, waiting):
    other = make_account(world.buyer, money="5")
    interconnect(other, world.voice)
    with waiting(world.call("CA1")) as answers:
        RestcommLink.objects.filter(account_sid=world.sid).update(account=other)
    assert (answers[0]["account"], answers[0]["available"]) == (other.pk, "4.880000")


def test_an_account_that_moves_to_another_wallet_spends_that_one(world, waiting):
    shared = open_wallet(company=world.buyer.company, currency="USD", is_shared=True)
    other = make_account(world.buyer, money="5", wallet=shared)
    with waiting(world.call("CA1")) as answers:
        Account.objects.filter(pk=world.account.pk).update(wallet=other.wallet)
    assert answers[0]["available"] == "4.880000"


def test_a_sub_account_that_is_linked_while_its_request_waits_is_found(world, waiting):
    newcomer = make_account(world.buyer, money="5")
    interconnect(newcomer, world.voice)
    sid = "AC" + "e" * 32
    with waiting(world.call("CA1"), world.call("CA2", account_sid=sid)) as answers:
        facts = {"sip_username": "newcomer", "encrypted_sip_password": "x", "network_id": 999_999}
        RestcommLink.objects.create(platform=world.platform, account_sid=sid, account=newcomer, **facts)
    assert [answer["decision"] for answer in answers] == ["allow", "allow"]


def test_a_call_that_begins_elsewhere_while_its_end_waits_is_ended(world, waiting):
    other = make_account(world.buyer, money="5")
    interconnect(other, world.voice)
    sid = link(other, world.platform)
    end = world.ask("terminate", session_id="CA2", used_seconds=30)
    with waiting(world.call("CA1"), end) as answers, an_engine() as elsewhere:
        elsewhere.decide([world.call("CA2", account_sid=sid)])
    assert (answers[1]["decision"], answers[1]["charged"]) == ("closed", "0.060000")
    assert Wallet.objects.get(pk=other.wallet_id).balance == Decimal("4.94")


def test_a_credit_limit_that_is_lowered_while_a_request_waits_holds_for_it(world, waiting):
    set_credit_limit(wallet_id=world.account.wallet_id, credit_limit=Decimal(50), by=Actor.system(), reason="r")
    with waiting(world.call("CA1", requested_seconds=86_400)) as answers:
        Wallet.objects.filter(pk=world.account.wallet_id).update(balance=0, credit_limit=Decimal("0.2"))
    assert (answers[0]["granted_seconds"], answers[0]["available"]) == (80, "0.000000")
    Wallet.objects.filter(pk=world.account.wallet_id).update(balance=100)


def test_a_price_published_while_a_request_waits_is_its_price(world, waiting):
    with waiting(world.call("CA1")) as answers:
        Rate.objects.filter(connection=world.voice, prefix="447").delete()
        make_rate(world.voice, "447", "0.30")
    assert answers[0]["held"] == "0.600000"


def test_what_an_engine_remembers_never_outlives_a_change(world, engine, decide):
    """Every change between two requests counts for the second, however well the engine knows the account."""
    answers = [decide(world.call("CA0"))]
    steps: list[tuple[Callable[[], Any], str | None]] = [
        (lambda: block_account(account=world.account, reason="r", by=Actor.system()), "account_blocked"),
        (lambda: unblock_account(account=world.account, by=Actor.system()), None),
        (lambda: Connection.objects.filter(pk=world.voice.pk).update(status="paused"), "no_rate"),
        (lambda: Connection.objects.filter(pk=world.voice.pk).update(status="active", capacity=0), "no_rate"),
        (lambda: Connection.objects.filter(pk=world.voice.pk).update(capacity=None), None),
        (lambda: type(world.seller).objects.filter(pk=world.seller.pk).update(is_active=False), "no_rate"),
        (lambda: type(world.seller).objects.filter(pk=world.seller.pk).update(is_active=True), None),
        (
            lambda: unlink_account(link=RestcommLink.objects.get(account_sid=world.sid), by=Actor.system()),
            "unknown_account",
        ),
    ]
    for number, (change, reason) in enumerate(steps, 1):
        change()
        answers.append(decide(world.call(f"CA{number}")))
        assert answers[-1].get("reason") == reason, number
    cheaper = make_connection(world.seller, sip_uri="sip:{number}@cheap")
    make_rate(cheaper, "447", "0.01")
    interconnect(world.account, cheaper)
    sid = link(world.account, world.platform)
    assert decide(world.call("CA-cheap", account_sid=sid))["routes"][0]["sip"] == "sip:447700900123@cheap"
    Connection.objects.filter(pk=cheaper.pk).update(sip_uri="sip:{number}@moved")
    assert decide(world.call("CA-moved", account_sid=sid))["routes"][0]["sip"] == "sip:447700900123@moved"
