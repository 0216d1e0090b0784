"""The market: what every seller asks, compared for one number, with the past and the future of each price."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from authz.totals import total_traffic
from buyers.models import Interconnect
from buyers.operations import create_account
from sellers.models import Connection, Seller
from tcxc.clock import utc_now
from tests.pages.cast import SYSTEM, Cast, signed_in
from tests.pages.records import make_call
from tests.world import make_connection, make_rate

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cast: Cast) -> Connection:
    """A cheaper route of another seller, which prices all of the United Kingdom by one code."""
    make_rate(cast.connection, "44", "0.02")
    make_rate(cast.connection, "447", "0.05")
    route = make_connection(Seller.objects.get(pk=cast.stranger.company.pk), name="Cheap")
    make_rate(route, "44", "0.01")
    return route


def found(cast: Cast, **query: str) -> list[tuple[str, str]]:
    page = signed_in(cast.buyer.owner).get(reverse("buyer:market"), query)
    return [(offer.rate.connection.name, offer.rate.prefix) for offer in page.context["offers"]]


def test_a_number_is_compared_on_all_routes_the_cheapest_first(cast, other):
    assert found(cast, where="+44 7700 900123") == [("Cheap", "44"), ("UK premium", "447")]


def test_a_prefix_shows_what_prices_it_and_what_lies_below_it(cast, other):
    assert set(found(cast, where="44")) == {("Cheap", "44"), ("UK premium", "44"), ("UK premium", "447")}
    assert set(found(cast, country="GB")) == set(found(cast, where="44"))
    assert found(cast, where="33") == []


def test_what_is_not_on_the_market_is_not_shown(cast, other):
    Connection.objects.filter(pk=other.pk).update(status="paused")
    assert found(cast, where="447700900123") == [("UK premium", "447")]
    client = signed_in(cast.buyer.owner)
    assert client.get(reverse("buyer:market_price", args=[other.pk, "44"])).status_code == 404
    assert client.get(reverse("buyer:market_join", args=[other.pk])).status_code == 404


def test_the_past_and_the_future_of_a_price_are_told_with_why_it_is_the_one(cast, other):
    make_rate(cast.connection, "4477", "0.03", effective_from=utc_now() + timedelta(days=7))
    url = reverse("buyer:market_price", args=[cast.connection.pk, "4477"])
    page = signed_in(cast.buyer.owner).get(url, {"number": "447700900123"}).content.decode()
    for said in ("To come", "is the longest", "0.03"):
        assert said in page, said
    assert (
        signed_in(cast.buyer.owner).get(reverse("buyer:market_price", args=[cast.connection.pk, "9"])).status_code
        == 404
    )


def test_quality_is_told_when_enough_calls_went(cast, other):
    def quality() -> list[Decimal | None]:
        total_traffic(now=utc_now())
        page = signed_in(cast.buyer.owner).get(reverse("buyer:market"), {"where": "447700900123"})
        return [offer.quality.asr if offer.quality else None for offer in page.context["offers"]]

    for _ in range(19):
        make_call(cast)
    assert quality() == [None, None]
    make_call(cast, result="unanswered", used_seconds=0)
    assert quality() == [None, Decimal("0.95")]


def test_an_account_is_interconnected_from_there(cast, other):
    create_account(buyer=cast.account.buyer, name="Second", by=SYSTEM)
    url = reverse("buyer:market_join", args=[other.pk])
    client = signed_in(cast.buyer.owner)
    assert client.post(url, {"account": cast.account.pk}).status_code == 422
    answer = client.post(url, {"account": cast.account.pk, "agree": "on"})
    assert answer["Location"] == reverse("buyer:account", args=[cast.account.pk])
    assert Interconnect.objects.get(connection=other).account == cast.account
    assert [a.name for a in client.get(url).context["accounts"]] == ["Second"]
    stranger = create_account(buyer=cast.stranger.company.buyer, name="Theirs", by=SYSTEM)
    assert client.post(url, {"account": stranger.pk, "agree": "on"}).status_code == 422


def test_a_text_that_is_no_code_is_said_to_be_wrong(cast):
    page = signed_in(cast.buyer.owner).get(reverse("buyer:market"), {"where": "London"})
    assert page.status_code == 200
    assert "Give digits" in page.content.decode()
