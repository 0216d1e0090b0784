"""A number's way through a real browser: hosted, found, bought, its document shown and approved, given back."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from numbers.models import Number, Subscription
from tests.pages.browsing import no_complaints, sign_in
from tests.pages.cast import Cast
from tests.papers import an_image

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_number_goes_from_its_seller_to_its_buyer_and_back(
    browser: Browser, page: Page, live_server, cast: Cast, tmp_path: Path
):
    url = live_server.url
    page.set_default_timeout(10_000)
    with no_complaints(page):
        sign_in(page.context, cast.seller.owner, url)
        page.goto(f"{url}/seller/numbers/")
        page.get_by_role("link", name="Host the first number").click()
        drawer = page.get_by_role("dialog")
        drawer.get_by_label("Number", exact=True).fill("+44 20 7183 8750")
        drawer.get_by_label("A month").fill("1.25")
        drawer.get_by_label("Once, at purchase").fill("2")
        drawer.get_by_label("Documents required").check()
        drawer.get_by_label("Notes for buyers").fill("A passport of the owner.")
        drawer.get_by_role("button", name="Put it on the market").click()
        expect(page.get_by_role("heading", name="+442071838750")).to_be_visible()

        buying = browser.new_context().new_page()
        buying.set_default_timeout(10_000)
        sign_in(buying.context, cast.buyer.owner, url)
        with no_complaints(buying):
            buy_and_show(buying, url, tmp_path)

        page.goto(f"{url}/seller/documents/")
        page.get_by_role("link", name="Passport").click()
        expect(page.get_by_role("img", name="The document")).to_be_visible()
        page.get_by_role("link", name="Approve").click()
        page.get_by_role("dialog").get_by_role("button", name="Approve").click()
        expect(page.get_by_text("Approved. The buyer is told.")).to_be_visible()

        with no_complaints(buying):
            buying.reload()
            expect(buying.locator("#documents ~ p").get_by_text("Approved")).to_be_visible()
            buying.get_by_role("link", name="Release").click()
            buying.get_by_role("dialog").get_by_role("button", name="Release it").click()
            expect(buying.get_by_text("+442071838750 is released.")).to_be_visible()
        buying.context.close()
    assert Subscription.objects.get().documents_state == Subscription.Documents.APPROVED
    assert Number.objects.get().state == Number.State.FOR_SALE


def buy_and_show(page: Page, url: str, folder: Path) -> None:
    """Find the number, buy it with the total before the click, and show a passport for it."""
    page.goto(f"{url}/buyer/numbers/market/")
    page.get_by_label("Begins with").fill("4420")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name="Add +442071838750 to the cart").click()
    page.get_by_role("link", name="Buy 1 number for 3.25 USD").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("A passport of the owner.")).to_be_visible()
    expect(drawer.get_by_label("Pays and owns")).to_contain_text("100.50 available, 97.25 after")
    drawer.get_by_role("button", name="Buy 1 number for 3.25 USD").click()
    expect(page.get_by_text("1 number is yours.")).to_be_visible()
    expect(page.locator("#balance")).to_contain_text("97.25")

    page.get_by_role("link", name="+442071838750").click()
    expect(page.get_by_text("Nothing is shown yet")).to_be_visible()
    paper = folder / "passport.png"
    paper.write_bytes(an_image())
    page.get_by_role("link", name="Show a document").click()
    drawer.get_by_label("What it is").select_option("passport")
    drawer.get_by_label("File").set_input_files(paper)
    drawer.get_by_role("button", name="Send it to the seller").click()
    expect(page.get_by_text("The document waits for")).to_be_visible()
