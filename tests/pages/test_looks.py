"""Every page in both themes: nothing serious by axe, nothing against the policy, nothing cut off on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext

from sellers.operations.price_lists import check_next_upload, upload_price_list
from tcxc.models import AuditEvent, Holder, User
from tcxc.operations.api_keys import make_key
from tcxc.operations.invitations import invite
from tcxc.roles import Role
from tests.pages.browsing import DESK, PHONE, grave_findings, no_complaints, sideways, sign_in, wear
from tests.pages.cast import SYSTEM, Cast, person
from tests.pages.hosted import host, own_number, require_identity, show_document
from tests.pages.records import earn, make_call, make_live_call, make_message, spend
from tests.pages.restcomms import a_difference
from tests.sellers.lists import deck, row

pytestmark = pytest.mark.django_db(transaction=True)

OUTSIDE = ["public", "account_login", "account_signup", "account_reset_password"]
SETTINGS = ["mfa_index", "account_change_password", "account_email", "usersessions_list", "account_logout"]
SETTINGS += ["settings:profile", "settings:company", "settings:team", "settings:audit", "developers:keys", "find"]
SETTINGS += ["exports:exports", "settings:invitation_new", "developers:key_new", "developers:pair_new"]
BUYER = ["buyer:home", "buyer:accounts", "buyer:account_new", "buyer:calls", "buyer:messages", "buyer:ledger"]
BUYER += ["buyer:market", "buyer:links", "buyer:link_many"]
SELLER = ["seller:home", "seller:connections", "seller:connection_new", "seller:buyers", "seller:earnings"]
BUYER += ["buyer:live_calls"]
SELLER += ["seller:live_calls"]
SELLER += ["seller:calls", "seller:messages"]
BUYER += ["buyer:numbers", "buyer:number_market", "buyer:number_buy", "buyer:number_log", "buyer:documents"]
SELLER += ["seller:numbers", "seller:number_new", "seller:number_many", "seller:documents", "seller:documents_required"]
SELLER += ["settings:company", "settings:company_rises"]
ADMIN = ["admin:index", "admin:find", "admin:billing_wallet_changelist", "admin:authz_cdr_changelist"]
ADMIN += ["admin:jobs"]


@pytest.fixture
def full(transactional_db, cast: Cast) -> Cast:
    """Pages with something on them."""
    make_call(cast)
    make_call(cast, result="denied", reason="insufficient_balance", amount=0)
    make_message(cast)
    make_live_call(cast)
    make_live_call(cast, used_units=0)
    spend(cast, "1.234567")
    earn(cast, "2")
    return cast


def send(cast: Cast, text: str) -> int:
    from io import BytesIO

    upload = upload_price_list(connection=cast.connection, file=BytesIO(text.encode()), file_name="list.csv", by=SYSTEM)
    assert check_next_upload() is not None
    return upload.pk


def invitation_link(cast: Cast) -> str:
    """Where the mail to somebody invited leads."""
    house, address = cast.buyer, "new@example.com"
    offer = invite(company=house.company, email=address, role=Role.FINANCE, invited_by=house.owner, by=SYSTEM)
    return reverse("invitation_arrive", args=[offer.token])


def rooms(cast: Cast) -> list[tuple[User | None, list[str]]]:
    """Who opens which pages."""
    account, call = cast.account.pk, make_call(cast).pk
    owned = own_number(cast, documents_required=True)
    paper, rule = show_document(owned), require_identity(cast)
    hosted = host(cast, documents_required=True, notes_for_buyers="Proof of an address.")
    good, bad = send(cast, deck(row("44", "0.02"))), send(cast, deck(row("44", "0,02")))
    a_difference(cast, owned)
    key = make_key(holder=Holder.BUYER, company=cast.buyer.company, name="export", by=SYSTEM).key
    buying = [
        reverse("buyer:account", args=[account]),
        reverse("buyer:account_edit", args=[account]),
        reverse("buyer:account_test", args=[account]),
        reverse("buyer:accounts") + "?view=tree",
        reverse("buyer:account_restcomm", args=[account]),
        reverse("buyer:account_restcomm_login", args=[account]),
        reverse("buyer:market_price", args=[cast.connection.pk, "44"]) + "?number=447700900123",
        reverse("buyer:market_join", args=[cast.connection.pk]),
        reverse("buyer:account_block", args=[account]),
        reverse("buyer:link", args=[account, cast.link.pk]),
        reverse("buyer:call", args=[call]),
        reverse("buyer:number", args=[owned.pk]),
        reverse("buyer:number_delivery", args=[owned.pk]),
        reverse("buyer:number_release", args=[owned.pk]),
        reverse("settings:audit_event", args=[AuditEvent.objects.filter(company=cast.buyer.company).latest("pk").pk]),
        reverse("developers:key", args=[key.pk]),
        invitation_link(cast),
        reverse("buyer:document_new", args=[owned.pk]),
    ]
    selling = [
        reverse("seller:connection", args=[cast.connection.pk]),
        *(reverse("seller:upload", args=[cast.connection.pk, upload]) for upload in (good, bad)),
        reverse("seller:upload_publish", args=[cast.connection.pk, good]),
        reverse("seller:prices", args=[cast.connection.pk]),
        reverse("seller:call", args=[call]),
        reverse("seller:number", args=[hosted.pk]),
        reverse("seller:number_edit", args=[hosted.pk]),
        reverse("seller:document", args=[paper.pk]),
        reverse("seller:document_reject", args=[paper.pk]),
        reverse("seller:requirement_drop", args=[rule.pk]),
    ]
    operating = [
        reverse("admin:billing_wallet_credit", args=[cast.account.wallet_id]),
        reverse("admin:buyers_account_change", args=[account]),
        reverse("admin:timeline", args=[account]),
        reverse("admin:tcxc_company_key", args=[cast.buyer.company.pk]),
    ]
    return [
        (None, [*(reverse(name) for name in OUTSIDE), invitation_link(cast)]),
        (cast.buyer.owner, [reverse(name) for name in BUYER + SETTINGS] + buying + ["/buyer/nothing/here/"]),
        (cast.seller.owner, [reverse(name) for name in SELLER] + selling),
        (cast.stranger.owner, [reverse(name) for name in BUYER + SELLER]),  # empty pages, and a choice of sides
        (person("loner"), [reverse("go")]),
        (cast.operator, [reverse(name) for name in ADMIN] + operating),
    ]


@pytest.mark.parametrize(("theme", "rules"), [("light", []), ("dark", ["color-contrast"])])
def test_every_page_reads_well_and_fits(browser, live_server, full, theme, rules):
    faults = []
    for person_, pages in rooms(full):
        context: BrowserContext = browser.new_context(viewport=DESK)
        wear(context, theme, live_server.url)
        if person_ is not None:
            sign_in(context, person_, live_server.url)
        page = context.new_page()
        for url in pages:
            page.set_viewport_size(DESK)
            with no_complaints(page):
                page.goto(live_server.url + url)
            wide = sideways(page)
            page.set_viewport_size(PHONE)
            narrow = sideways(page)
            if findings := grave_findings(page, *rules) + [("too wide", w) for w in (wide, narrow) if w > 0]:
                faults.append((url, findings))
        context.close()
    assert not faults
