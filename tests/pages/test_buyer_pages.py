"""What a buyer does on the portal reaches the operations, with the person's name on it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from authz.models import DailySpend, Session
from authz.totals import total_traffic
from buyers.models import Account, Interconnect, RestcommLink
from buyers.operations import approve_interconnect, block_account, create_account, reject_interconnect
from sellers.operations.connections import create_connection
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.models import AuditEvent
from tests.pages.cast import SYSTEM, Cast, credit, signed_in
from tests.pages.records import make_call, make_message, spend
from tests.sellers.lists import Lists, row

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "name": "Support",
    "wallet": "shared",
    "concurrent_call_limit": "10",
    "spend_limit_daily": "25.5",
    "allowed_destinations": "44\nGB\nmccmnc 23415",
    "denied_destinations": "447 12-12\n+44870",
    "voice_policy": "order",
    "sms_policy": "least_cost",
    "slice_seconds": "60",
}


def test_an_account_is_made_with_its_limits_and_destinations(cast: Cast):
    answer = signed_in(cast.buyer.owner).post(reverse("buyer:account_new"), ACCOUNT, follow=True)
    assert "Support is made" in answer.content.decode()
    made = Account.objects.get(name="Support")
    assert (made.concurrent_call_limit, made.spend_limit_daily, made.calls_per_second) == (10, Decimal("25.5"), None)
    assert made.wallet.is_shared
    assert sorted(str(rule) for rule in made.destination_rules.all()) == [
        "allow 23415", "allow 44", "allow GB", "deny 447", "deny 44870",
    ]  # fmt: skip
    assert AuditEvent.objects.get(action="account.create", object_id=made.pk).user == cast.buyer.owner


def test_what_an_operation_refuses_is_said_beside_the_field(cast: Cast):
    client, url = signed_in(cast.buyer.owner), reverse("buyer:account_new")
    answer = client.post(url, ACCOUNT | {"name": cast.account.name})
    assert answer.status_code == 422
    assert "already" in str(answer.context["form"].errors["name"])
    answer = client.post(url, ACCOUNT | {"allowed_destinations": "Atlantis"})
    assert "allowed_destinations" in answer.context["form"].errors
    assert Account.objects.count() == 1


def test_only_what_was_changed_is_written(cast: Cast):
    client, url = signed_in(cast.buyer.owner), reverse("buyer:account_edit", args=[cast.account.pk])
    form = client.get(url).context["form"]
    same = {name: value for name in form.fields if (value := form[name].value()) is not None}
    client.post(url, same)
    assert not AuditEvent.objects.filter(action="account.update").exists()
    client.post(url, same | {"concurrent_call_limit": "7"})
    assert AuditEvent.objects.get(action="account.update").after == {"concurrent_call_limit": 7}


def test_a_block_needs_a_reason_and_is_lifted_with_one(cast: Cast):
    client = signed_in(cast.buyer.owner)
    block = reverse("buyer:account_block", args=[cast.account.pk])
    assert client.post(block, {"reason": " "}).status_code == 422
    client.post(block, {"reason": "Lost SIM"})
    page = client.get(reverse("buyer:account", args=[cast.account.pk])).content.decode()
    assert "Your company has blocked this account" in page
    assert "Lost SIM" in page
    client.post(reverse("buyer:account_unblock", args=[cast.account.pk]), {"reason": "Found"})
    assert Account.objects.get().status == Account.Status.ACTIVE
    assert AuditEvent.objects.get(action="account.unblock").reason == "Found"


def test_an_operators_block_is_not_the_buyers_to_lift(cast: Cast):
    block_account(account=cast.account, reason="Fraud", by=Actor(user=cast.operator))
    client = signed_in(cast.buyer.owner)
    page = client.get(reverse("buyer:account", args=[cast.account.pk])).content.decode()
    assert reverse("buyer:account_unblock", args=[cast.account.pk]) not in page
    answer = client.post(reverse("buyer:account_unblock", args=[cast.account.pk]), {"reason": "please"})
    assert answer.status_code == 422
    assert Account.objects.get().status == Account.Status.BLOCKED


def test_a_sub_account_is_linked_and_its_configuration_can_be_copied(cast: Cast):
    client, sid = signed_in(cast.buyer.owner), "AC" + "b" * 32
    facts = {"platform": cast.platform.pk, "account_sid": sid}
    client.post(reverse("buyer:link_new", args=[cast.account.pk]), facts)
    link = RestcommLink.objects.get(account_sid=sid)
    page = client.get(reverse("buyer:link", args=[cast.account.pk, link.pk])).content.decode()
    assert link.sip_username in page
    assert "ExtensionsConfiguration.json" in page
    again = client.post(reverse("buyer:link_new", args=[cast.account.pk]), facts)
    assert "has its account already" in str(again.context["form"].errors)
    client.post(reverse("buyer:link_end", args=[cast.account.pk, link.pk]))
    assert not RestcommLink.objects.filter(account_sid=sid).exists()


def test_a_link_of_another_account_is_not_found_under_this_one(cast: Cast):
    other = create_account(buyer=cast.account.buyer, name="Other", by=SYSTEM)
    url = reverse("buyer:link", args=[other.pk, cast.link.pk])
    assert signed_in(cast.buyer.owner).get(url).status_code == 404


def test_a_route_is_added_placed_and_ended(cast: Cast):
    connection = create_connection(
        seller=cast.connection.seller, name="World", service="voice", by=SYSTEM, manual_approval=True
    )
    client, url = signed_in(cast.buyer.owner), reverse("buyer:interconnect_new", args=[cast.account.pk])
    assert client.post(url, {"connection": connection.pk}).status_code == 422
    client.post(url, {"connection": connection.pk, "agree": "on"})
    made = Interconnect.objects.get(connection=connection)
    assert (made.status, made.asked_by) == (Interconnect.Status.AWAITING, cast.buyer.owner)
    client.post(reverse("buyer:interconnect", args=[cast.account.pk, made.pk]), {"position": "3", "weight": "9"})
    client.post(reverse("buyer:interconnect_end", args=[cast.account.pk, made.pk]))
    made.refresh_from_db()
    assert (made.position, made.weight, made.status) == (3, 9, Interconnect.Status.ENDED)


def test_the_overview_has_the_money_the_spend_and_the_live_calls(cast: Cast):
    spend(cast, "1.234567")
    make_call(cast)
    now = cast.account.created_at
    Session.objects.create(
        platform=cast.platform, session_id="CA1", request_hash="x", state="live", service="voice", direction="outbound",
        account=cast.account, buyer_id=cast.buyer.company.pk, callee="44", authorized_at=now, heard_at=now,
        sweep_at=now, reply="{}",
    )  # fmt: skip
    context = signed_in(cast.buyer.owner).get("/buyer/").context
    assert context["money"].available == Decimal("100.50")
    assert (context["spend"].today, context["spend"].month, context["live"]) == (Decimal("1.234567"),) * 2 + (1,)
    assert len(context["calls"]) == 1


def test_the_overview_says_what_needs_attention(cast: Cast):
    Account.objects.update(low_balance_threshold=Decimal("200"))
    assert "below your notice at" in signed_in(cast.buyer.owner).get("/buyer/").content.decode()


def test_calls_are_paged_by_key_and_filters_stay_in_the_address(cast: Cast):
    for _ in range(120):
        make_call(cast)
    make_call(cast, result="denied", reason="no_rate", amount=0)
    client, url = signed_in(cast.buyer.owner), reverse("buyer:calls")
    first = client.get(url, {"result": "answered"}).context["page"]
    assert (len(first.rows), first.newer) == (50, None)
    second = client.get(url + first.older).context["page"]
    third = client.get(url + second.older).context["page"]
    seen = [row.pk for page in (first, second, third) for row in page.rows]
    assert len(seen) == len(set(seen)) == 120
    assert third.older is None
    back = client.get(url + third.newer).context["page"]
    assert [row.pk for row in back.rows] == [row.pk for row in second.rows]
    assert client.get(url, {"cursor": "nonsense"}).status_code == 404


def test_a_call_says_what_its_charge_was_made_of(cast: Cast):
    call = make_call(cast)
    page = signed_in(cast.buyer.owner).get(reverse("buyer:call", args=[call.pk])).content.decode()
    for fact in (call.session_id, "2:00", "steps of 60 s, then 1 s", "Northern Carrier"):
        assert fact in page, fact


def test_a_drawer_gets_the_inside_of_the_page_only(cast: Cast):
    url = reverse("buyer:call", args=[make_call(cast).pk])
    client = signed_in(cast.buyer.owner)
    inside = client.get(url, headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert "<html" not in inside.content.decode()
    assert "HX-Request" in inside["Vary"]
    assert "<html" in client.get(url).content.decode()


def test_times_are_in_the_readers_zone_with_utc_beside_them(cast: Cast):
    call, owner = make_call(cast), cast.buyer.owner
    owner.time_zone = "Asia/Kolkata"
    owner.save()
    page = signed_in(owner).get(reverse("buyer:calls")).content.decode()
    assert f'title="{call.recorded_at:%Y-%m-%d %H:%M:%S} UTC"' in page
    assert f">{call.recorded_at:%-d %b %Y, %H}" not in page


def test_the_ledger_shows_each_entry_with_the_balance_after_it(cast: Cast):
    credit(cast.account, "0.000001")
    client = signed_in(cast.buyer.owner)
    rows = client.get(reverse("buyer:ledger")).context["page"].rows
    assert [row.balance_after for row in rows] == [Decimal("100.500001"), Decimal("100.50")]
    assert not client.get(reverse("buyer:ledger"), {"kind": "charge"}).context["page"].rows


def test_messages_are_listed_with_their_parts(cast: Cast):
    message = make_message(cast)
    assert signed_in(cast.buyer.owner).get(reverse("buyer:messages")).context["page"].rows == [message]


def test_the_runway_is_what_is_available_at_the_pace_of_the_last_week(cast: Cast):
    for days in range(1, 4):
        day = utc_now().date() - timedelta(days=days)
        DailySpend.objects.create(account=cast.account, day=day, amount=Decimal(10))
    spend(cast, "999")  # today does not count: it is not over
    assert signed_in(cast.buyer.owner).get("/buyer/").context["runway"] == 10


def test_the_overview_tells_what_others_changed(cast: Cast):
    Lists(cast.connection).publish(row("44"))
    seller = Actor(user=cast.seller.owner)
    reject_interconnect(interconnect=cast.account.interconnects.get(), reason="Unpaid", by=seller)
    page = signed_in(cast.buyer.owner).get("/buyer/")
    assert [change.decided.status for change in page.context["changes"]] == ["rejected"]
    approve_interconnect(interconnect=cast.account.interconnects.get(), by=seller)
    kinds = [bool(change.publication) for change in signed_in(cast.buyer.owner).get("/buyer/").context["changes"]]
    assert sorted(kinds) == [False, True]


def test_a_period_of_calls_has_its_totals_and_other_filters_have_none(cast: Cast):
    for _ in range(3):
        make_call(cast)
    make_call(cast, buyer_id=cast.stranger.company.pk)
    total_traffic(now=timezone.now())
    client, today = signed_in(cast.buyer.owner), timezone.now().date().isoformat()
    totals = client.get(reverse("buyer:calls"), {"since": today, "account": str(cast.account.pk)}).context["totals"]
    assert (totals.tried, totals.seconds, totals.amount) == (3, 354, Decimal("0.075"))
    assert client.get(reverse("buyer:calls"), {"since": today, "result": "answered"}).context["totals"] is None
