"""What comes in to a number: refused until it may, and charged to the one who has the number, at its pinned price."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from authz.models import Cdr, MessageRecord, Session
from billing.models import Entry, LedgerAccount, Transfer
from numbers.models import Number, Subscription
from tests.world import body, give_number, interconnect, link, make_account, make_connection, make_rate, make_world

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
NUMBER = "442071838750"


@pytest.fixture
def subscription(world):
    """The world's account has a number: 0.03 a minute by 60/6, 0.004 a part, its documents approved."""
    return give_number(world, NUMBER)


def a_call(world, session_id="CA1", **fields):
    """A call that comes in to the number; nobody says whose it is."""
    facts = {"session_id": session_id, "service": "voice", "direction": "inbound", "to": NUMBER, "from": "12025550100"}
    return world.ask("authorize", **(facts | fields))


def a_message(world, session_id="SM1", **fields):
    """A message that comes in to the number."""
    facts = {"session_id": session_id, "service": "sms", "direction": "inbound", "to": NUMBER}
    return world.ask("authorize", **(facts | ({"parts": 1} if "text" not in fields else {}) | fields))


def reason(reply):
    """Why it was denied; empty when it was allowed."""
    return reply.get("reason", "")


def change(thing, **values):
    """Change a row as its own operations would."""
    type(thing).objects.filter(pk=thing.pk).update(**values)


def test_a_call_is_delivered_to_the_number_s_contact_and_held_for_at_its_price(world, subscription, decide):
    reply = decide(a_call(world))

    assert reply == {
        "decision": "allow",
        "session_id": "CA1",
        "account": world.account.pk,
        "granted_seconds": 120,
        "valid_seconds": 120,
        "final_unit": False,
        "held": "0.060000",
        "available": "99.940000",
        "currency": "USD",
        "rate": {
            "price_list": None,
            "prefix": NUMBER,
            "price_1": "0.030000",
            "price_n": "0.030000",
            "interval_1": 60,
            "interval_n": 6,
        },
        "routes": [
            {
                "connection": None,
                "seller": world.seller.company.name,
                "sip": f"sip:{NUMBER}@pbx.example.net:5060",
                "smpp": "smpp:u:p:442071838750@sms.example.net:2776",
                "tech_prefix": "",
                "price_1": "0.030000",
            }
        ],
        "on_failure": "terminate",
    }


def test_the_owner_pays_while_the_call_runs_and_the_host_earns_less_the_commission(world, subscription, decide):
    decide(a_call(world))
    more = decide(world.ask("update", session_id="CA1", seq=1, used_seconds=100, requested_seconds=200))
    closed = decide(world.ask("terminate", session_id="CA1", used_seconds=125, cause=16))

    assert (more["granted_seconds"], more["held"]) == (204, "0.051000")
    assert (closed["charged"], closed["billed_seconds"], closed["available"]) == ("0.063000", 126, "99.937000")
    cdr = Cdr.objects.get()
    assert (cdr.direction, cdr.account_sid, cdr.prefix) == ("inbound", world.sid, NUMBER)
    assert (cdr.subscription_id, cdr.connection_id, cdr.rate_pk) == (subscription.pk, None, None)
    assert (cdr.buyer_id, cdr.seller_id) == (world.buyer.pk, world.seller.pk)
    assert (cdr.amount, cdr.commission) == (Decimal("0.063000"), Decimal("0.003150"))
    earned = Entry.objects.filter(ledger_account__kind=LedgerAccount.Kind.SELLER)
    assert sum(entry.amount for entry in earned) == Decimal("0.059850")
    assert set(Transfer.objects.values_list("kind", flat=True)) == {"credit", "charge"}


def test_a_long_message_is_charged_by_its_parts(world, subscription, decide):
    reply = decide(a_message(world, text="é" * 161))
    closed = decide(world.ask("terminate", session_id="SM1", used_parts=2))

    assert (reply["parts"], reply["held"], reply["rate"]["price_1"]) == (2, "0.008000", "0.004000")
    assert closed["charged"] == "0.008000"
    record = MessageRecord.objects.get()
    assert (record.direction, record.billed_parts, record.subscription_id) == ("inbound", 2, subscription.pk)


def test_a_free_number_needs_no_money(world, subscription, decide):
    change(subscription, price_1=0, price_n=0)
    change(world.wallet(), balance=0)

    assert decide(a_call(world))["granted_seconds"] == 120
    assert decide(world.ask("terminate", session_id="CA1", used_seconds=60))["charged"] == "0.000000"
    change(world.wallet(), balance=100)


