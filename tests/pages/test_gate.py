"""Every page by its owner, a colleague with a small role, a stranger, and nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from authz.models import Cdr, MessageRecord
from billing.models import Entry
from sellers.models import PriceListUpload
from tcxc.actors import Actor
from tcxc.models import ApiLogin, AuditEvent, Holder, Membership
from tcxc.operations.api_keys import make_key
from tcxc.operations.api_logins import make_login
from tcxc.operations.invitations import invite
from tcxc.roles import Role
from tests.pages.cast import Cast, House, signed_in
from tests.pages.hosted import host, own_number, require_identity, show_document
from tests.pages.records import make_call, make_live_call, make_message
from tests.pages.restcomms import a_difference
from tests.sellers.lists import Lists, row

READ, CHANGE = "read", "change"

BUYER_PAGES = {
    "home": READ,
    "accounts": READ,
    "account_new": CHANGE,
    "account": READ,
    "account_edit": CHANGE,
    "account_block": CHANGE,
    "account_unblock": CHANGE,
    "account_test": READ,
    "account_restcomm": READ,
    "account_restcomm_login": CHANGE,
    "account_restcomm_forget": CHANGE,
    "account_restcomm_compare": CHANGE,
    "account_restcomm_mend": CHANGE,
    "link_new": CHANGE,
    "link": CHANGE,
    "link_end": CHANGE,
    "interconnect_new": CHANGE,
    "interconnect": CHANGE,
    "interconnect_end": CHANGE,
    "chart": READ,
    "links": READ,
    "link_many": CHANGE,
    "market": READ,
    "market_price": READ,
    "market_join": CHANGE,
    "live_calls": READ,
    "live_call_end": CHANGE,
    "calls": READ,
    "call": READ,
    "messages": READ,
    "message": READ,
    "ledger": READ,
    "entry": READ,
    "numbers": READ,
    "numbers_csv": READ,
    "number": READ,
    "number_calendar": READ,
    "number_delivery": CHANGE,
    "number_log": READ,
    "number_market": READ,
    "number_buy": CHANGE,
    "number_release": CHANGE,
    "number_renewal": CHANGE,
    "document_new": CHANGE,
    "document_again": CHANGE,
    "document_file": CHANGE,
    "documents": READ,
}
SELLER_PAGES = {
    "home": READ,
    "earnings": READ,
    "chart": READ,
    "live_calls": READ,
    "connections": READ,
    "connection_new": CHANGE,
    "connection": READ,
    "connection_edit": CHANGE,
    "connection_pause": CHANGE,
    "connection_resume": CHANGE,
    "prices": READ,
    "prices_csv": READ,
    "upload": READ,
    "upload_errors": READ,
    "upload_publish": CHANGE,
    "upload_restore": CHANGE,
    "calls": READ,
    "call": READ,
    "messages": READ,
    "message": READ,
    "buyers": READ,
    "buyer_approve": CHANGE,
    "buyer_reject": CHANGE,
    "numbers": READ,
    "numbers_csv": READ,
    "number": READ,
    "number_new": CHANGE,
    "number_many": CHANGE,
    "number_edit": CHANGE,
    "number_block": CHANGE,
    "number_unblock": CHANGE,
    "number_withdraw": CHANGE,
    "documents": READ,
    "documents_required": READ,
    "document": READ,
    "document_file": CHANGE,
    "document_approve": CHANGE,
    "document_reject": CHANGE,
    "requirement_new": CHANGE,
    "requirement_drop": CHANGE,
}
POST_ONLY = {"seller:upload_new", "buyer:number_put"}
WAYS_ON = {"buyer:number_charge"}  # they show nothing themselves
NUMBER_PAGES = {
    "number",
    *(f"number_{deed}" for deed in ("delivery", "release", "renewal", "edit", "block", "unblock", "withdraw")),
}
SETTINGS_PAGES = {
    "settings:profile": READ,
    "settings:profile_edit": READ,
    "settings:company": READ,
    "settings:company_edit": CHANGE,
    "settings:company_rises": CHANGE,
    "settings:team": READ,
    "settings:member_leave": READ,
    "settings:member_role": CHANGE,
    "settings:member_remove": CHANGE,
    "settings:invitation_new": CHANGE,
    "settings:invitation_resend": CHANGE,
    "settings:invitation_withdraw": CHANGE,
    "settings:audit": CHANGE,
    "settings:audit_csv": CHANGE,
    "settings:audit_event": CHANGE,
    "developers:keys": CHANGE,
    "developers:key_new": CHANGE,
    "developers:key": CHANGE,
    "developers:key_rotate": CHANGE,
    "developers:key_revoke": CHANGE,
    "developers:login_new": CHANGE,
    "developers:login_rotate": CHANGE,
    "developers:pair_new": CHANGE,
    "developers:pair": CHANGE,
}
STREAMS = {"buyer:events", "seller:events"}  # see test_live.py
OF_ALL_BUYERS = {"buyer:market_price", "buyer:market_join"}  # what is on the market


def addresses(cast: Cast) -> Iterator[tuple[str, str, str, House]]:
    """Each page's name, address, what it needs, and whose it is."""
    own = cast.account.interconnects.get()
    call, message = make_call(cast), make_message(cast)
    upload = Lists(cast.connection).publish(row("44"))
    owned, hosted = own_number(cast, documents_required=True), host(cast)
    paper, rule = show_document(owned), require_identity(cast)
    facts: dict[str, list[Any]] = {
        **{name: [cast.account.pk] for name in BUYER_PAGES if name.startswith(("account", "link", "interconnect"))},
        **{name: [] for name in ("account_new", "accounts", "connection_new", "connections")},
        "account_new": [],
        "links": [],
        "link_many": [],
        "account_restcomm_mend": [cast.account.pk, a_difference(cast, owned).pk],
        "link": [cast.account.pk, cast.link.pk],
        "link_end": [cast.account.pk, cast.link.pk],
        "interconnect": [cast.account.pk, own.pk],
        "interconnect_end": [cast.account.pk, own.pk],
        "chart": ["answered", "hour"],
        "market_price": [cast.connection.pk, "44"],
        "market_join": [cast.connection.pk],
        "live_call_end": [make_live_call(cast).pk],
        "call": [call.pk],
        "message": [message.pk],
        "entry": [Entry.objects.filter(ledger_account_id=cast.account.wallet_id).latest("pk").pk],
        **{name: [cast.connection.pk] for name in SELLER_PAGES if name.startswith(("connection_", "prices"))},
        "connection": [cast.connection.pk],
        "connection_new": [],
        **{name: [cast.connection.pk, upload.pk] for name in SELLER_PAGES if name.startswith("upload")},
        "buyer_approve": [own.pk],
        "buyer_reject": [own.pk],
        "buyer:document_new": [owned.pk],
        "buyer:document_again": [owned.pk, paper.pk],
        "buyer:document_file": [paper.pk],
        "seller:requirement_drop": [rule.pk],
        **{f"seller:document{deed}": [paper.pk] for deed in ("", "_file", "_approve", "_reject")},
        **{f"buyer:{name}": [owned.pk] for name in BUYER_PAGES if name in NUMBER_PAGES},
        **{f"seller:{name}": [hosted.pk] for name in SELLER_PAGES if name in NUMBER_PAGES},
    }
    for side, pages, house in (("buyer", BUYER_PAGES, cast.buyer), ("seller", SELLER_PAGES, cast.seller)):
        for name, needs in pages.items():
            yield (
                f"{side}:{name}",
                reverse(f"{side}:{name}", args=facts.get(f"{side}:{name}", facts.get(name, []))),
                needs,
                house,
            )
    yield from settings_addresses(cast)


