"""Buyers are told of changed prices, and of money that runs low: once, the right people, and with all they need."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from billing.operations import debit_wallet
from buyers.models import Account, Buyer
from buyers.notices import prices
from buyers.notices.low_balance import watch_balances
from sellers.models import Connection
from tcxc import delivery
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.models import Company, Membership, OutboxMessage, User
from tests.at_once import at_once
from tests.sellers.lists import Lists, row
from tests.world import give_money, interconnect, make_account, make_connection, make_world

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def connection(settings, tmp_path) -> Connection:
    settings.MEDIA_ROOT = str(tmp_path)
    return make_connection(make_world().seller, name="Gold")


def buyer(name: str, role: str = "owner", **fields: str) -> Buyer:
    company = Company.objects.create(name=name, **fields)
    user = User.objects.create_user(f"{role}@{name}.example", "x")
    Membership.objects.create(user=user, company=company, role=role)
    return Buyer.objects.create(company=company)


def account(of: Buyer, **fields) -> Account:
    return make_account(of, **fields)


def attached(message) -> list[list[str]]:
    ((_, content, kind),) = message.attachments
    assert kind == "text/csv"
    return list(csv.reader(io.StringIO(content)))


def test_each_company_that_uses_a_connection_gets_one_mail_a_publication(connection):
    red, blue, green = buyer("red", rates_email="rates@red.example"), buyer("blue"), buyer("green")
    for number in range(2):
        interconnect(account(red), connection, tech_prefix=f"7000{number}#")
    interconnect(account(blue), connection)
    interconnect(account(green), connection, status="awaiting")
    interconnect(account(green), make_connection(connection.seller))

    Lists(connection).publish(row("44", "0.02", text="United Kingdom"))
    delivery.deliver_due()
    assert sorted(message.to for message in mail.outbox) == [["owner@blue.example"], ["rates@red.example"]]
    (to_red,) = (message for message in mail.outbox if message.to == ["rates@red.example"])
    assert to_red.subject == f"TCXC: {connection.seller.company.name} changed prices on Gold"
    assert "tech prefix 70000#\n" in to_red.body
    assert "tech prefix 70001#\n" in to_red.body
    assert "New codes: 1\n" in to_red.body
    rows = attached(to_red)
    assert rows[0] == list(prices.HEADER)
    assert rows[1][:5] == ["44", "United Kingdom", "new", "2027-01-01 12:00:00", "0"]
    assert rows[1][5:] == ["", "", "", "", "0.020000", "0.020000", "60", "1"]

    mail.outbox.clear()
    Lists(connection).publish(row("44", "0.01"), row("33", "0.5", intervals="6,6"), on=1)
    delivery.deliver_due()
    assert len(mail.outbox) == 2
    assert [line[:3] + line[5:6] + line[9:10] for line in attached(mail.outbox[0])[1:]] == [
        ["33", "", "new", "", "0.500000"],
        ["44", "United Kingdom", "decrease", "0.020000", "0.010000"],
    ]


def test_a_repeated_publication_message_and_one_without_changes_owe_nothing(connection):
    interconnect(account(buyer("red")), connection)
    Lists(connection).publish(row("44"))
    delivery.deliver_due()
    OutboxMessage.objects.filter(topic=prices.PUBLISHED).update(sent_at=None, due_at=utc_now())
    Lists(connection).publish(row("44"), on=1)
    delivery.deliver_due()
    assert len(mail.outbox) == 1
    assert not OutboxMessage.objects.filter(sent_at=None).exists()


def test_a_large_file_is_zipped(connection, monkeypatch):
    monkeypatch.setattr(prices, "ZIPPED_FROM", 100)
    interconnect(account(buyer("red")), connection)
    Lists(connection).publish(row("44"))
    delivery.deliver_due()
    ((name, content, kind),) = mail.outbox[0].attachments
    assert (name, kind) == (f"price-changes-{connection.pk}-version-1.csv.zip", "application/zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read(f"price-changes-{connection.pk}-version-1.csv").startswith(b"Prefix,")


def test_a_company_without_an_address_holds_nobody_up(connection):
    nameless = Buyer.objects.create(company=Company.objects.create(name="Nobody"))
    interconnect(account(nameless), connection)
    interconnect(account(buyer("red")), connection)
    Lists(connection).publish(row("44"))
    delivery.deliver_due()
    assert [message.to for message in mail.outbox] == [["owner@red.example"]]


def spend(of: Account, amount: str) -> None:
    key = f"spend {of.pk} {amount}"
    debit_wallet(wallet_id=of.wallet_id, amount=Decimal(amount), reason="x", by=Actor.system(), key=key)


def low_mails() -> list[str]:
    """What is owed, by recipient."""
    owed = OutboxMessage.objects.filter(key__startswith="low_balance:").order_by("id")
    return [message.payload["to"][0] for message in owed]


def test_a_low_balance_is_told_once_and_again_only_after_it_rose():
    low = account(buyer("red"), money="10", low_balance_threshold=Decimal(5))
    account(buyer("blue"), money="1")
    assert watch_balances(now=NOON) == 0
    spend(low, "5")
    assert watch_balances(now=NOON) == 0, "at the threshold is not below it"
    spend(low, "0.000001")
    assert watch_balances(now=NOON) == 1
    spend(low, "1")
    assert watch_balances(now=NOON + timedelta(days=1)) == 0
    give_money(low, "20")
    assert watch_balances(now=NOON + timedelta(days=2)) == 0
    spend(low, "21")
    assert watch_balances(now=NOON + timedelta(days=3)) == 1
    assert low_mails() == ["owner@red.example"] * 2
    delivery.deliver_due()
    assert mail.outbox[0].subject == f"TCXC: {low.name} has 4.999999 USD left"
    assert "fallen below 5.000000 USD" in mail.outbox[0].body


def test_an_account_that_hovers_about_its_threshold_is_told_of_once_an_hour():
    low = account(buyer("red"), money="4", low_balance_threshold=Decimal(5))
    assert watch_balances(now=NOON) == 1
    give_money(low, "2")
    assert watch_balances(now=NOON + timedelta(minutes=5)) == 0
    spend(low, "2")
    assert watch_balances(now=NOON + timedelta(minutes=59)) == 0
    assert watch_balances(now=NOON + timedelta(minutes=60)) == 1


def test_a_changed_threshold_counts_from_then_on():
    low = account(buyer("red"), money="4", low_balance_threshold=Decimal(5))
    assert watch_balances(now=NOON) == 1
    Account.objects.filter(pk=low.pk).update(low_balance_threshold=None)
    assert watch_balances(now=NOON + timedelta(hours=2)) == 0
    Account.objects.filter(pk=low.pk).update(low_balance_threshold=Decimal(6))
    assert watch_balances(now=NOON + timedelta(hours=3)) == 1


def test_those_who_look_after_money_are_told_and_those_who_don_t_are_not():
    company = buyer("red", role="traffic")
    user = User.objects.create_user("money@red.example", "x")
    Membership.objects.create(user=user, company=company.company, role="finance")
    account(company, money="1", low_balance_threshold=Decimal(5))
    assert watch_balances(now=NOON) == 1
    assert low_mails() == ["money@red.example"]


def test_two_watchers_at_once_tell_once():
    for number in range(5):
        account(buyer(f"red{number}"), money="1", low_balance_threshold=Decimal(5))
    assert sum(at_once([lambda: watch_balances(now=NOON)] * 4)) == 5
    assert len(low_mails()) == 5
