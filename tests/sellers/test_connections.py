"""Sellers and connections: what may be given, and who may take a route off the market."""

from decimal import Decimal

import pytest

from sellers.models import Connection, Seller
from sellers.operations.connections import (
    block_connection,
    create_connection,
    create_seller,
    pause_connection,
    resume_connection,
    unblock_connection,
    update_connection,
)
from sellers.queries.connections import connection_of, connections_of, market_connections
from sellers.terminations import sip_fault, smpp_fault
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed, NotFound, Refused
from tcxc.models import AuditEvent, Company, User
from tests.sellers.lists import SYSTEM, Lists, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db) -> Actor:
    return Actor(user=User.objects.create_user("seller@example.com"))


@pytest.fixture
def operator(db) -> Actor:
    return Actor(user=User.objects.create_user("operator@example.com", is_staff=True))


def test_a_company_becomes_a_seller_once(seller: Seller):
    with pytest.raises(Refused) as refused:
        create_seller(company=seller.company, by=SYSTEM)
    assert refused.value.type == "seller_exists"


@pytest.mark.parametrize(
    "details",
    [{"currency": "usd"}, {"currency": "EURO"}, {"commission_rate": Decimal("1.1")},
     {"commission_rate": Decimal("0.00001")}, {"commission_rate": Decimal("NaN")}],
)  # fmt: skip
def test_a_seller_needs_a_currency_and_a_commission_that_is_a_share(db, details):
    with pytest.raises(Invalid) as invalid:
        create_seller(company=Company.objects.create(name="X"), by=SYSTEM, **details)
    assert set(invalid.value.errors) == set(details)