def settings_addresses(cast: Cast) -> Iterator[tuple[str, str, str, House]]:
    """The pages of the settings, which are the same on both sides: here of the buyer."""
    house = cast.buyer
    by = Actor(user=house.owner)
    offer = invite(company=house.company, email="new@example.com", role=Role.FINANCE, invited_by=house.owner, by=by)
    colleague = Membership.objects.get(user=house.colleague)
    key = make_key(holder=Holder.BUYER, company=house.company, name="export", by=by).key
    if not ApiLogin.objects.filter(company=house.company).exists():
        make_login(company=house.company, side=Holder.BUYER, by=by)
    facts: dict[str, list[int]] = {
        "settings:member_role": [colleague.pk],
        "settings:member_remove": [colleague.pk],
        "settings:invitation_resend": [offer.invitation.pk],
        "settings:invitation_withdraw": [offer.invitation.pk],
        "settings:audit_event": [AuditEvent.objects.filter(company=house.company).latest("pk").pk],
        "developers:pair": [cast.account.pk],
        **{f"developers:{name}": [key.pk] for name in ("key", "key_rotate", "key_revoke")},
    }
    for name, needs in SETTINGS_PAGES.items():
        whose = cast.seller if name == "settings:company_rises" else house
        yield name, reverse(name, args=facts.get(name, [])), needs, whose


