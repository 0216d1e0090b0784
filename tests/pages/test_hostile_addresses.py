"""Addresses and files that somebody has tampered with get an answer soon, never a fault of ours."""

import json
import time
from base64 import urlsafe_b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tcxc.models import Export
from tests.pages.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
PERIODS = ("since=0001-01-01", "until=9999-12-31")


@pytest.mark.parametrize("query", PERIODS)
def test_days_at_the_ends_of_time_narrow_nothing(cast: Cast, query: str):
    pages = {cast.buyer.owner: ("/buyer/calls/", "/settings/audit/"), cast.seller.owner: ("/seller/calls/",)}
    for person, addresses in pages.items():
        for address in addresses:
            assert signed_in(person).get(f"{address}?{query}").status_code == 200


def test_a_key_can_not_last_until_the_end_of_time(cast: Cast):
    given = {"name": "Export", "scopes": [], "networks": "", "expires": "9999-12-31"}
    assert signed_in(cast.buyer.owner).post(reverse("developers:key_new"), given).status_code == 422


def test_null_characters_find_nothing_and_are_not_kept(cast: Cast):
    for person in (cast.buyer.owner, cast.seller.owner):
        assert signed_in(person).get("/find/?q=Atl%00antic").status_code == 200
    client = signed_in(cast.buyer.owner)
    assert client.post("/views/?page=/buyer/calls/&query=a%00b", {"name": "Odd"}).status_code == 422
    client.post(reverse("exports:export_new"), {"of": "calls", "format": "csv", "query": "a\0b"})
    assert not Export.objects.exists()


@pytest.mark.parametrize("text", ["\0", "\ud800"])
def test_a_place_that_no_list_has_is_not_found(cast: Cast, text: str):
    cursor = urlsafe_b64encode(json.dumps([False, text]).encode()).decode()
    assert signed_in(cast.buyer.owner).get(f"/buyer/numbers/market/?cursor={cursor}").status_code == 404


def test_a_header_with_very_many_columns_is_refused_at_once(cast: Cast):
    file = SimpleUploadedFile("numbers.csv", b"number," * 300_000)
    begun = time.process_time()
    assert signed_in(cast.seller.owner).post(reverse("seller:number_many"), {"file": file}).status_code == 422
    assert time.process_time() - begun < 10
