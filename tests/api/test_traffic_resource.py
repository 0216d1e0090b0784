"""Calls and messages over REST: filters, order, files."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from authz.models import Cdr
from tcxc.models import Holder
from tests.api.exchange import Exchange, make_exchange

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


@pytest.fixture
def calls(exchange) -> list[Cdr]:
    """Six calls of the first buyer, a minute apart but for the last two, which share their moment."""
    call = Cdr.objects.get(pk=exchange.ids["cdr"])
    facts = {name: getattr(call, name) for name in ("platform_id", "buyer_id", "account_id", "seller_id", "started_at")}
    Cdr.objects.all().delete()
    return [
        Cdr.objects.create(
            session_id=f"=CA{number}",
            recorded_at=NOON + timedelta(minutes=min(number, 4)),
            callee="447700900123" if number % 2 else "4930123456",
            result="answered" if number < 4 else "denied",
            direction="outbound",
            **facts,
        )
        for number in range(6)
    ]


def ids(client, query: str = "") -> list[int]:
    return [row["id"] for row in client.get(f"/api/v1/cdrs/?{query}").json()["results"]]


def test_the_last_recorded_comes_first_on_every_page(exchange, calls):
    expected = [call.pk for call in reversed(calls)]
    for client in (exchange.client(Holder.BUYER), exchange.client(Holder.OPERATOR)):
        assert ids(client) == expected
        url, found = "/api/v1/cdrs/?page_size=1", []
        while url:
            page = client.get(url).json()
            found += [row["id"] for row in page["results"]]
            url = page["next"]
        assert found == expected


def test_calls_are_found_by_time_account_prefix_and_result(exchange, calls):
    client = exchange.client(Holder.BUYER)
    by_id = [call.pk for call in calls]
    assert ids(client, "since=2026-11-20T12:01:00Z&until=2026-11-20T12:03:00Z") == by_id[2:0:-1]
    assert ids(client, "since=2026-11-20T14:01:00%2B02:00&until=2026-11-20T12:02:00Z") == [by_id[1]]
    assert ids(client, "prefix=44") == ids(client, "prefix=%2B447") == by_id[5::-2]
    assert ids(client, "prefix=+44") == by_id[5::-2]
    assert ids(client, "prefix=4") == by_id[::-1]
    assert ids(client, "result=denied") == by_id[:3:-1]
    assert ids(client, f"account={exchange.ids['account']}&session_id==CA3") == [by_id[3]]
    assert ids(client, f"account={exchange.buyers[1].ids['account']}") == []
    assert client.get("/api/v1/cdrs/?result=lost").status_code == 400
    for wrong in ("since=yesterday", "prefix=0", "prefix=", "prefix=44x"):
        assert list(client.get(f"/api/v1/cdrs/?{wrong}").json()["errors"]) == [wrong.partition("=")[0]]


def test_a_file_has_every_row_and_no_formula(exchange, calls, monkeypatch):
    monkeypatch.setattr("tcxc.api.csv.CHUNK", 2)
    reply = exchange.client(Holder.BUYER).get("/api/v1/cdrs/?format=csv&result=answered")
    rows = list(csv.DictReader(io.StringIO(b"".join(reply.streaming_content).decode())))
    assert [row["session_id"] for row in rows] == ["'=CA3", "'=CA2", "'=CA1", "'=CA0"]
    assert {"from", "to", "amount", "price_1", "billed_seconds"} <= rows[0].keys()
