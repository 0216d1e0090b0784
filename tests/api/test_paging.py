"""Lists come in pages, by key."""

import base64

import pytest

from tcxc.models import Company

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.probe")]
PROBE = "/api/v1/probe/"


@pytest.fixture
def names(company):
    Company.objects.all().delete()
    Company.objects.bulk_create(Company(name=f"c{number}") for number in range(7))
    return [f"c{number}" for number in reversed(range(7))]


@pytest.fixture
def client(key_client):
    owner = Company.objects.order_by("id").first() or Company.objects.create(name="owner")
    return key_client(company=owner)


def walk(client, url, way):
    while url:
        page = client.get(url).json()
        yield page["results"]
        url = page[way]


def test_pages_run_forth_and_back_without_gap_or_repeat(names, client):
    forth = list(walk(client, f"{PROBE}?page_size=3", "next"))
    assert forth == [names[:3], names[3:6], names[6:]]
    last = client.get(f"{PROBE}?page_size=3").json()
    while last["next"]:
        last = client.get(last["next"]).json()
    assert list(walk(client, last["previous"], "previous")) == [names[3:6], names[:3]]


def test_a_row_that_comes_meanwhile_moves_nothing(names, client):
    first = client.get(f"{PROBE}?page_size=3").json()
    Company.objects.create(name="late")
    assert client.get(first["next"]).json()["results"] == names[3:6]


@pytest.mark.parametrize(
    "query",
    ["page_size=0", "page_size=501", "page_size=x", "cursor=x", "cursor=" + base64.b64encode(b"[[[[").decode()]
    + [
        "cursor=" + base64.urlsafe_b64encode(text).decode()
        for text in (b'[true,"x"]', b"[1,2]", b"[true,1e400]", b"{}")
    ]
    + ["cursor=" + base64.urlsafe_b64encode(f"[true,{2**70}]".encode()).decode()],
)
def test_a_page_that_can_not_be_is_refused(client, query):
    reply = client.get(f"{PROBE}?{query}")
    assert (reply.status_code, reply.json()["type"]) == (400, "/api/v1/problems/invalid")


def test_a_page_is_one_query(names, client, django_assert_num_queries):
    client.get(PROBE)
    with django_assert_num_queries(2):
        client.get(PROBE)
