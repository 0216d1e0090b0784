"""How many queries each page asks, whatever the number of rows: a change here is seen in the diff."""

from collections.abc import Iterable

import pytest
from django.contrib import admin
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authz.models import Cdr
from buyers.operations import create_account, interconnect, link_account, rotate_provisioning_pair
from numbers.models import Document, Number, Subscription
from tcxc.actors import Actor
from tcxc.models import Holder
from tcxc.operations.api_keys import make_key
from tcxc.operations.invitations import invite
from tcxc.roles import Role
from tests.pages.cast import SYSTEM, Cast, credit, signed_in
from tests.pages.hosted import host, own_number, show_document
from tests.pages.records import earn, make_call, make_live_call, make_message, spend
from tests.pages.restcomms import a_difference
from tests.sellers.lists import Lists, row

# Session, person and seats are three of each; the balance on top is one of each buyer's page.
BUYER = {
    "home": 12,
    "accounts": 7,
    "account": 11,
    "account_edit": 6,
    "account_restcomm": 8,
    "live_calls": 7,
    "calls": 6,
    "messages": 6,
    "ledger": 8,
    "links": 5,
    "market": 6,
    "numbers": 7,
    "number": 12,
    "number_market": 7,
    "number_log": 5,
    "documents": 8,
}
SELLER = {
    "home": 12,
    "earnings": 4,
    "live_calls": 7,
    "connections": 4,
    "connection": 5,
    "prices": 5,
    "upload": 10,
    "buyers": 6,
    "calls": 6,
    "messages": 6,
    "documents": 6,
    "document": 7,
    "numbers": 6,
    "number": 6,
}

SETTINGS = {
    "exports:exports": 5,
    "settings:profile": 4,
    "settings:company": 4,
    "settings:team": 6,
    "settings:audit": 6,
    "developers:keys": 7,
}

OPERATORS = {
    "admin:index": 14,
    "admin:jobs": 4,
    "admin:timeline": 8,
    "admin:authz_cdr_change": 7,
    "admin:buyers_account_change": 10,
    "admin:buyers_interconnect_change": 3,
    "admin:numbers_requirement_add": 3,
}
# Of every table: the session, the person, how many rows, the rows. More where a filter lists what there is,
# or where rows have lists of their own.
TABLE = 4
TABLES = {
    "tcxc_outboxmessage": 5,
    "billing_wallet": 5,
    "billing_ledgeraccount": 5,
    "buyers_buyer": 5,
    "buyers_restcommlink": 5,
    "numbers_document": 11,
    "numbers_requirement": 5,
    "authz_session": 5,
}


@pytest.fixture
def crowded(cast: Cast) -> Cast:
    """More rows than one page shows."""
    for n in range(60):
        make_call(cast)
        make_message(cast)
        make_live_call(cast)
        credit(cast.account, "0.01")
        earn(cast, "0.001")
        account = create_account(buyer=cast.account.buyer, name=f"Account {n}", by=SYSTEM)
        interconnect(account=account, connection=cast.connection, agree=True, by=SYSTEM)
        link_account(account=account, platform_id=cast.platform.pk, account_sid=f"ACff{n:030d}", by=SYSTEM)
        invite(
            company=cast.buyer.company,
            email=f"p{n}@example.com",
            role=Role.FINANCE,
            invited_by=cast.buyer.owner,
            by=SYSTEM,
        )
        make_key(holder=Holder.BUYER, company=cast.buyer.company, name=f"key {n}", by=Actor(user=cast.buyer.owner))
        rotate_provisioning_pair(account=account, by=SYSTEM)
    for _ in range(3):
        owned = own_number(cast, monthly_fee="0.1", setup_fee=0, documents_required=True)
        show_document(owned), host(cast)
    a_difference(cast, owned)
    spend(cast, "1")
    Lists(cast.connection).publish(*[row(f"44{n}") for n in range(60)])
    return cast


@pytest.mark.django_db
def test_pages_ask_no_more_than_they_did(crowded):
    counts = {}
    upload = crowded.connection.uploads.get()
    places = {
        "buyer:number": [Subscription.objects.latest("pk").pk],
        "document": [Document.objects.latest("pk").pk],
        "seller:number": [Number.objects.latest("pk").pk],
        "account": [crowded.account.pk],
        "account_edit": [crowded.account.pk],
        "account_restcomm": [crowded.account.pk],
        "connection": [crowded.connection.pk],
        "prices": [crowded.connection.pk],
        "upload": [crowded.connection.pk, upload.pk],
    }
    for side, pages, person in (("buyer", BUYER, crowded.buyer.owner), ("seller", SELLER, crowded.seller.owner)):
        client = signed_in(person)
        client.get(f"/{side}/")  # the seat is remembered from here on
        for name in pages:
            with CaptureQueriesContext(database) as queries:
                assert (
                    client.get(
                        reverse(f"{side}:{name}", args=places.get(f"{side}:{name}", places.get(name, [])))
                    ).status_code
                    == 200
                )
            counts[f"{side}:{name}"] = len(queries)
    client = signed_in(crowded.buyer.owner)
    client.get("/buyer/")
    for name in SETTINGS:
        with CaptureQueriesContext(database) as queries:
            assert client.get(reverse(name)).status_code == 200
        counts[name] = len(queries)
    assert counts == SETTINGS | {f"buyer:{n}": c for n, c in BUYER.items()} | {
        f"seller:{n}": c for n, c in SELLER.items()
    }


def asked(client: Client, pages: Iterable[str], places: dict[str, list[int]]) -> dict[str, int]:
    """How many queries each page asks once the process has seen it: content types are remembered."""
    counts = {}
    for name in pages:
        address = reverse(name, args=places.get(name, []))
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(database) as queries:
            client.get(address)
        counts[name] = len(queries)
    return counts


@pytest.mark.django_db
def test_operators_pages_ask_no_more_than_they_did(crowded):
    places = {
        "admin:timeline": [crowded.account.pk],
        "admin:authz_cdr_change": [Cdr.objects.latest("pk").pk],
        "admin:buyers_account_change": [crowded.account.pk],
        "admin:buyers_interconnect_change": [crowded.account.interconnects.get().pk],
    }
    client = signed_in(crowded.operator)
    assert asked(client, OPERATORS, places) == OPERATORS


@pytest.mark.django_db
def test_no_table_of_operators_asks_by_the_row(crowded):
    tables = [f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry]
    expected = {f"admin:{table}_changelist": TABLES.get(table, TABLE) for table in tables}
    assert asked(signed_in(crowded.operator), expected, {}) == expected