def test_a_connection_is_made_and_changed_with_an_audit_row_each(seller: Seller, person: Actor):
    made = create_connection(
        seller=seller, name=" UK ", service="voice", by=person, sip_uri="sip:{number}@gw.example:5060"
    )
    update_connection(connection=made, changes={"capacity": 30}, by=person)
    update_connection(connection=made, changes={"capacity": 30}, by=person)
    made.refresh_from_db()
    assert (made.name, made.capacity) == ("UK", 30)
    events = AuditEvent.objects.filter(object_type="sellers.connection").order_by("id")
    assert [event.action for event in events] == ["connection.create", "connection.update"]
    assert [facts and facts["capacity"] for facts in (events[1].before, events[1].after)] == [None, 30]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"service": "fax"}, "service"),
        ({"keyed_by": "mccmnc"}, "keyed_by"),
        ({"keyed_by": "moon"}, "keyed_by"),
        ({"route_type": "SIP"}, "route_type"),
        ({"sip_uri": "http://x"}, "sip_uri"),
        ({"smpp_uri": "sip:x"}, "smpp_uri"),
        ({"capacity": -1}, "capacity"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_connection_is_said_by_field(seller: Seller, details, field):
    with pytest.raises(Invalid) as invalid:
        create_connection(**({"seller": seller, "name": "A", "service": "voice", "by": SYSTEM} | details))
    assert set(invalid.value.errors) == {field}


def test_names_are_unique_within_a_seller(connection: Connection):
    with pytest.raises(Refused) as refused:
        create_connection(seller=connection.seller, name="World", service="sms", by=SYSTEM)
    assert refused.value.type == "name_taken"
    other = create_seller(company=Company.objects.create(name="Other"), by=SYSTEM)
    assert create_connection(seller=other, name="World", service="sms", by=SYSTEM).pk


def test_only_an_operator_sets_a_commission(connection: Connection, person: Actor, operator: Actor):
    changes = {"commission_rate": Decimal("0.05")}
    with pytest.raises(NotAllowed):
        update_connection(connection=connection, changes=changes, by=person)
    assert update_connection(connection=connection, changes=changes, by=operator).commission_rate == Decimal("0.05")


def test_what_codes_mean_stays_once_there_are_prices(networks: Connection):
    update_connection(connection=networks, changes={"keyed_by": "prefix"}, by=SYSTEM)
    update_connection(connection=networks, changes={"keyed_by": "mccmnc"}, by=SYSTEM)
    networks.refresh_from_db()
    Lists(networks).publish(row("234", intervals="1,1"))
    with pytest.raises(Refused) as refused:
        update_connection(connection=networks, changes={"keyed_by": "prefix"}, by=SYSTEM)
    assert refused.value.type == "prices_exist"


def test_a_seller_pauses_and_resumes(connection: Connection, person: Actor):
    assert pause_connection(connection=connection, by=person).status == "paused"
    assert not market_connections("voice").exists()
    assert resume_connection(connection=connection, by=person).status == "active"
    assert list(market_connections("voice")) == [connection]


def test_a_seller_cannot_lift_an_operators_block(connection: Connection, person: Actor, operator: Actor):
    block_connection(connection=connection, by=operator, reason="fraud")
    for attempt in (resume_connection, pause_connection, block_connection, unblock_connection):
        with pytest.raises(NotAllowed):
            attempt(connection=connection, by=person, reason="please")
    on_behalf = Actor(user=operator.user, acting_for=person.user)
    with pytest.raises(NotAllowed):
        unblock_connection(connection=connection, by=on_behalf, reason="please")
    connection.refresh_from_db()
    assert connection.status == "blocked"
    assert unblock_connection(connection=connection, by=operator, reason="cleared").status == "active"
    reasons = AuditEvent.objects.filter(action__in=["connection.block", "connection.unblock"]).order_by("id")
    assert [event.reason for event in reasons] == ["fraud", "cleared"]


def test_unblocking_leaves_a_sellers_pause_alone(connection: Connection, person: Actor, operator: Actor):
    pause_connection(connection=connection, by=person)
    assert unblock_connection(connection=connection, by=operator, reason="mistake").status == "paused"


def test_a_block_needs_a_reason(connection: Connection, operator: Actor):
    with pytest.raises(Invalid):
        block_connection(connection=connection, by=operator, reason=" ")


def test_connections_are_found_from_their_own_seller_only(connection: Connection):
    stranger = create_seller(company=Company.objects.create(name="Other"), by=SYSTEM)
    assert connection_of(connection.seller, connection.pk) == connection
    assert not connections_of(stranger).exists()
    with pytest.raises(NotFound):
        connection_of(stranger, connection.pk)


@pytest.mark.parametrize(
    "uri",
    [
        "sip:{number}@host:5060",
        "sips:33270{number}@gw.example.com",
        "sip:trunk@10.0.0.1:5060;transport=tcp",
        "sip:host.example",
        "sip:{number}@[2001:db8::1]:5060",
    ],
)
def test_sip_addresses_with_and_without_placeholder(uri: str):
    assert sip_fault(uri) is None


@pytest.mark.parametrize(
    "uri",
    ["host:5060", "sip:", "sip:{msisdn}@host", "sip:a@b@c", "sip:x@host:0", "sip:x@host:70000", "sip:x @host",
     "sip:x@host\r\nVia: y", "sip:{number@host", "sip:}@host", "http://host", "sip:x@ho_st!"],
)  # fmt: skip
def test_other_sip_addresses_are_refused_with_the_form(uri: str):
    assert "sip:{number}@host:5060" in str(sip_fault(uri))


@pytest.mark.parametrize(
    "uri",
    [
        "smpp:{system_id}:{password}:{destination}@host:2776",
        "smpp:me:secret@host:2776",
        "smpp:host:2776",
        "smpps:a:b:c@host",
    ],
)
def test_smpp_addresses_with_and_without_placeholders(uri: str):
    assert smpp_fault(uri) is None


@pytest.mark.parametrize(
    "uri", ["smpp:me@host", "smpp:{number}:x@host", "sip:{number}@host", "smpp:a:b:c:d@host", "smpp://h"]
)
def test_other_smpp_addresses_are_refused_with_the_form(uri: str):
    assert "smpp:{system_id}:{password}:{destination}@host:2776" in str(smpp_fault(uri))
