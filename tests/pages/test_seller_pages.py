"""What a seller does in the console: routes, price lists from upload to roll back, buyers."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from authz.totals import total_traffic
from buyers.models import Interconnect
from sellers.models import Connection, PriceListUpload
from sellers.operations.price_lists import check_next_upload
from sellers.queries.rates import rate_for_number
from tcxc.clock import utc_now
from tcxc.models import AuditEvent, OutboxMessage
from tests.pages.cast import Cast, signed_in
from tests.pages.records import earn, make_call, make_message
from tests.sellers.lists import Lists, deck, row

pytestmark = pytest.mark.django_db


def price(connection: Connection, number: str) -> Decimal | None:
    rate = rate_for_number(connection=connection, number=number, at=utc_now())
    return None if rate is None else rate.price_1


def send(client, connection: Connection, text: str, name: str = "list.csv", mode: str = "merge") -> str:
    """Upload a list and let it be checked; returns the address of the upload."""
    file = SimpleUploadedFile(name, text.encode(), "text/csv")
    answer = client.post(reverse("seller:upload_new", args=[connection.pk]), {"file": file, "mode": mode})
    assert answer.status_code == 302, answer.context["form"].errors
    assert check_next_upload() is not None
    return str(answer["Location"])


def publish(client, connection: Connection, text: str) -> None:
    """Upload a list and publish it."""
    client.post(send(client, connection, text) + "publish/")


def test_a_connection_is_made_changed_paused_and_resumed(cast: Cast):
    client = signed_in(cast.seller.owner)
    facts = {"name": "World", "service": "voice", "keyed_by": "prefix", "route_type": "NCLI", "capacity": "30"}
    client.post(reverse("seller:connection_new"), facts)
    made = Connection.objects.get(name="World")
    assert made.capacity == 30
    client.post(reverse("seller:connection_edit", args=[made.pk]), facts | {"capacity": "", "manual_approval": "on"})
    client.post(reverse("seller:connection_pause", args=[made.pk]), {"reason": "Works tonight"})
    made = Connection.objects.get(pk=made.pk)
    assert (made.capacity, made.manual_approval, made.status) == (None, True, Connection.Status.PAUSED)
    client.post(reverse("seller:connection_resume", args=[made.pk]), {"reason": "Done"})
    made.refresh_from_db()
    assert made.status == Connection.Status.ACTIVE
    assert AuditEvent.objects.get(action="connection.pause").reason == "Works tonight"


def test_a_wrong_address_is_said_beside_its_field(cast: Cast):
    facts = {"name": "World", "service": "voice", "keyed_by": "prefix", "route_type": "CLI", "sip_uri": "nonsense"}
    answer = signed_in(cast.seller.owner).post(reverse("seller:connection_new"), facts)
    assert "sip_uri" in answer.context["form"].errors


def test_a_list_is_previewed_published_and_taken_back(cast: Cast):
    client, connection = signed_in(cast.seller.owner), cast.connection
    page = send(client, connection, deck(row("44", "0.02"), row("447", "0.06", text="UK mobile")))
    shown = client.get(page).content.decode()
    assert "2 rows, none with an error" in shown
    assert "UK mobile" in shown
    assert price(connection, "447700900123") is None
    client.post(page + "publish/")
    assert price(connection, "447700900123") == Decimal("0.06")

    page = send(client, connection, deck(row("447", "0.03")))
    client.post(page + "publish/")
    assert price(connection, "447700900123") == Decimal("0.03")

    answer = client.post(page + "restore/")
    restored = PriceListUpload.objects.latest("pk")
    assert answer["Location"].endswith(f"/uploads/{restored.pk}/")
    assert check_next_upload() is not None
    assert (restored.restores_id, price(connection, "447700900123")) == (restored.pk - 1, Decimal("0.03"))


def test_a_list_with_errors_changes_nothing_and_says_where_they_are(cast: Cast):
    client = signed_in(cast.seller.owner)
    page = send(client, cast.connection, deck(row("44", "0.02"), row("447", "0,06"), row("45", "=1+1")))
    answer = client.get(page)
    assert {problem.row for problem in answer.context["errors"]} == {3, 4}
    assert client.post(page + "publish/").status_code == 422
    assert price(cast.connection, "44") is None
    lines = b"".join(client.get(page + "errors.csv")).decode().splitlines()
    assert lines[0] == "Row,Column,Kind,Message"
    assert len(lines) == 4


def test_the_preview_is_paged_and_narrowed_by_kind(cast: Cast):
    client = signed_in(cast.seller.owner)
    publish(client, cast.connection, deck(row("44", "0.02")))
    rows = [row(f"4{n}", "0.01") for n in range(100, 170)]
    page = send(client, cast.connection, deck(row("44", "0.03"), *rows))
    first = client.get(page, {"view": "new"})
    second = client.get(page, {"view": "new", "after": first.context["following"]})
    codes = [r.prefix for answer in (first, second) for r in answer.context["rows"]]
    assert codes == [f"4{n}" for n in range(100, 170)]
    assert [r.prefix for r in client.get(page, {"view": "increase"}).context["rows"]] == ["44"]
    assert client.get(page, {"view": "nonsense", "after": "x"}).status_code == 200


def test_progress_is_live_until_the_check_is_done(cast: Cast):
    client = signed_in(cast.seller.owner)
    file = SimpleUploadedFile("list.csv", deck(row("44")).encode())
    page = client.post(reverse("seller:upload_new", args=[cast.connection.pk]), {"file": file, "mode": "merge"})[
        "Location"
    ]
    fragment = client.get(page, headers={"HX-Request": "true"}).content.decode()
    assert 'data-list="jobs"' in fragment
    assert "<html" not in fragment
    check_next_upload()
    assert "data-list" not in client.get(page, headers={"HX-Request": "true"}).content.decode()


def test_a_file_that_is_too_large_is_refused_with_the_limit(cast: Cast, settings):
    settings.PRICE_LIST_MAX_BYTES = 1_000_000
    file = SimpleUploadedFile("list.csv", b"x" * 1_000_001)
    answer = signed_in(cast.seller.owner).post(
        reverse("seller:upload_new", args=[cast.connection.pk]), {"file": file, "mode": "merge"}
    )
    assert "1 MB" in str(answer.context["form"].errors["file"])
    assert not PriceListUpload.objects.exists()


def test_the_exported_list_comes_back_unchanged(cast: Cast):
    client = signed_in(cast.seller.owner)
    publish(client, cast.connection, deck(row("44", "0.02"), row("447", "0.06")))
    text = b"".join(client.get(reverse("seller:prices_csv", args=[cast.connection.pk]))).decode()
    send(client, cast.connection, text)
    upload = PriceListUpload.objects.latest("pk")
    assert (upload.unchanged, upload.new, upload.increase) == (2, 0, 0)


def test_prices_in_force_are_looked_up_by_code(cast: Cast):
    client, url = signed_in(cast.seller.owner), reverse("seller:prices", args=[cast.connection.pk])
    publish(client, cast.connection, deck(row("44", "0.02"), row("447", "0.06"), row("49", "0.01")))
    assert [rate.prefix for rate in client.get(url, {"code": "+44"}).context["page"].rows] == ["44", "447"]


def test_buyers_who_wait_are_approved_or_rejected_with_a_reason(cast: Cast):
    Interconnect.objects.update(status=Interconnect.Status.AWAITING)
    client, asked = signed_in(cast.seller.owner), Interconnect.objects.get()
    assert "1 buyer asks for a route" in client.get("/seller/").content.decode()
    assert client.post(reverse("seller:buyer_reject", args=[asked.pk]), {}).status_code == 422
    client.post(reverse("seller:buyer_reject", args=[asked.pk]), {"reason": "No credit check yet"})
    asked.refresh_from_db()
    assert (asked.status, asked.decision_reason) == (Interconnect.Status.REJECTED, "No credit check yet")
    client.post(reverse("seller:buyer_approve", args=[asked.pk]))
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == (Interconnect.Status.ACTIVE, cast.seller.owner)


def test_earnings_are_what_buyers_paid_less_the_commission(cast: Cast):
    earn(cast, "10")
    earn(cast, "0.5")
    client = signed_in(cast.seller.owner)
    earnings = client.get("/seller/").context["earnings"]
    assert (earnings.owed, earnings.today, earnings.month) == (Decimal("9.975"),) * 3
    assert earnings.days[-1] == Decimal("9.975")
    rows = client.get(reverse("seller:earnings")).context["page"].rows
    assert [entry.amount for entry in rows] == [Decimal("0.475"), Decimal("9.5")]


def test_each_connection_tells_what_it_carried(cast: Cast):
    make_call(cast)
    make_call(cast, result="denied", amount=0, commission=0, billed_seconds=None)
    make_message(cast)
    total_traffic(now=utc_now())
    month = signed_in(cast.seller.owner).get("/seller/").context["month"]
    [row] = month.connections
    assert (row.today, row.whole.earned, row.whole.commission) == (
        Decimal("0.0475"),
        Decimal("0.0475"),
        Decimal("0.0025"),
    )
    assert (row.calls.answered, row.calls.billed, row.messages.billed, row.calls.asr) == (1, 120, 2, 1)
    assert [(buyer.name, buyer.whole) for buyer in month.buyers] == [(cast.buyer.company.name, row.whole)]
    assert [(country.name, country.whole) for country in month.countries] == [("United Kingdom", row.whole)]


def test_a_publication_tells_who_was_told(cast: Cast):
    client = signed_in(cast.seller.owner)
    upload = Lists(cast.connection).publish(row("44"))
    url = reverse("seller:upload", args=[cast.connection.pk, upload.pk])
    key = f"prices.notice:{upload.pk}:{cast.buyer.company.pk}"
    facts = {"upload": upload.pk, "company": cast.buyer.company.pk}
    message = OutboxMessage.objects.create(topic="prices.notice", key=key, payload=facts)
    assert [(one.name, one.word) for one in client.get(url).context["told"]] == [(cast.buyer.company.name, "awaiting")]
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=utc_now())
    assert [one.word for one in client.get(url).context["told"]] == ["sent"]
