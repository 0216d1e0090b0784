"""Messages: parts counted and paid for whole, prices by network."""

from decimal import Decimal

import pytest

from authz.models import MessageRecord, Session
from tests.world import interconnect, link, make_account, make_connection, make_rate


@pytest.fixture
def sms(world):
    """A route for messages to the UK, priced by prefix."""
    connection = make_connection(world.seller, service="sms", smpp_uri="smpp:user:secret:{destination}@host:2776")
    make_rate(connection, "44", "0.01")
    interconnect(world.account, connection)
    return connection


@pytest.fixture
def by_network(world):
    """A route for messages priced by network: two- and three-digit MNCs, and a price for the whole of an MCC."""
    connection = make_connection(world.seller, service="sms", keyed_by="mccmnc")
    for code, price in {
        "234": "0.05", "23415": "0.02", "23410": "0.03", "310260": "0.04", "31026": "0.06", "311": "0.07",
    }.items():  # fmt: skip
        make_rate(connection, code, price)
    interconnect(world.account, connection)
    return connection


def sent(world, session_id, parts):
    return world.ask("terminate", session_id=session_id, used_parts=parts)


def test_a_message_is_held_sent_and_recorded(world, sms, decide):
    allowed = decide(world.message("SM1", text="é" * 153 + "[]" * 4, from_="ACME"))
    assert (allowed["parts"], allowed["held"], allowed["final_unit"]) == (2, "0.020000", False)
    assert allowed["routes"][0]["smpp"] == "smpp:user:secret:447700900123@host:2776"
    assert "granted_seconds" not in allowed
    closed = decide(sent(world, "SM1", 2))
    assert (closed["charged"], closed["parts"], closed["available"]) == ("0.020000", 2, "99.980000")
    record = MessageRecord.objects.get(pk=closed["cdr"])
    assert (record.encoding, record.parts, record.billed_parts, record.result) == ("gsm7", 2, 2, "sent")
    assert (record.amount, record.commission, record.prefix) == (Decimal("0.02"), Decimal("0.001"), "44")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ({"text": ""}, 1),
        ({"text": "a" * 160}, 1),
        ({"text": "a" * 161}, 2),
        ({"text": "€" * 80}, 1),
        ({"text": "€" * 81}, 2),
        ({"text": "я" * 70}, 1),
        ({"text": "я" * 71}, 2),
        ({"text": "😀" * 36}, 2),
        ({"parts": 255}, 255),
    ],
)
def test_the_text_or_the_count_says_how_many_parts(world, sms, decide, content, parts):
    assert decide(world.message("SM1", **content))["parts"] == parts


def test_a_message_goes_whole_or_not_at_all(world, sms, decide):
    poor = make_account(world.buyer, money="0.029999")
    interconnect(poor, sms)
    sid = link(poor, world.platform)
    assert decide(world.message("SM1", account_sid=sid, parts=3))["reason"] == "insufficient_balance"
    assert decide(world.message("SM2", account_sid=sid, parts=2))["parts"] == 2


def test_only_the_parts_that_went_are_charged(world, sms, decide):
    for name, parts, charged, result in [("SM1", 2, "0.020000", "sent"), ("SM2", 0, "0.000000", "unsent")]:
        decide(world.message(name, parts=3))
        assert decide(sent(world, name, parts))["charged"] == charged
        assert MessageRecord.objects.get(session_id=name).result == result
    assert world.wallet().held == 0


def test_more_parts_than_granted_are_charged_and_marked(world, sms, decide):
    decide(world.message("SM1", parts=1))
    assert decide(sent(world, "SM1", 3))["charged"] == "0.030000"
    assert Session.objects.get().overrun is True


@pytest.mark.parametrize(
    ("number", "network", "matched", "price"),
    [
        ("447700900123", "23415", "23415", "0.020000"),
        ("447700900123", "23499", "234", "0.050000"),
        ("447700900123", "234", "234", "0.050000"),
        ("447700900123", "", "234", "0.050000"),  # the dearest of the country, its MCC's own price included
        ("12125550100", "310260", "310260", "0.040000"),
        ("12125550100", "31026", "31026", "0.060000"),
        ("12125550100", "", "311", "0.070000"),
        ("12125550100", "310999", None, None),
        ("33612345678", "", None, None),
        ("8835100012345", "", None, None),
    ],
)
def test_a_price_by_network(world, by_network, decide, number, network, matched, price):  # noqa: PLR0917
    answer = decide(world.message("SM1", to=number, **({"mccmnc": network} if network else {})))
    if matched is None:
        assert answer["reason"] == "no_rate"
    else:
        assert (answer["rate"]["mccmnc"], answer["rate"]["price_1"]) == (matched, price)
        assert "prefix" not in answer["rate"]


def test_a_forbidden_network_is_not_carried_nor_taken_for_the_dearest(world, by_network, decide):
    make_rate(by_network, "23430", "0.99", forbidden=True)
    assert decide(world.message("SM1", mccmnc="23430"))["reason"] == "no_rate"
    assert decide(world.message("SM2"))["rate"]["mccmnc"] == "234"


def test_a_call_is_never_priced_by_a_route_for_messages(world, sms, by_network, decide):
    routes = decide(world.call("CA1"))["routes"]
    assert [route["connection"] for route in routes] == [world.voice.pk]
    routes = decide(world.message("SM1", mccmnc="23410"))["routes"]
    assert [route["connection"] for route in routes] == [sms.pk, by_network.pk]


def test_a_message_has_no_updates(world, sms, engine):
    engine.decide([world.message("SM1")])
    answer = engine.decide([world.ask("update", session_id="SM1", seq=1, used_seconds=1)])[0]
    assert answer.status == 400
