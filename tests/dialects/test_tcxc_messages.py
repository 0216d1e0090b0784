"""Messages between companies, and the quality of routes."""

from datetime import timedelta
from typing import Any

import pytest

from authz.models import DestinationDay, TrafficMark
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.models import CompanyMessage, OutboxMessage
from tcxc.operations import messages
from tcxc.operations.messages import send_message

pytestmark = pytest.mark.django_db
TEXT = {"subject": "New numbers", "message": "Number: 442071838750\nBest regards,"}


def test_a_seller_writes_to_its_buyers_and_they_get_a_mail(seller, exchange):
    reply = seller.post("/sellers/message/send", id=exchange.buyers[0].company.pk, **TEXT).json()
    sent = CompanyMessage.objects.get()
    assert (reply["status"], reply["i_message"]) == ("success", str(sent.pk))
    mail = OutboxMessage.objects.get(key=f"company_message:{sent.pk}").payload
    assert mail["to"] == ["noc@example.com"]
    assert mail["subject"] == "Carrier on TCXC: New numbers"
    assert TEXT["message"] in mail["text"]


def test_a_buyer_writes_to_sellers_on_the_market(buyer, exchange):
    for side in exchange.sellers:
        assert buyer.post("/buyers/message/send", id=side.company.pk, **TEXT).json()["status"] == "success"


def test_nobody_writes_to_strangers_or_to_themselves(seller, other_seller, buyer, exchange):
    attempts = [
        (other_seller, "/sellers/message/send", exchange.buyers[0].company.pk),
        (seller, "/sellers/message/send", exchange.sellers[0].company.pk),
        (buyer, "/buyers/message/send", exchange.buyers[1].company.pk),
        (buyer, "/buyers/message/send", 999_999),
    ]
    for client, path, company in attempts:
        assert "no such company among yours" in client.post(path, id=company, **TEXT).json()["message"]
    assert (
        buyer.post("/buyers/message/send", id=exchange.sellers[0].company.pk, subject="x").json()["status"] == "error"
    )
    assert not CompanyMessage.objects.exists()


def test_there_is_an_end_to_the_messages_of_a_day(exchange, monkeypatch):
    monkeypatch.setattr(messages, "A_DAY", 2)
    now = utc_now()
    facts: dict[str, Any] = {"subject": "Hello", "text": "Hello", "by": Actor.system()}
    pair = {"sender": exchange.sellers[0].company, "receiver": exchange.buyers[0].company}
    for _ in range(2):
        send_message(**pair, **facts, now=now)
    with pytest.raises(Refused, match="No more than 2"):
        send_message(**pair, **facts, now=now)
    assert send_message(**pair, **facts, now=now + timedelta(days=1)).pk


@pytest.fixture
def carried(exchange) -> None:
    """What the first seller's route carried to the United Kingdom today and yesterday."""
    now = utc_now()
    facts = {
        "service": "voice",
        "buyer_id": 1,
        "account_id": 1,
        "seller_id": exchange.sellers[0].company.pk,
        "connection_id": exchange.sellers[0].ids["connection"],
        "country": "GB",
        "denied": 0,
        "billed": 0,
    }
    for days, tried, answered, seconds in ((0, 10, 5, 600), (1, 10, 1, 60), (8, 99, 99, 99)):
        day = now.date() - timedelta(days=days)
        DestinationDay.objects.create(day=day, tried=tried, answered=answered, seconds=seconds, **facts)
    TrafficMark.objects.update_or_create(pk=1, defaults={"counted_until": now, "corrected_until": now})


def test_a_rate_tells_the_quality_of_its_route(buyer, carried, exchange):
    first, second = buyer.post("/lookup.php", searchform=1, prefix="44").json()["rates"]
    assert (first["daily_asr"], first["daily_acd"], first["daily_minutes"]) == (50, 2.0, 10.0)
    assert (first["weekly_asr"], first["weekly_acd"], first["weekly_minutes"]) == (30, 1.83, 11.0)
    assert first["stats_time"] == f"{TrafficMark.objects.get().counted_until:%Y-%m-%d %H:%M:%S}"
    assert (second["daily_asr"], second["daily_minutes"]) == (None, 0.0)


def test_the_top_routes_are_those_that_carried_most(buyer, seller, carried, exchange):
    best = seller.get("/sellers/toproutes", number="447400123456", period="day").json()["routes"]
    assert [row["i_connection"] for row in best] == [str(side.ids["connection"]) for side in exchange.sellers]
    assert (best[0]["minutes"], best[0]["asr"], best[1]["asr"]) == (10.0, 50, None)
    assert buyer.get("/sellers/toproutes", type="cli").json()["routes"][0]["minutes"] == 11.0
    assert buyer.get("/sellers/toproutes", number="81312345678").json()["routes"] == []
    assert buyer.get("/sellers/toproutes", period="century").json()["status"] == "error"
