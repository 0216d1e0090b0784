"""Whatever order, repetition and loss the messages of a call come in, its charge follows from the facts they carry."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count, pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from authz.engine.rating import Price, charge
from authz.engine.state import Ask
from authz.models import Cdr, Session
from billing.models import Hold, Wallet
from tests.world import give_number, interconnect, link, make_account, make_rate

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=30)
PRICES = {
    "447700900001": Price(Decimal("0.06"), Decimal("0.06"), 60, 1, 60),
    "447700900002": Price(Decimal("0.12345678"), Decimal("0.12345678"), 6, 6, 60),
    "447700900003": Price(Decimal("3"), Decimal("0.01"), 1, 1, 60),  # a connect charge
    "447700900004": Price(Decimal("0.25"), Decimal(0), 30, 6, 60),  # a fee for the call
    "447700900005": Price(Decimal(0), Decimal(0), 60, 60, 60),
}
AUTHORIZE, TERMINATE = "authorize", "terminate"
settings_here = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@dataclass
class Call:
    """A call as it truly was, and what of it was told in which order."""

    number: str
    money: str
    used: int
    readings: dict[int, int]  # seq: seconds used so far
    told: list[str | int]  # authorize, terminate, or the seq of an update
    cuts: list[int]  # where one batch ends and the next begins
    told_late: bool  # a terminate comes after the sweep
    comes_in: bool  # to a number of the account, at the same price


@st.composite
def calls(draw: st.DrawFn) -> Call:
    used = draw(st.integers(0, 400))
    readings = sorted(draw(st.lists(st.integers(0, used), max_size=4)))
    messages = [AUTHORIZE, *range(1, len(readings) + 1), TERMINATE]
    kept = [message for message in messages if draw(st.integers(0, 5)) > 0]
    told = draw(st.permutations(kept + draw(st.lists(st.sampled_from(messages), max_size=4))))
    return Call(
        number=draw(st.sampled_from(list(PRICES))),
        money=draw(st.sampled_from(["0", "0.02", "0.1", "0.3", "50", "50"])),
        used=used,
        readings=dict(enumerate(readings, 1)),
        told=list(told),
        cuts=draw(st.lists(st.integers(0, 10), max_size=3)),
        told_late=draw(st.booleans()),
        comes_in=draw(st.booleans()),
    )


def due(call: Call) -> Decimal:
    """The charge that the facts call for, worked out without any session."""
    price = PRICES[call.number]
    if TERMINATE in call.told or call.told_late:
        return charge(price, call.used)
    if AUTHORIZE not in call.told or Decimal(call.money) < charge(price, 1):
        return Decimal(0)
    after = call.told[call.told.index(AUTHORIZE) :]
    return charge(price, max((call.readings[m] for m in after if isinstance(m, int)), default=0))


def batches(call: Call, asks: list[Ask]) -> list[list[Ask]]:
    bounds = sorted({0, *call.cuts, len(asks)})
    return [asks[start:stop] for start, stop in pairwise(bounds)]


def test_the_charge_follows_from_the_facts_alone(world, engine):
    for number, price in PRICES.items():
        intervals: dict[str, Any] = {"interval_1": price.interval_1, "interval_n": price.interval_n}
        make_rate(world.voice, number, str(price.price_1), price_n=price.price_n, **intervals)
    serial = count(1)

    @settings_here
    @given(calls())
    def check(call: Call) -> None:
        account = make_account(world.buyer, money=call.money)
        interconnect(account, world.voice)
        sid, session_id = link(account, world.platform), f"CA{next(serial)}"
        facts = {"account_sid": sid, "service": "voice", "to": call.number}
        if call.comes_in:
            facts = {"direction": "inbound", "service": "voice", "to": f"4420{next(serial):08}"}
            price = PRICES[call.number]
            pinned = {name: getattr(price, name) for name in ("price_1", "price_n", "interval_1", "interval_n")}
            give_number(world, facts["to"], account=account, **pinned)

        def ask(message: str | int) -> Ask:
            if message == AUTHORIZE:
                return world.ask("authorize", session_id=session_id, **facts)
            if message == TERMINATE:
                return world.ask("terminate", session_id=session_id, used_seconds=call.used, **facts)
            used = call.readings[int(message)]
            return world.ask("update", session_id=session_id, seq=message, used_seconds=used)

        replies = [
            answer for batch in batches(call, [ask(m) for m in call.told]) for answer in engine.decide(batch, NOON)
        ]
        engine.expire(LATER)
        if call.told_late:
            replies += engine.decide([ask(TERMINATE)], LATER)
            call.told.append(TERMINATE)

        for message in set(call.told):
            given_for_it = {a.body for m, a in zip(call.told, replies, strict=True) if m == message and a.status == 200}
            assert len(given_for_it) <= 1, "a repeat got another reply"
        assert all(answer.status in {200, 404} for answer in replies)
        wallet = Wallet.objects.get(pk=account.wallet_id)
        assert Decimal(call.money) - wallet.balance == due(call)
        assert wallet.held == 0
        assert wallet.overrun == max(Decimal(0), -wallet.balance)
        assert sum(cdr.amount for cdr in Cdr.objects.filter(session_id=session_id)) == due(call)

    check()
    assert not Session.objects.filter(state="live").exists()
    assert not Hold.objects.filter(state="pending").exists()