STOPPED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "suspended": ({"state": "suspended", "suspended_until": NOON}, {}, "number_not_active"),
    "released": ({"state": "released", "released_at": NOON}, {"state": "for_sale"}, "number_not_active"),
    "blocked by an operator": (
        {},
        {"is_blocked": True, "blocked_by_operator": True, "block_reason": "x"},
        "number_not_active",
    ),
    "without documents": ({"documents_state": "missing"}, {}, "documents_pending"),
    "with documents in review": ({"documents_state": "pending"}, {}, "documents_pending"),
    "with rejected documents": ({"documents_state": "rejected"}, {}, "documents_pending"),
    "with expired documents": ({"documents_state": "expired"}, {}, "documents_pending"),
    "for messages only": ({}, {"voice": False}, "capability_missing"),
    "in grace": ({"state": "grace", "grace_until": NOON}, {}, ""),
    "blocked by its seller for later": ({}, {"is_blocked": True}, ""),
    "without need of documents": ({"documents_state": "not_required"}, {}, ""),
}


@pytest.mark.parametrize("why", STOPPED)
def test_a_number_works_or_says_why_not(world, subscription, decide, why):
    of_subscription, of_number, expected = STOPPED[why]
    change(subscription, **of_subscription)
    change(subscription.number, **of_number)

    assert reason(decide(a_call(world))) == expected


def test_the_first_check_that_fails_names_the_reason(world, subscription, decide):
    change(subscription, state="suspended", suspended_until=NOON, documents_state="missing")
    change(subscription.number, voice=False)
    change(world.account, status="blocked", calls_per_second=1, concurrent_call_limit=0, spend_limit_daily=0)
    change(world.wallet(), balance=0)
    mending: list[tuple[Any, dict[str, Any]]] = [
        (world.account, {"status": "active", "call_tat": NOON + timedelta(days=1)}),
        (world.account, {"call_tat": None, "calls_per_second": None}),
        (world.account, {"concurrent_call_limit": None}),
        (subscription, {"state": "active"}),
        (subscription, {"documents_state": "approved"}),
        (subscription.number, {"voice": True}),
        (world.account, {"spend_limit_daily": None}),
        (world.wallet(), {"balance": 100}),
    ]
    told = []
    for number, (thing, values) in enumerate(mending):
        told.append(reason(decide(a_call(world, f"CA{number}"), NOON)))
        change(thing, **values)

    assert told == [
        "account_blocked",
        "rate_limited",
        "concurrent_call_limit",
        "number_not_active",
        "documents_pending",
        "capability_missing",
        "spend_limit",
        "insufficient_balance",
    ]
    assert reason(decide(a_call(world, "CA-last"))) == ""


def test_a_named_account_has_to_be_the_owner(world, subscription, decide):
    other = make_account(world.buyer, money="5")

    assert reason(decide(a_call(world, "CA1", account_sid=world.sid))) == ""
    assert reason(decide(a_call(world, "CA2", account=world.account.pk))) == ""
    assert reason(decide(a_call(world, "CA3", account=other.pk))) == "number_unknown"
    assert reason(decide(a_call(world, "CA4", account_sid=link(other, world.platform)))) == "number_unknown"
    assert reason(decide(a_call(world, "CA5", account_sid="ACnobody"))) == "number_unknown"


def test_a_platform_that_its_buyer_has_not_linked_does_not_know_a_number(world, subscription, decide):
    stranger = make_world()

    assert reason(decide(a_call(stranger))) == "number_unknown"
    assert Session.objects.get().account_id is None
    link(make_account(world.buyer), stranger.platform)
    assert reason(decide(a_call(stranger, "CA2"))) == ""


def test_a_number_takes_no_more_calls_than_it_has_room_for(world, subscription, engine):
    change(subscription.number, capacity=2)
    first = [body(answer) for answer in engine.decide([a_call(world, f"CA{n}") for n in range(3)])]
    ended = world.ask("terminate", session_id="CA0", used_seconds=0)
    then = [body(answer) for answer in engine.decide([ended, a_call(world, "CA3"), a_call(world, "CA4")])]

    assert [reason(reply) for reply in first] == ["", "", "concurrent_call_limit"]
    assert [reason(reply) for reply in then[1:]] == ["", "concurrent_call_limit"]


def test_a_call_that_is_up_when_its_number_changes_hands_is_the_first_owner_s_to_the_end(world, subscription, engine):
    engine.decide([a_call(world)])
    change(subscription, state="released", released_at=NOON, price_1=9, price_n=9)
    second = make_account(world.buyer, money="50")
    new = give_number(world, NUMBER, account=second, price_1=Decimal("0.5"), price_n=Decimal("0.5"))

    update = world.ask("update", session_id="CA1", seq=1, used_seconds=60)
    replies = [body(answer) for answer in engine.decide([update, a_call(world, "CA2")])]
    replies += [body(engine.decide([world.ask("terminate", session_id="CA1", used_seconds=60)])[0])]

    assert (replies[0]["decision"], replies[0]["account"]) == ("allow", world.account.pk)
    assert (replies[1]["account"], replies[1]["held"]) == (second.pk, "1.000000")
    assert (replies[2]["charged"], replies[2]["available"]) == ("0.030000", "99.970000")
    assert list(Session.objects.order_by("id").values_list("account_id", flat=True)) == [world.account.pk, second.pk]
    assert new.pk != subscription.pk


