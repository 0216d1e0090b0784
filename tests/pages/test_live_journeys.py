"""What people see on pages that are open while things happen, in a real browser at the product's own server."""

from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session as SignedIn
from playwright.sync_api import Page, expect

from authz.models import Session
from tcxc.exports.making import write_next_export
from tests.pages.browsing import no_complaints, sign_in
from tests.pages.cast import Cast
from tests.pages.records import make_call
from tests.pages.site import a_site
from tests.world import World, an_engine, make_rate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(transactional_db) -> Iterator[str]:
    with a_site() as url:
        yield url


@pytest.fixture(autouse=True)
def quiet(page: Page) -> Iterator[None]:
    page.set_default_timeout(10_000)
    with no_complaints(page):
        yield


def world_of(cast: Cast) -> World:
    return World(
        cast.platform, cast.account.buyer, cast.account, cast.link.account_sid, cast.connection.seller, cast.connection
    )


def test_a_call_charges_the_balance_on_the_open_page_and_is_hung_up(page: Page, site: str, cast: Cast):
    make_rate(cast.connection, "44", "6")
    world = world_of(cast)
    sign_in(page.context, cast.buyer.owner, site)
    page.goto(f"{site}/buyer/live/")
    expect(page.get_by_text("No call is under way")).to_be_visible()
    balance = page.locator("#balance")
    expect(balance).to_contain_text("100.50")
    with an_engine() as engine:
        engine.decide([world.call("CA-seen")])
        row = page.get_by_role("row").filter(has_text="+447700900123")
        expect(row).to_contain_text("United Kingdom")
        expect(row).to_contain_text("not reported yet")
        expect(balance).to_contain_text("88.50")
        engine.decide([world.ask("update", session_id="CA-seen", seq=1, used_seconds=60)])
        expect(balance).to_contain_text("82.50")
        expect(row).to_contain_text("of 3:00 granted")
        cost = row.locator("[data-cost]")
        expect(cost).to_contain_text("6.2")  # the clock goes on: more than two seconds at ten cents
        page.mouse.move(0, 0)

        row.get_by_role("link", name="Hang up").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("We have no log-in of your Restcomm")
        dialog.get_by_role("button", name="Hang up").click()
        expect(row).to_contain_text("hanging up")
        assert Session.objects.get().cut_at is not None
        [denied] = engine.decide([world.ask("update", session_id="CA-seen", seq=2, used_seconds=70)])
        assert '"deny"' in denied.body
        engine.decide([world.ask("terminate", session_id="CA-seen", used_seconds=70)])
    expect(page.get_by_text("No call is under way")).to_be_visible()
    expect(balance).to_contain_text("93.50")


def test_a_page_says_so_when_one_is_signed_out_elsewhere(page: Page, site: str, cast: Cast):
    sign_in(page.context, cast.buyer.owner, site)
    page.goto(f"{site}/buyer/")
    expect(page.locator("#balance")).to_contain_text("100.50")
    SignedIn.objects.all().delete()
    expect(page.locator("#signed-out")).to_be_visible(timeout=20_000)


def test_a_list_is_exported_with_progress_and_downloaded(page: Page, site: str, cast: Cast):
    for _ in range(3):
        make_call(cast)
    sign_in(page.context, cast.buyer.owner, site)
    page.goto(f"{site}/buyer/calls/?result=answered")
    page.locator("summary").filter(has_text="Export").click()
    page.get_by_role("button", name="CSV").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Being written")
    write_next_export()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Ready")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("Ended (UTC),Asked (UTC),Account")
