"""Documents over REST, from the upload to the traffic that they let through; and uploads that mean no good."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from buyers.models import Buyer
from numbers.models import Document, DocumentLook, DocumentUse
from numbers.operations import host_number, purchase
from sellers.models import Seller
from tcxc.actors import Actor
from tcxc.models import Company, Holder
from tcxc.operations.api_keys import make_key
from tests.api.conftest import client_with
from tests.papers import a_pdf, action, an_image, entry
from tests.world import give_number, make_account, make_world

BY = Actor.system()
NUMBER = "442071838750"
UPLOAD = f"/api/v1/numbers/{NUMBER}/documents/"


def key_of(holder: Holder, **owner: Any) -> APIClient:
    return client_with(make_key(holder=holder, name="test", by=BY, **owner).secret)


def sent(client: APIClient, content: bytes, name: str = "passport.png", kind: str = "identity", **more: Any) -> Any:
    """The reply to an upload."""
    body = {"kind": kind, "file": SimpleUploadedFile(name, content, content_type="image/png"), **more}
    return client.post(UPLOAD, body, format="multipart")


@pytest.mark.django_db(transaction=True)
def test_a_number_takes_traffic_once_its_seller_has_approved_what_the_buyer_showed():
    world = make_world()
    host_number(
        seller=world.seller, number=NUMBER, monthly_fee="1", sms_price="0.004", sms=True, documents_required=True, by=BY
    )
    purchase(number=NUMBER, account=world.account, smpp_contact="smpp:u:p:{destination}@host:2776", by=BY)
    platform = key_of(Holder.PLATFORM, platform=world.platform)
    buyer = key_of(Holder.BUYER, company=world.buyer.company)
    seller = key_of(Holder.SELLER, company=world.seller.company)

    def authorized(session_id: str) -> dict[str, Any]:
        message = {"session_id": session_id, "service": "sms", "direction": "inbound", "to": NUMBER, "text": "x" * 161}
        reply: dict[str, Any] = platform.post("/api/v1/aaa/authorize", message).json()
        return reply

    assert authorized("SM1")["reason"] == "documents_pending"
    uploaded = sent(buyer, an_image()).json()
    assert (uploaded["state"], uploaded["numbers"]) == ("pending", [NUMBER])
    assert authorized("SM2")["reason"] == "documents_pending"

    waiting = seller.get("/api/v1/seller/documents/?state=pending").json()["results"]
    assert [row["id"] for row in waiting] == [uploaded["id"]]
    assert seller.post(f"/api/v1/seller/documents/{uploaded['id']}/reject/", {}).status_code == 400
    rejected = seller.post(f"/api/v1/seller/documents/{uploaded['id']}/reject/", {"reason": "Blurred."}).json()
    assert (rejected["state"], rejected["reason"]) == ("rejected", "Blurred.")
    assert buyer.get(UPLOAD).json()["results"][0]["reason"] == "Blurred."
    again = sent(buyer, a_pdf(), name="again.pdf").json()
    approved = seller.post(f"/api/v1/seller/documents/{again['id']}/approve/").json()
    assert (approved["state"], approved["media_type"]) == ("approved", "application/pdf")

    assert (authorized("SM3")["parts"], authorized("SM3")["routes"][0]["smpp"]) == (2, f"smpp:u:p:{NUMBER}@host:2776")
    closed = platform.post("/api/v1/aaa/terminate", {"session_id": "SM3", "used_parts": 2}).json()
    assert (closed["charged"], closed["available"]) == ("0.008000", "98.992000")


@pytest.fixture
def buyer(db) -> APIClient:
    """A buyer with a number that needs documents; hosted by the world's only seller."""
    world = make_world()
    give_number(world, NUMBER, documents_needed=["any"], documents_state="missing")
    return key_of(Holder.BUYER, company=world.buyer.company)


@pytest.fixture
def seller(buyer) -> APIClient:
    return key_of(Holder.SELLER, company=Seller.objects.get().company)


