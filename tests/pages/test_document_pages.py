"""The pages about documents: shown by a buyer, reviewed by the seller, seen by nobody else."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from numbers.models import Document, DocumentLook, Requirement
from tests.pages.cast import Cast, signed_in
from tests.pages.hosted import own_number, require_identity, show_document
from tests.papers import an_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(cast: Cast) -> Client:
    return signed_in(cast.buyer.owner)


@pytest.fixture
def seller(cast: Cast) -> Client:
    return signed_in(cast.seller.owner)


def shown(client: Client, name: str, *args: Any, query: str = "") -> str:
    return client.get(reverse(name, args=args) + query).content.decode()


def test_the_way_from_a_number_that_waits_to_its_approval(cast, buyer, seller):
    owned = own_number(cast, documents_required=True, notes_for_buyers="A passport of the owner.")
    page = shown(buyer, "buyer:number", owned.pk)
    assert "Nothing is shown yet" in page
    assert "A passport of the owner." in page
    assert f"+{owned.number.number}" in shown(buyer, "buyer:documents")

    file = SimpleUploadedFile("../../passport.png", an_image(), "image/png")
    answer = buyer.post(reverse("buyer:document_new", args=[owned.pk]), {"kind": "passport", "file": file})

    assert answer.status_code == 302
    document = Document.objects.get()
    assert "In review" in shown(buyer, "buyer:number", owned.pk)
    assert "waits for" in shown(seller, "seller:documents")
    assert cast.account.buyer.company.name in shown(seller, "seller:document", document.pk)

    seller.post(reverse("seller:document_approve", args=[document.pk]), {"expires_on": "", "reason": ""})

    owned.refresh_from_db()
    assert owned.documents_state == "approved"
    assert "Approved" in shown(buyer, "buyer:documents")
    assert "Nothing waits for your review" in shown(seller, "seller:documents")
    assert "Passport" in shown(seller, "seller:documents", query="?state=approved")


def test_a_rejection_needs_a_reason_and_the_buyer_reads_it(cast, buyer, seller):
    document = show_document(own_number(cast, documents_required=True))
    url = reverse("seller:document_reject", args=[document.pk])

    assert seller.post(url, {"reason": ""}).status_code == 422
    seller.post(url, {"reason": "The photo can't be read."})

    assert "The photo can&#x27;t be read." in shown(buyer, "buyer:documents")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<script>alert(1)</script>", "PDF, JPEG or PNG"),
        (an_image()[:100], "file"),
    ],
)
def test_a_file_that_is_no_document_is_refused_beside_its_field(cast, buyer, content, said):
    owned = own_number(cast, documents_required=True)
    file = SimpleUploadedFile("passport.png", content, "image/png")

    answer = buyer.post(reverse("buyer:document_new", args=[owned.pk]), {"kind": "passport", "file": file})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Document.objects.exists()


def test_a_file_is_opened_by_those_whom_it_concerns_and_each_look_is_noted(cast, buyer, seller):
    document = show_document(own_number(cast, documents_required=True))

    for client, side in ((buyer, "buyer"), (seller, "seller")):
        answer = client.get(reverse(f"{side}:document_file", args=[document.pk]))
        assert answer["Content-Type"] == "image/png"
        assert "sandbox" in answer["Content-Security-Policy"]
    stranger = signed_in(cast.stranger.owner)
    assert stranger.get(reverse("buyer:document_file", args=[document.pk])).status_code == 404
    assert stranger.get(reverse("seller:document_file", args=[document.pk])).status_code == 404

    assert list(DocumentLook.objects.order_by("pk").values_list("side", flat=True)) == ["buyer", "seller"]


def test_what_a_seller_approved_is_shown_again_with_a_click(cast, buyer, seller):
    first = show_document(own_number(cast, documents_required=True))
    seller.post(reverse("seller:document_approve", args=[first.pk]))
    second = own_number(cast, documents_required=True)
    assert "Its seller has approved these for other numbers" in shown(buyer, "buyer:number", second.pk)

    buyer.post(reverse("buyer:document_again", args=[second.pk, first.pk]))

    second.refresh_from_db()
    assert second.documents_state == "approved"


def test_a_seller_says_what_its_numbers_need_and_stops_saying_it(cast, seller):
    given = {"kind": "address_proof", "country": "GB", "type": "", "note": "No older than three months."}
    seller.post(reverse("seller:requirement_new"), given)
    assert "No older than three months." in shown(seller, "seller:documents_required")
    assert own_number(cast).documents_needed == ["address_proof"]

    rule = Requirement.objects.get()
    assert signed_in(cast.stranger.owner).post(reverse("seller:requirement_drop", args=[rule.pk])).status_code == 404
    seller.post(reverse("seller:requirement_drop", args=[rule.pk]))

    assert not Requirement.objects.exists()


def test_the_rules_of_others_are_not_shown(cast):
    require_identity(cast)

    assert "France" not in shown(signed_in(cast.stranger.owner), "seller:documents_required")