def test_no_page_is_forgotten_here():
    reverse("go")  # what addresses are made of is known once they are loaded
    from buyers.portal.urls import urlpatterns as buying
    from sellers.console.urls import urlpatterns as selling
    from tcxc.pages.settings.developer_urls import urlpatterns as developing
    from tcxc.pages.settings.urls import urlpatterns as setting

    assert {f"settings:{u.name}" for u in setting} | {f"developers:{u.name}" for u in developing} == set(SETTINGS_PAGES)
    known = {f"buyer:{name}" for name in BUYER_PAGES} | {f"seller:{name}" for name in SELLER_PAGES}
    known |= POST_ONLY | WAYS_ON | STREAMS
    assert {f"buyer:{url.name}" for url in buying} | {f"seller:{url.name}" for url in selling} == known


@pytest.mark.django_db
def test_an_owner_opens_every_page(cast):
    answers = {name: signed_in(house.owner).get(url).status_code for name, url, _needs, house in addresses(cast)}
    assert set(answers.values()) == {200}, answers


@pytest.mark.django_db
def test_a_colleague_who_may_only_read_changes_nothing(cast):
    pages = list(addresses(cast))
    trail = AuditEvent.objects.count()
    for name, url, needs, house in pages:
        client, wanted = signed_in(house.colleague), 403 if needs == CHANGE else 200
        assert client.get(url).status_code == wanted, name
        if needs == CHANGE:
            assert client.post(url, {"reason": "because"}).status_code in {403, 405}, name
    assert AuditEvent.objects.count() == trail


@pytest.mark.django_db
def test_a_stranger_finds_no_page_of_others(cast):
    owned = [page for page in addresses(cast) if page[0] not in OF_ALL_BUYERS]
    pages = [page for page in owned if any(part.isdigit() for part in page[1].split("/"))]
    trail = AuditEvent.objects.count()
    client = signed_in(cast.stranger.owner)
    for name, url, _needs, _house in pages:
        assert client.get(url).status_code == 404, name
        assert client.post(url, {"reason": "because"}).status_code in {404, 405}, name
    assert AuditEvent.objects.count() == trail
    assert PriceListUpload.objects.count() == 1


@pytest.mark.django_db
def test_lists_show_a_stranger_nothing_of_others(cast):
    make_call(cast), make_message(cast)
    client = signed_in(cast.stranger.owner)
    for name in ("buyer:home", "buyer:accounts", "buyer:calls", "buyer:messages", "buyer:ledger", "seller:home"):
        page = client.get(reverse(name)).content.decode()
        assert cast.account.name not in page, name
        assert cast.connection.name not in page, name


@pytest.mark.django_db
def test_nobody_is_sent_to_sign_in_and_back(cast):
    for name, url, _needs, _house in addresses(cast):
        answer = Client().get(url)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/login/?next=/"), name


@pytest.mark.django_db
def test_somebody_of_the_other_side_finds_nothing(cast):
    for name, url, _needs, house in addresses(cast):
        if name in SETTINGS_PAGES and not any(part.isdigit() for part in url.split("/")):
            continue  # they find their own
        other = cast.seller.owner if house is cast.buyer else cast.buyer.owner
        assert signed_in(other).get(url).status_code == 404, name


@pytest.mark.django_db
def test_a_fragment_that_nobody_asks_for_moves_the_whole_window(cast):
    answer = Client().get(reverse("buyer:home"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_a_price_list_is_taken_from_those_who_may_set_prices_only(cast):
    url = reverse("seller:upload_new", args=[cast.connection.pk])
    assert signed_in(cast.seller.colleague).post(url).status_code == 403
    assert signed_in(cast.stranger.owner).post(url).status_code == 404
    assert Client().post(url).status_code == 302
    assert signed_in(cast.seller.owner).get(url).status_code == 405
    assert not PriceListUpload.objects.exists()


@pytest.mark.django_db
def test_records_of_another_buyer_are_not_found(cast):
    strange = make_call(cast, buyer_id=cast.stranger.company.pk, account_id=None)
    assert signed_in(cast.buyer.owner).get(reverse("buyer:call", args=[strange.pk])).status_code == 404
    assert Cdr.objects.count() == 1
    assert not MessageRecord.objects.exists()
