"""A small exchange whose companies have log-ins of the TCXC dialect."""

import pytest
from django.core.cache import cache

from tcxc.models import Holder
from tests.api.exchange import Exchange, make_trade
from tests.dialects.clients import TcxcClient, client_of


@pytest.fixture
def exchange() -> Exchange:
    """The exchange without numbers: these tests bring their own."""
    return make_trade()


@pytest.fixture
def buyer(exchange: Exchange) -> TcxcClient:
    return client_of(exchange.buyers[0].company, Holder.BUYER)


@pytest.fixture
def other_buyer(exchange: Exchange) -> TcxcClient:
    return client_of(exchange.buyers[1].company, Holder.BUYER)


@pytest.fixture
def seller(exchange: Exchange) -> TcxcClient:
    return client_of(exchange.sellers[0].company, Holder.SELLER)


@pytest.fixture
def other_seller(exchange: Exchange) -> TcxcClient:
    return client_of(exchange.sellers[1].company, Holder.SELLER)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Counts of nonces and quotas begin anew."""
    cache.clear()
