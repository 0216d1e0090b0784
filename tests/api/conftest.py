"""What the tests of the API share: companies, keys, and a client that speaks with a key."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from tcxc.actors import Actor
from tcxc.models import Company, Holder, Platform, User
from tcxc.operations.api_keys import make_key

type_of_client = Callable[..., APIClient]


def client_with(secret: str) -> APIClient:
    """A client that sends this key."""
    client = APIClient(headers={"Authorization": f"Bearer {secret}"})
    client.default_format = "json"
    return client


@pytest.fixture
def nobody() -> APIClient:
    return APIClient()


@pytest.fixture
def company() -> Company:
    return Company.objects.create(name="Acme Calls", country="GB")


@pytest.fixture
def key_client(company: Company) -> type_of_client:
    """Makes a client with a fresh key: `key_client(Holder.BUYER, scopes=[...])`."""

    def make(holder: Holder = Holder.BUYER, **options: Any) -> APIClient:
        owner: dict[str, Any] = {"company": company}
        if holder is Holder.PLATFORM:
            owner = {"platform": Platform.objects.get_or_create(name="Cloud")[0]}
        elif holder is Holder.OPERATOR:
            owner = {"user": User.objects.get_or_create(email="op@example.com", is_staff=True)[0]}
        made = make_key(holder=holder, name="test", by=Actor.system(), **{**owner, **options})
        return client_with(made.secret)

    return make
