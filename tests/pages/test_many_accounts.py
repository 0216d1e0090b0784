"""A buyer with more accounts than a list can show: filters and forms find one by what is typed, and read no more."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import LedgerAccount, Wallet
from buyers.models import Account
from numbers.models import Subscription
from tcxc.pages.picking import MOST_LISTED
from tests.pages.cast import Cast, credit, signed_in
from tests.pages.hosted import host, own_number
from tests.pages.records import make_call, make_live_call, make_message
from tests.pages.test_exports import made, rows_of
from tests.pages.test_number_pages import buy, put

pytestmark = pytest.mark.django_db
LISTS = {"calls": 7, "messages": 7, "ledger": 10, "numbers": 7, "live_calls": 8, "home": 13}
FILTER = {"ledger": "wallet", "live_calls": "of"}


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """One account more than is listed, each with a wallet of its own; the cast's account has the traffic."""
    company = cast.buyer.company
    places = LedgerAccount.objects.bulk_create(
        LedgerAccount(kind="wallet", company=company, currency="USD") for _ in range(MOST_LISTED)
    )
    wallets = Wallet.objects.bulk_create(
        Wallet(ledger_account=place, company=company, currency="USD") for place in places
    )
    Account.objects.bulk_create(
        Account(buyer=cast.account.buyer, name=f"Customer {n:04}", wallet=wallet, own_wallet=wallet)
        for n, wallet in enumerate(wallets)
    )
    for make in (make_call, make_message, make_live_call):
        make(cast)
    own_number(cast)
    return cast


@pytest.fixture
def buyer(crowd: Cast) -> Client:
    client = signed_in(crowd.buyer.owner)
    client.get("/buyer/")
    return client


def look(client: Client, page: str, **query: Any) -> Any:
    return client.get(reverse(f"buyer:{page}"), query)


@pytest.mark.parametrize("page", LISTS)
def test_a_list_names_its_rows_and_no_other_account(crowd, buyer, page: str):
    with CaptureQueriesContext(database) as queries:
        text = look(buyer, page).content.decode()
    assert len(queries) == LISTS[page]
    assert crowd.account.name in text
    assert text.count("Customer 0") <= 10


@pytest.mark.parametrize("page", [page for page in LISTS if page != "home"])
def test_one_is_found_by_its_number_or_how_its_name_begins(crowd, buyer, page: str):
    of = FILTER.get(page, "account")
    number = crowd.account.wallet_id if of == "wallet" else crowd.account.pk
    for typed in (str(number), "enterp", "ENTERPRISE A"):
        answer = look(buyer, page, **{of: typed})
        assert answer.context["form"].chosen == {of: number}
        assert f'value="{crowd.account.name}"' in answer.content.decode()
        assert answer.context["page"].rows
    assert not look(buyer, page, **{of: "customer 0007"}).context["page"].rows


def test_what_fits_none_or_several_is_told_beside_the_field(crowd, buyer):
    several = look(buyer, "calls", account="Customer 00").content.decode()
    assert "Several begin with “Customer 00”, such as Customer 0000 (" in several
    assert "Give more of the name, or the number." in several
    nothing = look(buyer, "calls", account="Nobody").content.decode()
    assert "Nothing has this number, or a name that begins with “Nobody”." in nothing


def test_the_whole_name_is_meant_where_others_begin_with_it(crowd, buyer):
    short = Account.objects.get(name="Customer 0003")
    Account.objects.filter(pk=short.pk).update(name="Customer")
    assert look(buyer, "calls", account="customer").context["form"].chosen == {"account": short.pk}


@pytest.mark.usefixtures("crowd")
def test_another_buyers_account_is_not_found(cast, buyer):
    other = Account.objects.create(
        buyer_id=cast.stranger.company.pk, name="Elsewhere", wallet=Wallet.objects.earliest("pk")
    )
    for typed in (str(other.pk), "Elsewhere", "9" * 30, "%", "_"):
        assert "Nothing has this number" in look(buyer, "calls", account=typed).content.decode()


def test_a_file_has_the_rows_of_the_account_that_was_typed(crowd):
    make_call(crowd, account_id=Account.objects.get(name="Customer 0001").pk)
    assert [row["Account"] for row in rows_of(made(crowd, query="account=enterprise"))] == ["Enterprise A"]
    assert {row["Wallet"] for row in rows_of(made(crowd, "buyer.ledger", query="wallet=enter"))} == {"Enterprise A"}


def test_numbers_are_bought_for_the_account_that_was_typed(crowd, buyer):
    number = host(crowd)
    put(buyer, number)
    form = look(buyer, "number_buy").content.decode()
    assert "Customer 0" not in form
    assert "its name begins with, or its number" in form
    assert "Several begin with" in buy(buyer, crowd, account="Customer").content.decode()
    assert not Subscription.objects.filter(number=number).exists()
    credit(crowd.account, "10")
    buy(buyer, crowd, account="enterprise")
    assert Subscription.objects.get(number=number).account == crowd.account
