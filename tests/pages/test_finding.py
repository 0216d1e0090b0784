"""Find anything: by id or name, what the seat may see, and nothing of others."""

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from authz.models import Session
from billing.models import Entry
from tcxc.clock import utc_now
from tests.pages.cast import PASSWORD, Cast, signed_in
from tests.pages.hosted import host, own_number
from tests.pages.records import make_call, make_message
from tests.sellers.lists import Lists, row

pytestmark = pytest.mark.django_db


def session_of(cast: Cast, session_id: str, service: str = "voice") -> int:
    now = utc_now()
    made = Session.objects.create(
        platform=cast.platform, session_id=session_id, request_hash="x", state="closed", service=service,
        direction="outbound", account=cast.account, buyer_id=cast.buyer.company.pk, callee="44", authorized_at=now,
        heard_at=now, reply="{}",
    )  # fmt: skip
    return made.pk


def found(client: Client, text: str) -> dict[str, str]:
    """What is found, by its address."""
    groups = client.get(reverse("find"), {"q": text}).context["groups"]
    return {thing.url: thing.label for group in groups for thing in group.found}


def test_a_buyer_finds_accounts_links_routes_traffic_and_entries(cast: Cast):
    call = make_call(cast, session_id="CA-77", session_pk=session_of(cast, "CA-77"))
    message = make_message(cast, session_id="SM-77", session_pk=session_of(cast, "SM-77", "sms"))
    entry = Entry.objects.filter(ledger_account_id=cast.account.wallet_id).select_related("transfer").latest("pk")
    client, account = signed_in(cast.buyer.owner), reverse("buyer:account", args=[cast.account.pk])
    for text in ("enterprise", f"#{cast.account.pk}", cast.link.account_sid, cast.link.account_sid[:30], "UK prem"):
        assert account in found(client, text), text
    assert account in found(client, cast.account.interconnects.get().tech_prefix)
    assert reverse("buyer:call", args=[call.pk]) in found(client, "CA-77")
    assert reverse("buyer:message", args=[message.pk]) in found(client, "SM-77")
    for text in (str(entry.pk), entry.transfer.key):
        assert reverse("buyer:entry", args=[entry.pk]) in found(client, text), text
    assert f"{reverse('buyer:calls')}?number=447700900123" in found(client, "+44 7700 900123")


def test_both_sides_find_their_numbers(cast: Cast):
    held, free = own_number(cast), host(cast)
    for text in (held.number.number, f"+{held.number.number[:8]}"):
        assert reverse("buyer:number", args=[held.pk]) in found(signed_in(cast.buyer.owner), text)
        assert reverse("seller:number", args=[held.number_id]) in found(signed_in(cast.seller.owner), text)
    assert reverse("seller:number", args=[free.pk]) in found(signed_in(cast.seller.owner), free.number)
    assert not found(signed_in(cast.stranger.owner), free.number).keys() & {reverse("seller:number", args=[free.pk])}


def test_a_seller_finds_connections_price_lists_and_buyers(cast: Cast):
    upload = Lists(cast.connection).publish(row("44"))
    client = signed_in(cast.seller.owner)
    assert reverse("seller:connection", args=[cast.connection.pk]) in found(client, "premium")
    assert reverse("seller:upload", args=[cast.connection.pk, upload.pk]) in found(client, f"#{upload.pk}")
    assert f"{reverse('seller:buyers')}?connection={cast.connection.pk}" in found(client, cast.buyer.company.name)


def test_nobody_finds_anything_of_others(cast: Cast):
    call = make_call(cast, session_id="CA-77", session_pk=session_of(cast, "CA-77"))
    entry, number = Entry.objects.latest("pk"), own_number(cast).number.number
    client = signed_in(cast.stranger.owner)
    for side in ("buyer", "seller"):
        client.post(reverse("sit"), {"seat": f"{side}:{cast.stranger.company.pk}"})
        for text in (
            cast.account.name, str(cast.account.pk), cast.link.account_sid, "CA-77", str(call.pk), str(entry.pk),
            entry.transfer.key, cast.connection.name, cast.account.interconnects.get().tech_prefix,
            cast.buyer.company.name, number,
        ):  # fmt: skip
            ours = {url for url in found(client, text) if "number=" not in url}
            assert not ours, (side, text, ours)


def test_pages_and_commands_are_found_as_far_as_one_may_open_them(cast: Cast):
    owner, colleague = signed_in(cast.buyer.owner), signed_in(cast.buyer.colleague)
    assert reverse("developers:key_new") in found(owner, "api key")
    assert reverse("developers:key_new") not in found(colleague, "api key")
    assert reverse("settings:team") in found(colleague, "team")
    for user in (cast.buyer.owner, cast.buyer.colleague):
        user.set_password(PASSWORD)
        user.save()
        client = signed_in(user)
        for url in found(client, ""):
            assert client.get(url).status_code == 200, url


def test_typing_brings_the_findings_alone_and_a_dialog_its_inside(cast: Cast):
    client, url = signed_in(cast.buyer.owner), reverse("find")
    typed = client.get(url, {"q": "enter"}, headers={"HX-Request": "true", "HX-Target": "found"}).content.decode()
    assert "<form" not in typed
    assert cast.account.name in typed
    dialog = client.get(url, headers={"HX-Request": "true", "HX-Target": "dialog"}).content.decode()
    assert "<html" not in dialog
    assert "<form" in dialog
    assert "Nothing goes by" in client.get(url, {"q": "<b>no such thing"}).content.decode()


def test_a_search_asks_a_fixed_number_of_questions(cast: Cast):
    client = signed_in(cast.buyer.owner)
    client.get("/buyer/")
    with CaptureQueriesContext(database) as queries:
        client.get(reverse("find"), {"q": "44"}, headers={"HX-Request": "true", "HX-Target": "found"})
    assert len(queries) == 11
