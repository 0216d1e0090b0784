"""Prices that rise by more than the seller lets one person publish take a colleague, at every door."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction

from sellers.models import Connection, PriceListUpload
from sellers.operations.connections import create_connection, create_seller
from sellers.operations.price_lists import check_next_upload, publish_price_list, upload_price_list
from sellers.operations.terms import set_second_person_rise
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.models import AuditEvent, Company, User
from tests.sellers.lists import deck, row

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def route(db) -> Connection:
    seller = create_seller(company=Company.objects.create(name="Northern"), by=SYSTEM)
    made = create_connection(seller=seller, name="UK", service="voice", by=SYSTEM)
    first = uploaded(made, SYSTEM, row("44", "0.10"), row("447", "0.10"), row("4477", "0.10"))
    publish_price_list(upload=first, by=SYSTEM)
    set_second_person_rise(seller=seller, percent=Decimal(25), by=SYSTEM)
    return Connection.objects.get(pk=made.pk)


def person(name: str) -> Actor:
    return Actor(user=User.objects.create_user(f"{name}@example.com"))


def uploaded(route: Connection, by: Actor, *rows: str, mode: str = "merge") -> PriceListUpload:
    file = BytesIO(deck(*rows).encode())
    made = upload_price_list(connection=route, file=file, file_name="list.csv", by=by, mode=PriceListUpload.Mode(mode))
    assert check_next_upload() is not None
    return PriceListUpload.objects.select_related("connection__seller").get(pk=made.pk)


def test_a_steep_rise_is_published_by_another_colleague(route):
    ann, ben = person("ann"), person("ben")
    upload = uploaded(route, ann, row("44", "0.1251"))
    for by in (ann, SYSTEM, Actor(user=ben.user, acting_for=ann.user)):
        with pytest.raises(Refused) as refused:
            publish_price_list(upload=upload, by=by)
        assert refused.value.type == "another_publisher_needed"
    assert publish_price_list(upload=upload, by=ben).needs_another


@pytest.mark.parametrize("price", ["0.125", "0.05"])
def test_whoever_uploads_publishes_what_rises_no_more_than_that(route, price):
    ann = person("ann")
    assert not publish_price_list(upload=uploaded(route, ann, row("44", price)), by=ann).needs_another


def test_a_code_that_falls_back_to_a_dearer_one_rises_too(route):
    ann = person("ann")
    cheap = uploaded(route, ann, row("4477", "0.05"))
    publish_price_list(upload=cheap, by=ann)
    gone = uploaded(route, ann, row("44", "0.10"), row("447", "0.10"), mode="replace")
    with pytest.raises(Refused):
        publish_price_list(upload=gone, by=ann)


def test_without_a_percentage_anybody_publishes(route):
    set_second_person_rise(seller=route.seller, percent=None, by=SYSTEM)
    ann = person("ann")
    assert publish_price_list(upload=uploaded(route, ann, row("44", "9")), by=ann).status == "published"
    assert AuditEvent.objects.filter(action="seller.second_person_rise").count() == 2


@pytest.mark.parametrize("percent", [Decimal(-1), Decimal(100_000)])
def test_what_is_no_percentage_is_refused(route, percent):
    with pytest.raises(Invalid):
        set_second_person_rise(seller=route.seller, percent=percent, by=SYSTEM)


def test_the_database_holds_both_names_apart(route):
    ann, ben = person("ann"), person("ben")
    upload = publish_price_list(upload=uploaded(route, ann, row("44", "1")), by=ben)
    with pytest.raises(IntegrityError, match="steep_rises"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sellers_pricelistupload SET published_by_id = uploaded_by_id WHERE id = %s", [upload.pk])