HOSTILE = {
    "a page by the name of an image": (b"<html><script>alert(1)</script>", "passport.png"),
    "a drawing with a script": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "x.svg"),
    "a program": (b"MZ\x90\x00" + b"\0" * 500, "passport.pdf.exe"),
    "an archive before a PDF": (b"PK\x03\x04" + a_pdf(), "x.pdf"),
    "a PDF that runs a script": (a_pdf(catalog=entry("OpenAction", action("JavaScript", JS="x"))), "x.pdf"),
    "a cut image": (an_image("JPEG")[:300], "x.jpg"),
    "an empty file": (b"", "x.png"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_upload_is_refused_with_a_reason_and_leaves_nothing(buyer, what):
    content, name = HOSTILE[what]

    reply = sent(buyer, content, name=name)

    assert (reply.status_code, reply.json()["type"]) == (400, "/api/v1/problems/file_unusable")
    assert len(reply.json()["errors"]["file"][0]) > 15
    assert (Document.objects.count(), DocumentUse.objects.count()) == (0, 0)


def test_a_name_is_never_believed_nor_kept(buyer):
    reply = sent(buyer, an_image("JPEG"), name="../../../etc/cron.d/x.pdf\r\nSet-Cookie: a=b")

    assert (reply.status_code, reply.json()["media_type"]) == (201, "image/jpeg")
    document = Document.objects.get()
    assert "cron" not in document.name
    file = buyer.get(f"/api/v1/documents/{document.pk}/file/")
    assert file["Content-Disposition"] == f'attachment; filename="document-{document.pk}.jpg"'


def test_a_file_that_is_too_large_is_refused_before_it_is_read(buyer, settings):
    settings.DOCUMENT_MAX_BYTES = 100

    assert sent(buyer, an_image()).status_code == 413


def test_a_file_is_served_so_that_a_browser_does_nothing_with_it_and_each_look_is_noted(buyer, seller):
    document = sent(buyer, an_image()).json()["id"]

    for client, path in ((buyer, "documents"), (seller, "seller/documents")):
        reply = client.get(f"/api/v1/{path}/{document}/file/")
        assert (reply.status_code, reply["Content-Type"]) == (200, "image/png")
        assert reply["X-Content-Type-Options"] == "nosniff"
        assert reply["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert reply["Cache-Control"] == "no-store, private"
        assert reply["Content-Disposition"].startswith("attachment")
    sides = DocumentLook.objects.order_by("id").values_list("side", flat=True)
    assert list(sides) == ["buyer", "seller"]
    assert all(look.api_key is not None for look in DocumentLook.objects.all())


def test_a_document_of_another_buyer_can_be_neither_seen_nor_shown(buyer):
    stranger_company = Company.objects.create(name="Stranger")
    make_account(Buyer.objects.create(company=stranger_company))
    stranger = key_of(Holder.BUYER, company=stranger_company)
    other_seller = Company.objects.create(name="Other seller")
    Seller.objects.create(company=other_seller)
    document = sent(buyer, an_image()).json()["id"]

    assert stranger.get(f"/api/v1/documents/{document}/").status_code == 404
    assert stranger.get(f"/api/v1/documents/{document}/file/").status_code == 404
    assert stranger.get(UPLOAD).status_code == 404
    reviewer = key_of(Holder.SELLER, company=other_seller)
    assert reviewer.get(f"/api/v1/seller/documents/{document}/file/").status_code == 404
    assert reviewer.post(f"/api/v1/seller/documents/{document}/approve/").status_code == 404
    assert DocumentLook.objects.count() == 0


def test_an_approved_document_is_shown_for_another_number_by_its_id(buyer, seller):
    document = sent(buyer, an_image()).json()["id"]
    seller.post(f"/api/v1/seller/documents/{document}/approve/")
    first = DocumentUse.objects.get().subscription
    second = type(first).objects.get(pk=first.pk)
    number = type(first.number).objects.get(pk=first.number_id)
    number.pk, number.number = None, "442071838751"
    number.save()
    second.pk, second.number = None, number
    second.documents_state = "missing"
    second.save()
    path = "/api/v1/numbers/442071838751/documents/"

    assert buyer.post(path, {"document": document}).json()["state"] == "approved"
    assert buyer.post(path, {"document": document, "kind": "identity"}).status_code == 400
    assert buyer.post(path, {"kind": "identity"}).json()["errors"] == {"file": ["This field is required."]}
    second.refresh_from_db()
    assert second.documents_state == "approved"
