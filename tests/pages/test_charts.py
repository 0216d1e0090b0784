"""Charts: the figures of whoever looks, exact, as JSON to draw and as a table to read."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from authz.totals import total_traffic
from tests.pages.browsing import no_complaints, sign_in
from tests.pages.cast import Cast, signed_in
from tests.pages.records import make_call, make_message

JSON = {"Accept": "application/json"}


def figures(user, side: str, what: str, step: str = "hour") -> dict[str, str]:
    """What the last point of each series says, by its label."""
    chart = signed_in(user).get(reverse(f"{side}:chart", args=[what, step]), headers=JSON).json()
    return {series["label"]: series["texts"][-1] for series in chart["series"]}


@pytest.fixture
def busy(cast: Cast) -> Cast:
    make_call(cast, used_seconds=90)
    make_call(cast, used_seconds=30, amount=Decimal("0.000001"))
    make_call(cast, result="unanswered", used_seconds=0, billed_seconds=0, amount=0, commission=0)
    make_call(cast, result="denied", reason="no_rate", used_seconds=0, amount=0, commission=0)
    make_message(cast)
    make_call(cast, buyer_id=cast.stranger.company.pk, seller_id=cast.stranger.company.pk)
    total_traffic(now=timezone.now())
    return cast


@pytest.mark.django_db
def test_calls_that_were_tried_count_and_denied_ones_and_those_of_others_do_not(busy):
    for step in ("hour", "day"):
        assert figures(busy.buyer.owner, "buyer", "answered", step) == {"Calls tried": "3", "ASR": "66.7 %"}
        assert figures(busy.buyer.owner, "buyer", "minutes", step) == {"Minutes": "2", "ACD": "1:00"}


@pytest.mark.django_db
def test_money_is_exact_and_a_seller_sees_it_without_commission(busy):
    assert figures(busy.buyer.owner, "buyer", "money") == {"Spent": "0.050001"}
    assert figures(busy.seller.owner, "seller", "money") == {"Earned": "0.046251"}


@pytest.mark.django_db
def test_days_are_those_of_the_companys_calendar(busy):
    busy.buyer.company.time_zone = "Asia/Tokyo"
    busy.buyer.company.save()
    url = reverse("buyer:chart", args=["money", "day"])
    chart = signed_in(busy.buyer.owner).get(url, headers=JSON).json()
    assert (chart["zone"], len(chart["times"])) == ("Asia/Tokyo", 30)
    assert (chart["times"][-1] + 9 * 3600) % 86_400 == 0


@pytest.mark.django_db
def test_a_chart_is_a_table_for_who_does_not_draw(busy):
    page = signed_in(busy.buyer.owner).get(reverse("buyer:chart", args=["money", "hour"])).content.decode()
    assert "Money by hour" in page
    assert "0.050001" in page


@pytest.mark.django_db
def test_a_chart_that_nobody_offers_is_not_found(cast):
    client = signed_in(cast.buyer.owner)
    for what, step in (("secrets", "hour"), ("money", "century")):
        assert client.get(reverse("buyer:chart", args=[what, step])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_chart_is_drawn_within_the_policy_and_read_as_a_table(page: Page, live_server, busy):
    sign_in(page.context, busy.buyer.owner, live_server.url)
    with no_complaints(page):
        page.goto(live_server.url + reverse("buyer:calls"))
        chart = page.locator("[data-chart]").first
        expect(chart.locator("canvas")).to_be_visible()
        chart.get_by_text("As a table").click()
        newest = chart.locator("tbody tr").first
        expect(newest).to_contain_text("66.7 %")
    assert timezone.now().strftime("%H:00") in newest.inner_text()