def test_the_engine_learns_of_a_new_owner_though_it_remembers_the_old_one(world, subscription, decide):
    assert decide(a_call(world))["account"] == world.account.pk
    assert decide(a_call(world, "CA2"))["account"] == world.account.pk
    change(subscription, state="released", released_at=NOON)
    assert reason(decide(a_call(world, "CA3"))) == "number_not_active"
    other = make_account(world.buyer, money="5")
    give_number(world, NUMBER, account=other)

    assert decide(a_call(world, "CA4"))["account"] == other.pk


def test_the_new_owner_s_limit_counts_though_the_batch_ends_a_call_of_that_owner_too(world, subscription, engine):
    other = make_account(world.buyer, money="5", concurrent_call_limit=2)
    sid = link(other, world.platform)
    interconnect(other, world.voice)
    engine.decide([a_call(world, "CA1"), *(world.call(name, account_sid=sid) for name in ("CA2", "CA3"))])
    change(subscription, state="released", released_at=NOON)
    give_number(world, NUMBER, account=other)

    ended = world.ask("terminate", session_id="CA2", used_seconds=0)
    assert reason(body(engine.decide([a_call(world, "CA4"), ended])[0])) == "concurrent_call_limit"


def test_what_was_never_asked_about_is_charged_to_the_owner_from_its_own_facts(world, subscription, decide):
    facts = {"service": "sms", "direction": "inbound", "to": NUMBER}

    closed = decide(world.ask("terminate", session_id="SM7", used_parts=3, **facts))

    assert (closed["charged"], closed["parts"]) == ("0.012000", 3)
    record = MessageRecord.objects.get()
    assert (record.unsolicited, record.account_id, record.connection_id) == (True, world.account.pk, None)
    unknown = decide(world.ask("terminate", session_id="SM8", used_parts=3, **(facts | {"to": "442071838751"})))
    assert (unknown["status"], list(unknown["errors"])) == (400, ["to"])
    other = make_account(world.buyer)
    named = decide(world.ask("terminate", session_id="SM9", used_parts=3, account=other.pk, **facts))
    assert (named["status"], list(named["errors"])) == (400, ["to"])


def test_a_call_that_was_refused_and_happened_all_the_same_is_charged(world, subscription, engine):
    change(subscription, documents_state="pending")
    refused, ended = engine.decide([a_call(world), world.ask("terminate", session_id="CA1", used_seconds=60)])
    late = engine.decide([a_call(world, "CA2")]) + engine.decide(
        [world.ask("terminate", session_id="CA2", used_seconds=60)]
    )

    assert reason(body(refused)) == "documents_pending"
    assert [body(ended)["charged"], body(late[1])["charged"]] == ["0.030000", "0.030000"]
    assert set(Cdr.objects.values_list("overrun", flat=True)) == {True}


def test_an_event_debits_what_came_in(world, subscription, decide):
    facts = {"service": "sms", "direction": "inbound", "to": NUMBER, "text": "Hello"}

    price = decide(world.ask("event", event_id="E1", type="price", **facts))
    debit = decide(world.ask("event", event_id="E2", type="debit", **facts))
    back = decide(world.ask("event", event_id="E3", type="refund", refund_of="E2"))

    assert (price["charged"], price["rate"]["prefix"]) == ("0.004000", NUMBER)
    assert (debit["charged"], debit["account"], debit["available"]) == ("0.004000", world.account.pk, "99.996000")
    assert (back["charged"], back["available"]) == ("-0.004000", "100.000000")
    record = MessageRecord.objects.get()
    assert (record.subscription_id, record.account_sid) == (subscription.pk, world.sid)
    change(subscription, documents_state="missing")
    assert reason(decide(world.ask("event", event_id="E4", type="debit", **facts))) == "documents_pending"


def test_inbound_and_outbound_of_many_are_decided_together(world, subscription, engine):
    connection = make_connection(world.seller)
    make_rate(connection, "44", "0.01")
    worlds = [world, *(make_world() for _ in range(3))]
    numbers = {world.account.pk: NUMBER}
    for index, one in enumerate(worlds[1:]):
        numbers[one.account.pk] = f"44207183876{index}"
        give_number(one, numbers[one.account.pk])
    interconnect(world.account, connection)
    asks = [
        ask
        for index, one in enumerate(worlds)
        for ask in (a_call(one, f"IN{index}", to=numbers[one.account.pk]), one.call(f"OUT{index}"))
    ]

    replies = [body(answer) for answer in engine.decide(asks)]

    assert [reply["decision"] for reply in replies] == ["allow"] * 8
    owners = [reply["account"] for reply in replies]
    assert owners == [one.account.pk for one in worlds for _ in range(2)]


def test_a_silent_inbound_call_is_settled_and_gives_back_its_hold(world, subscription, engine):
    engine.decide([a_call(world)], NOON)

    assert engine.expire(NOON + timedelta(hours=1)) == 1
    assert (world.wallet().held, Cdr.objects.get().result) == (0, "unanswered")
    assert Number.objects.get().state == "sold"
    assert Subscription.objects.get().state == "active"
