"""A seller with connections, and a short way to send it price lists."""

from pathlib import Path

import pytest

from sellers.models import Connection, KeyedBy, Seller, Service
from sellers.operations.connections import create_connection, create_seller
from tcxc.actors import Actor
from tcxc.models import Company
from tests.sellers.lists import Lists


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def seller(db) -> Seller:
    company = Company.objects.create(name="Routes Ltd")
    return create_seller(company=company, by=Actor.system())


@pytest.fixture
def connection(seller: Seller) -> Connection:
    return create_connection(seller=seller, name="World", service=Service.VOICE, by=Actor.system())


@pytest.fixture
def networks(seller: Seller) -> Connection:
    return create_connection(seller=seller, name="SMS", service=Service.SMS, keyed_by=KeyedBy.MCCMNC, by=Actor.system())


@pytest.fixture
def lists(connection: Connection) -> Lists:
    return Lists(connection)
