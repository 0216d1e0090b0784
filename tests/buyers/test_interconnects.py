"""Interconnects: asked for by buyers, decided by sellers."""

import re

import pytest

from buyers.models import Account, Interconnect
from buyers.operations import (
    approve_interconnect,
    create_account,
    create_buyer,
    end_interconnect,
    interconnect,
    place_interconnect,
    reject_interconnect,
)
from sellers.models import Connection, Seller
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.models import AuditEvent, Company, OutboxMessage

pytestmark = pytest.mark.django_db
BY = Actor.system()


@pytest.fixture
def account() -> Account:
    company = Company.objects.create(name="Acme", noc_email="noc@example.com", rates_email="rates@example.com")
    return create_account(buyer=create_buyer(company=company, by=BY), name="A", by=BY)


@pytest.fixture
def connection() -> Connection:
    seller = Seller.objects.create(company=Company.objects.create(name="Carrier"))
    return Connection.objects.create(seller=seller, name="Route", service="voice")


def ask(account, connection, **options) -> Interconnect:
    return interconnect(**{"account": account, "connection": connection, "agree": True, "by": BY, **options})


def refusal(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.type


def test_a_route_is_used_at_once_under_a_tech_prefix_of_its_own(account, connection):
    made = ask(account, connection)
    other = ask(create_account(buyer=account.buyer, name="B", by=BY), connection)
    assert made.status == "active"
    assert re.fullmatch(r"[0-9]{5,}#", made.tech_prefix)
    assert made.tech_prefix != other.tech_prefix
    letter = OutboxMessage.objects.get(key__startswith=f"interconnect:{made.pk}:made").payload
    assert letter["to"] == ["noc@example.com", "rates@example.com"]
    assert letter["subject"] == "TCXC: A may use Route of Carrier"
    assert made.tech_prefix in letter["text"]
    assert f"/api/v1/connections/{connection.pk}/price-list/" in letter["text"]


@pytest.mark.parametrize("agree", [False, None, "yes", 1])
def test_without_consent_there_is_no_interconnect(account, connection, agree):
    with pytest.raises(Invalid):
        ask(account, connection, agree=agree)
    assert not Interconnect.objects.exists()


def test_a_repeat_is_refused(account, connection):
    ask(account, connection)
    assert refusal(lambda: ask(account, connection)) == "already_interconnected"


def test_another_currency_is_refused(account, connection):
    connection.seller.currency = "EUR"
    connection.seller.save()
    assert refusal(lambda: ask(account, connection)) == "currency_mismatch"


@pytest.mark.parametrize("status", ["paused", "blocked"])
def test_what_is_off_the_market_is_refused(account, connection, status):
    connection.status = status
    assert refusal(lambda: ask(account, connection)) == "connection_unavailable"


def test_a_seller_may_decide_by_hand(account, connection):
    connection.manual_approval = True
    connection.save()
    made = ask(account, connection)
    assert made.status == "awaiting"
    rejected = reject_interconnect(interconnect=made, reason="Unknown company", by=BY)
    assert (rejected.status, rejected.decision_reason) == ("rejected", "Unknown company")
    assert refusal(lambda: ask(account, connection)) == "interconnect_rejected"
    approved = approve_interconnect(interconnect=made, by=BY)
    assert (approved.status, approved.decision_reason) == ("active", "")
    actions = AuditEvent.objects.filter(object_type="buyers.interconnect").order_by("id")
    assert [event.action for event in actions] == ["interconnect.make", "interconnect.reject", "interconnect.approve"]
    assert {event.company for event in actions} == {account.buyer.company, connection.seller.company}
    told = [message.payload for message in OutboxMessage.objects.order_by("id")]
    assert [letter["subject"] for letter in told] == [
        "TCXC: A awaits Carrier's approval for Route",
        "TCXC: Carrier rejected A for Route",
        "TCXC: A may use Route of Carrier",
    ]
    assert "Unknown company" in told[1]["text"]


def test_a_rejection_says_why(account, connection):
    with pytest.raises(Invalid):
        reject_interconnect(interconnect=ask(account, connection), reason="", by=BY)


def test_an_ended_one_is_taken_up_again_under_its_prefix(account, connection):
    made = ask(account, connection)
    assert end_interconnect(interconnect=made, by=BY).status == "ended"
    assert refusal(lambda: approve_interconnect(interconnect=made, by=BY)) == "interconnect_ended"
    connection.manual_approval = True
    connection.save()
    again = ask(account, connection)
    assert (again.pk, again.tech_prefix, again.status) == (made.pk, made.tech_prefix, "awaiting")


def test_routes_are_placed_and_weighed(account, connection):
    made = place_interconnect(interconnect=ask(account, connection), position=2, weight=0, by=BY)
    assert (made.position, made.weight) == (2, 0)
    assert place_interconnect(interconnect=made, weight=7, by=BY).position == 2
    with pytest.raises(Invalid):
        place_interconnect(interconnect=made, weight=-1, by=BY)
