"""Saved views: a page's filters under a name, for one person alone."""

import pytest
from django.urls import reverse

from tcxc.models import SavedView
from tests.pages.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
CALLS = "/buyer/calls/"


def address(page: str = CALLS, query: str = "result=denied") -> str:
    return f"{reverse('views:views')}?page={page}&query={query.replace('=', '%3D').replace('&', '%26')}"


def test_filters_are_kept_under_a_name_replaced_opened_and_deleted(cast: Cast):
    client = signed_in(cast.buyer.owner)
    assert "page=/buyer/calls/&amp;query=result%3Ddenied" in client.get(f"{CALLS}?result=denied").content.decode()
    assert client.post(address(), {"name": "Refused"})["Location"] == f"{CALLS}?result=denied"
    client.post(address(query="result=denied&account=1"), {"name": "Refused"})
    [view] = SavedView.objects.all()
    assert f'href="{CALLS}?result=denied&amp;account=1"' in client.get(address()).content.decode()
    assert client.post(reverse("views:view_delete", args=[view.pk]))["Location"] == CALLS
    assert not SavedView.objects.exists()


def test_views_are_each_persons_own(cast: Cast):
    signed_in(cast.buyer.owner).post(address(), {"name": "Mine"})
    view = SavedView.objects.get()
    for other in (cast.buyer.colleague, cast.stranger.owner):
        assert "Mine" not in signed_in(other).get(address()).content.decode()
        assert signed_in(other).post(reverse("views:view_delete", args=[view.pk])).status_code == 404
    assert SavedView.objects.exists()


@pytest.mark.parametrize("page", ["https://elsewhere.example/", "//elsewhere.example/", "/no/such/page/", ""])
def test_only_pages_of_ours_have_views(cast: Cast, page: str):
    assert signed_in(cast.buyer.owner).get(address(page)).status_code == 404


def test_a_view_needs_a_name_and_filters_and_there_is_an_end_to_them(cast: Cast, monkeypatch):
    client = signed_in(cast.buyer.owner)
    assert client.post(address(), {"name": " "}).status_code == 422
    assert client.post(address(query=""), {"name": "Empty"}).status_code == 422
    monkeypatch.setattr("tcxc.operations.saved_views.MOST", 1)
    client.post(address(), {"name": "One"})
    assert b"Delete one first" in client.post(address(), {"name": "Two"}).content
