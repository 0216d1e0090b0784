"""What people come for, from end to end, in a real browser."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from billing.models import Wallet
from buyers.models import Account, RestcommLink
from sellers.operations.connections import create_connection
from sellers.operations.price_lists import check_next_upload
from tcxc.delivery import deliver_due
from tcxc.models import User
from tests.pages.browsing import grave_findings, no_complaints, sign_in
from tests.pages.cast import PASSWORD, SYSTEM, Cast
from tests.sellers.lists import deck, row
from tests.world import World, an_engine, make_rate

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet(page: Page):
    page.set_default_timeout(10_000)
    with no_complaints(page):
        yield


def confirm_it_is_you(page: Page) -> None:
    """Give the password again, where it is asked for."""
    if page.get_by_role("heading", name="Confirm that it is you").is_visible():
        page.fill("#id_password", PASSWORD)
        page.get_by_role("button", name="Confirm").click()


def totp(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def invite_and_join(page: Page, browser: Browser, url: str) -> None:
    """An owner invites a colleague, who opens the mailed link in a browser of their own and signs up into the team."""
    page.goto(url + reverse("settings:team"))
    page.get_by_role("link", name="Invite a colleague").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Their e-mail address").fill("cleo@example.com")
    dialog.get_by_label("Finance").check()
    assert not grave_findings(page)
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("cleo@example.com is invited")).to_be_visible()
    assert deliver_due() > 0
    link = re.search(r"/invitations/\S+/", str(mail.outbox[-1].body))
    assert link is not None
    context = browser.new_context()
    theirs = context.new_page()
    theirs.goto(url + link[0])
    theirs.get_by_role("link", name="Sign up to join").click()
    theirs.get_by_label("Your name").fill("Cleo Colleague")
    theirs.get_by_label("Password").fill(PASSWORD)
    theirs.get_by_role("button", name="Join").click()
    expect(theirs.get_by_text("Begin with an account")).to_be_visible()
    context.close()
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Cleo Colleague")).to_contain_text("Finance")


def make_a_key_and_use_it(page: Page, url: str) -> None:
    """The key that the page shows once opens the API."""
    page.goto(url + reverse("developers:keys"))
    page.get_by_role("link", name="New API key").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("billing export")
    dialog.get_by_label("See accounts, links and interconnects").check()
    dialog.get_by_role("button", name="Make the key").click()
    expect(dialog.get_by_text("shown this once")).to_be_visible()
    secret = dialog.locator("#secret-1").inner_text()
    assert secret in dialog.locator("#curl-line").inner_text()
    answer = page.request.get(f"{url}/api/v1/accounts/", headers={"Authorization": f"Bearer {secret}"})
    assert (answer.status, answer.json()["results"]) == (200, [])
    dialog.get_by_role("link", name="It is kept safe").click()
    page.get_by_role("link", name="billing export").click()
    expect(dialog.get_by_text("127.0.0.1")).to_be_visible()


def test_a_new_buyer_signs_up_secures_the_sign_in_brings_a_colleague_and_makes_a_key(
    page: Page, browser: Browser, live_server
):
    page.goto(live_server.url)
    page.get_by_role("link", name="Open an account").first.click()
    page.get_by_label("Your name").fill("Bea Buyer")
    page.get_by_label("Email").fill("bea@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Company").fill("Acme Voice")
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("heading", name="Confirm your e-mail address")).to_be_visible()
    code = re.search(r"^\s{4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None
    page.get_by_label("Code").fill(code[1])
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Begin with an account")).to_be_visible()

    page.goto(live_server.url + reverse("mfa_activate_totp"))
    confirm_it_is_you(page)
    secret = page.locator(".copy code").inner_text()
    page.get_by_label("Authenticator code").fill(totp(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()

    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto(live_server.url + reverse("mfa_add_webauthn"))
    confirm_it_is_you(page)
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("1 key")).to_be_visible()

    page.goto(live_server.url + reverse("account_logout"))
    page.get_by_role("button", name="Sign out").click()
    page.goto(live_server.url + reverse("account_login"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Begin with an account")).to_be_visible()
    assert User.objects.get().last_login is not None
    invite_and_join(page, browser, live_server.url)
    make_a_key_and_use_it(page, live_server.url)


def test_anything_is_found_by_keyboard_alone(page: Page, live_server, cast: Cast):
    sign_in(page.context, cast.buyer.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/")
    page.keyboard.press("Control+k")
    text = page.get_by_role("dialog").get_by_role("searchbox")
    expect(text).to_be_focused()
    text.press_sequentially(cast.account.name[:6], delay=30)
    expect(page.locator("#found").get_by_role("link").first).to_contain_text(cast.account.name)
    assert not grave_findings(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=cast.account.name)).to_be_visible()
    page.keyboard.press("/")
    expect(text).to_be_focused()
    text.press_sequentially("team", delay=30)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Team")).to_be_visible()


def test_an_operator_credits_a_wallet_and_the_buyer_sees_it(page: Page, live_server, cast: Cast):
    sign_in(page.context, cast.operator, live_server.url)
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Find anything").fill(cast.link.account_sid)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name=cast.account.name).click()
    page.get_by_role("link", name=re.compile("^wallet")).click()
    page.get_by_role("link", name="Credit", exact=True).click()
    page.get_by_label("Amount").fill("49.5")
    page.get_by_label("Reason").fill("Bank transfer 4711")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("150.000000")
    page.get_by_role("button", name="Credit").click()
    expect(page.get_by_text("49.500000 USD credited")).to_be_visible()

    sign_in(page.context, cast.buyer.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/ledger/")
    expect(page.get_by_role("row").nth(1)).to_contain_text("Bank transfer 4711")
    expect(page.locator("#balance")).to_contain_text("150.00")


def test_a_buyer_makes_an_account_links_it_and_adds_a_route(page: Page, live_server, cast: Cast):
    create_connection(seller=cast.connection.seller, name="World", service="voice", by=SYSTEM)
    sign_in(page.context, cast.buyer.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/accounts/")
    page.get_by_role("link", name="New account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(cast.account.name)
    assert not grave_findings(page)
    dialog.get_by_role("button", name="Make the account").click()
    expect(dialog.get_by_text("You have an account of this name already")).to_be_visible()
    dialog.get_by_label("Name").fill("Support desk")
    dialog.get_by_role("button", name="Make the account").click()
    page.get_by_role("link", name="Support desk").click()

    page.get_by_role("link", name="Link", exact=True).click()
    sid = "AC" + "c" * 32
    dialog.get_by_label("Sub-account SID").fill(sid)
    dialog.get_by_role("button", name="Link").click()
    page.get_by_role("link", name="Configuration").click()
    expect(dialog.get_by_text("ExtensionsConfiguration.json")).to_be_visible()
    assert RestcommLink.objects.get(account_sid=sid).account.name == "Support desk"
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Add a route").click()
    dialog.get_by_label("Route").select_option(index=1)
    dialog.get_by_label("We agree").check()
    dialog.get_by_role("button", name="Interconnect").click()
    expect(page.get_by_text("Its tech prefix is")).to_be_visible()

    page.get_by_role("link", name="Block").click()
    dialog.get_by_label("Reason").fill("Lost SIM")
    dialog.get_by_role("button", name="Block").click()
    expect(page.get_by_text("Your company has blocked this account")).to_be_visible()
    assert Account.objects.get(name="Support desk").block_reason == "Lost SIM"


def test_a_call_charges_the_balance_before_the_buyers_eyes_until_it_is_gone(page: Page, live_server, cast: Cast):
    make_rate(cast.connection, "44", "30")
    world = World(
        cast.platform, cast.account.buyer, cast.account, cast.link.account_sid, cast.connection.seller, cast.connection
    )
    sign_in(page.context, cast.buyer.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/")
    figures = page.locator("#figures")
    expect(figures).to_contain_text("100.50")
    with an_engine() as engine:
        engine.decide([world.call("CA1")])
        expect(figures).to_contain_text("40.50", timeout=15_000)
        engine.decide(
            [world.ask("terminate", session_id="CA1", used_seconds=120), world.call("CA2"), world.call("CA3")]
        )
    assert Wallet.objects.get(pk=cast.account.wallet_id).available < Decimal("30")
    page.goto(f"{live_server.url}/buyer/calls/")
    expect(page.get_by_text("not enough money")).to_be_visible()
    page.get_by_role("row").filter(has_text="Answered").get_by_role("link").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("in steps of 60 s, then 1 s")).to_be_visible()
    expect(drawer.get_by_role("definition").filter(has_text="60.000000 USD")).to_be_visible()


def test_a_seller_mends_a_long_list_reads_the_preview_publishes_and_earns(
    page: Page, live_server, cast: Cast, tmp_path: Path
):
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    rows = [row("44", "0.02"), row("447", "6", text="UK mobile"), *(row(str(code)) for code in range(500_000, 649_998))]
    good.write_text(deck(*rows))
    planted = {1_000: row("501000", "0,06"), 100_000: row("500001"), 149_999: row("649997", intervals="60/1,1")}
    bad.write_text(deck(*(planted.get(place, line) for place, line in enumerate(rows))))
    sign_in(page.context, cast.seller.owner, live_server.url)
    for file, seen in ((bad, "4 of 4 errors shown, in 150,000 rows"), (good, "UK mobile")):
        page.goto(f"{live_server.url}/seller/connections/{cast.connection.pk}/")
        page.set_input_files("#id_file", file)
        page.get_by_role("button", name="Upload and check").click()
        expect(page.get_by_role("heading", name="Being checked")).to_be_visible()
        assert check_next_upload() is not None
        expect(page.get_by_text(seen)).to_be_visible()
    expect(page.get_by_text("150,000").first).to_be_visible()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="What it changed")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Published as version 1")).to_be_visible()

    world = World(
        cast.platform, cast.account.buyer, cast.account, cast.link.account_sid, cast.connection.seller, cast.connection
    )
    with an_engine() as engine:
        engine.decide([world.call("CA1"), world.ask("terminate", session_id="CA1", used_seconds=60)])
    page.goto(f"{live_server.url}/seller/earnings/")
    expect(page.get_by_text("6.00").first).to_be_visible()

    page.goto(
        f"{live_server.url}/seller/connections/{cast.connection.pk}/uploads/{cast.connection.uploads.latest('pk').pk}/"
    )
    page.get_by_role("link", name="Go back to before this").click()
    page.get_by_role("dialog").get_by_role("button", name="Make the preview").click()
    expect(page.get_by_role("heading", name="Being checked")).to_be_visible()


def test_pages_work_without_script(browser, live_server, cast: Cast):
    context = browser.new_context(java_script_enabled=False)
    sign_in(context, cast.buyer.owner, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/buyer/accounts/{cast.account.pk}/")
    page.get_by_role("link", name="Block").click()
    page.get_by_label("Reason").fill("Lost SIM")
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_text("Your company has blocked this account")).to_be_visible()
    context.close()


def test_theme_and_density_are_kept(page: Page, live_server, cast: Cast):
    sign_in(page.context, cast.buyer.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/calls/")
    page.locator("summary").last.click()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("button", name="Roomy").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("data-density", "roomy")


def test_a_phone_reaches_the_navigation(browser, live_server, cast: Cast):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    sign_in(context, cast.buyer.owner, live_server.url)
    page = context.new_page()
    page.goto(f"{live_server.url}/buyer/")
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    navigation.get_by_role("link", name="Money").click()
    expect(page.get_by_role("heading", name="Ledger")).to_be_visible()
    context.close()


def test_who_sits_on_both_sides_switches_at_the_top(page: Page, live_server, cast: Cast):
    sign_in(page.context, cast.stranger.owner, live_server.url)
    page.goto(f"{live_server.url}/buyer/")
    page.locator("summary").first.click()
    page.get_by_role("button", name=re.compile("Seller")).click()
    expect(page.get_by_text("Begin with a connection")).to_be_visible()
