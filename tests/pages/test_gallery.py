"""The gallery of components: whole in development, and not there in production."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.pages.browsing import DESK, PHONE, grave_findings, no_complaints, sideways

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_there_in_development_only(settings):
    for name in ("gallery", "gallery_chart"):
        assert Client().get(reverse(name)).status_code == 404
    settings.DEBUG = True
    assert Client().get(reverse("gallery_chart")).json()["series"][0]["unit"] == "USD"


def test_every_component_reads_well_and_fits(page: Page, live_server, settings):
    settings.DEBUG = True
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        with no_complaints(page):
            page.goto(live_server.url + reverse("gallery"))
            expect(page.locator("[data-chart] canvas")).to_be_visible()
        assert sideways(page) <= 0
    assert not grave_findings(page)
