"""Connections and price lists over REST."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sellers.operations.price_lists import check_next_upload
from tcxc.models import Holder
from tests.api.decks import HEADER, a_list
from tests.api.exchange import Exchange, make_exchange

pytestmark = pytest.mark.django_db
CONNECTIONS = "/api/v1/connections/"


@pytest.fixture
def exchange() -> Exchange:
    return make_exchange()


@pytest.fixture
def seller(exchange):
    return exchange.client(Holder.SELLER)


def problem(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition("/")[2]


def upload(client, connection: int, content: bytes, name: str = "list.csv", **fields: str):
    file = SimpleUploadedFile(name, content)
    return client.post(f"{CONNECTIONS}{connection}/price-list/uploads/", {"file": file, **fields}, format="multipart")


def test_what_is_set_of_a_connection_is_what_is_shown(exchange, seller):
    body = {
        "name": "SMS route",
        "service": "sms",
        "keyed_by": "mccmnc",
        "route_type": "NCLI",
        "smpp_uri": "smpp:{system_id}:{password}:{destination}@smsc.example:2776",
        "capacity": None,
        "manual_approval": True,
    }
    made = seller.post(CONNECTIONS, body)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in body} == body
    path = f"{CONNECTIONS}{made.json()['id']}/"
    assert seller.get(path).json() == made.json()
    assert seller.patch(path, {"capacity": 5}).json() == made.json() | {"capacity": 5}


def test_a_connection_is_refused_by_field_type_or_right(exchange, seller):
    path = f"{CONNECTIONS}{exchange.ids['connection']}/"
    assert problem(seller.post(CONNECTIONS, {"name": "spare", "service": "voice"})) == (409, "name_taken")
    assert problem(seller.post(CONNECTIONS, {"name": "x", "service": "voice", "keyed_by": "mccmnc"})) == (
        400,
        "invalid",
    )
    assert list(seller.patch(path, {"sip_uri": "http://x", "colour": 1}).json()["errors"]) == ["colour"]
    assert list(seller.patch(path, {"sip_uri": "http://x"}).json()["errors"]) == ["sip_uri"]
    assert problem(seller.patch(path, {"commission_rate": "0.1"})) == (403, "not_allowed")
    assert problem(seller.post(CONNECTIONS, {"name": "x", "service": "voice", "seller": 1})) == (403, "not_allowed")
    operator = exchange.client(Holder.OPERATOR)
    assert operator.patch(path, {"commission_rate": "0.1"}).json()["commission_rate"] == "0.1000"


def test_a_list_goes_from_upload_over_preview_to_prices(exchange, seller):
    connection = exchange.ids["spare"]
    made = upload(seller, connection, a_list("44,0.02", "447700,0.00345678"))
    assert (made.status_code, made.json()["status"]) == (202, "checking")
    path = f"{CONNECTIONS}{connection}/price-list/uploads/{made.json()['id']}/"
    assert problem(seller.post(f"{path}publish/")) == (409, "still_checking")
    check_next_upload()
    ready = seller.get(path).json()
    assert (ready["status"], ready["rows"], ready["errors"]) == ("ready", 2, [])
    assert ready["changes"] == {"new": 2, "increase": 0, "decrease": 0, "withdrawn": 0, "unchanged": 0}
    changes = seller.get(f"{path}changes/?page_size=1").json()
    assert [(row["change"], row["prefix"], row["row"]) for row in changes["results"]] == [("new", "44", 2)]
    assert seller.get(changes["next"]).json()["results"][0]["price_1"] == "0.00345678"
    published = seller.post(f"{path}publish/").json()
    assert (published["status"], published["version"]) == ("published", 1)
    prices = seller.get(f"{CONNECTIONS}{connection}/price-list/").json()["results"]
    assert [(row["prefix"], row["price_1"], row["price_list"]) for row in prices] == [
        ("44", "0.020000", made.json()["id"]),
        ("447700", "0.00345678", made.json()["id"]),
    ]


def test_a_list_with_faults_is_rejected_by_row_and_column(exchange, seller):
    made = upload(seller, exchange.ids["spare"], a_list("44,0.02", "44,0.03", "49,free"))
    check_next_upload()
    path = f"{CONNECTIONS}{exchange.ids['spare']}/price-list/uploads/{made.json()['id']}/"
    rejected = seller.get(path).json()
    assert rejected["status"] == "rejected"
    assert {(fault["row"], fault["column"]) for fault in rejected["errors"]} >= {(3, "Prefix"), (4, "Price 1")}
    assert all(fault["message"] for fault in rejected["errors"])
    assert problem(seller.post(f"{path}publish/")) == (409, "has_errors")
    assert seller.get(f"{CONNECTIONS}{exchange.ids['spare']}/price-list/").json()["results"] == []


def test_prices_that_changed_since_the_preview_are_looked_at_again(exchange, seller):
    connection = exchange.ids["spare"]
    uploads = []
    for price in ("0.02", "0.03"):
        uploads.append(upload(seller, connection, a_list(f"44,{price}")).json()["id"])
        check_next_upload()
    base = f"{CONNECTIONS}{connection}/price-list/uploads/"
    assert seller.post(f"{base}{uploads[1]}/publish/").status_code == 200
    reply = seller.post(f"{base}{uploads[0]}/publish/", headers={"Idempotency-Key": "one"})
    assert problem(reply) == (409, "prices_changed")
    assert seller.get(f"{base}{uploads[0]}/").json()["status"] == "checking"
    check_next_upload()
    assert seller.post(f"{base}{uploads[0]}/publish/").status_code == 200


def test_the_list_as_a_file_has_the_eleven_columns_and_changes_nothing(exchange, seller):
    connection = exchange.ids["connection"]
    reply = seller.get(f"{CONNECTIONS}{connection}/price-list/?format=csv")
    content = b"".join(reply.streaming_content)
    assert content.decode().splitlines()[0] == HEADER
    assert [row["Prefix"] for row in csv.DictReader(io.StringIO(content.decode()))] == ["44"]
    made = upload(seller, connection, content, mode="replace").json()
    check_next_upload()
    again = seller.get(f"{CONNECTIONS}{connection}/price-list/uploads/{made['id']}/").json()
    assert again["changes"] == {"new": 0, "increase": 0, "decrease": 0, "withdrawn": 0, "unchanged": 1}


def test_buyers_read_the_prices_that_they_agreed_to(exchange):
    buyer = exchange.client(Holder.BUYER)
    assert buyer.get(f"{CONNECTIONS}{exchange.ids['connection']}/price-list/").json()["results"][0]["prefix"] == "44"
    assert buyer.get(f"{CONNECTIONS}{exchange.ids['connection']}/price-list/?prefix=49").json()["results"] == []
    assert problem(buyer.get(f"{CONNECTIONS}{exchange.ids['spare']}/price-list/")) == (404, "not_found")


def test_an_upload_is_a_form_with_a_file_that_is_not_too_large(exchange, seller, settings):
    path = f"{CONNECTIONS}{exchange.ids['spare']}/price-list/uploads/"
    assert problem(seller.post(path, {"file": "x"})) == (415, "unsupported_media_type")
    assert list(seller.post(path, {"mode": "merge"}, format="multipart").json()["errors"]) == ["file"]
    assert list(upload(seller, exchange.ids["spare"], b"x", mode="guess").json()["errors"]) == ["mode"]
    settings.PRICE_LIST_MAX_BYTES = 10
    assert problem(upload(seller, exchange.ids["spare"], a_list("44,1"))) == (413, "too_large")


def test_a_publication_is_taken_back_by_another_upload(exchange, seller):
    path = f"{CONNECTIONS}{exchange.ids['connection']}/price-list/uploads/"
    restored = seller.post(f"{path}{exchange.ids['published']}/restore/")
    assert (restored.status_code, restored.json()["restores"]) == (202, exchange.ids["published"])
    assert problem(seller.post(f"{path}{exchange.ids['ready']}/restore/")) == (409, "not_published")
    assert seller.get(path).json()["results"][0]["id"] == restored.json()["id"]


def test_a_paused_connection_takes_no_new_buyer(exchange, seller):
    path = f"{CONNECTIONS}{exchange.ids['spare']}/"
    assert seller.post(f"{path}pause/").json()["status"] == "paused"
    consent = {"connection": exchange.ids["spare"], "agree": True}
    asked = exchange.client(Holder.BUYER).post(f"/api/v1/accounts/{exchange.ids['account']}/interconnects/", consent)
    assert problem(asked) == (409, "connection_unavailable")
    assert seller.post(f"{path}resume/").json()["status"] == "active"


def test_the_number_of_queries_does_not_grow_with_the_list(exchange, seller, django_assert_num_queries):
    connection = exchange.ids["connection"]
    for number in range(5):
        seller.post(CONNECTIONS, {"name": f"R{number}", "service": "voice"})
        upload(seller, connection, a_list(f"4{number},0.01"))
    lists = {CONNECTIONS: 2, f"{CONNECTIONS}{connection}/price-list/": 3, "/api/v1/seller/interconnects/": 2}
    lists |= {f"{CONNECTIONS}{connection}/price-list/uploads/": 3, "/api/v1/seller/ledger/": 2}
    lists[f"{CONNECTIONS}{connection}/price-list/uploads/{exchange.ids['ready']}/changes/"] = 4
    for path, count in lists.items():
        with django_assert_num_queries(count):
            assert seller.get(path).status_code == 200
