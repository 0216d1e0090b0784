"""Operators look at documents, decide them in the place of sellers, and say which ones numbers need."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from numbers.models import DocumentLook, Requirement, Subscription
from numbers.operations import purchase, upload_document
from tcxc.actors import Actor
from tcxc.models import AuditEvent, User
from tests.papers import an_image

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_this_process")]
SYSTEM = Actor.system()


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_user("operator@example.com", is_staff=True))
    return client


@pytest.fixture
def document(host, account):
    number = host(documents_required=True).number
    subscription = purchase(number=number, account=account, by=SYSTEM)
    return upload_document(subscription=subscription, kind="identity", file=BytesIO(an_image()), by=SYSTEM)


def page(document, name: str = "change") -> str:
    return reverse(f"admin:numbers_document_{name}", args=[document.pk])


def state() -> str:
    return str(Subscription.objects.get().documents_state)


def test_an_operator_opens_a_file_and_the_look_is_noted(operator, document):
    shown = operator.get(page(document)).content.decode()
    assert document.sealed_key not in shown
    assert reverse("admin:numbers_document_file", args=[document.pk]) in shown
    assert DocumentLook.objects.count() == 0

    file = operator.get(reverse("admin:numbers_document_file", args=[document.pk]))

    assert (file.status_code, file["Content-Type"]) == (200, "image/png")
    assert file["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert DocumentLook.objects.get().side == "operator"
    assert "operator@example.com" in operator.get(page(document)).content.decode()


def test_only_operators_open_files(client, document):
    client.force_login(User.objects.create_user("somebody@example.com"))

    assert client.get(reverse("admin:numbers_document_file", args=[document.pk])).status_code in {302, 404}
    assert DocumentLook.objects.count() == 0


def test_an_operator_rejects_with_a_reason_and_approves(operator, document):
    assert operator.post(page(document, "reject"), {"reason": ""}).status_code == 422
    operator.post(page(document, "reject"), {"reason": "Blurred."})
    assert state() == "rejected"
    past = operator.post(page(document, "approve"), {"expires_on": "2020-01-01"})
    assert (past.status_code, state()) == (422, "rejected")
    operator.post(page(document, "approve"), {"reason": "", "expires_on": ""})
    assert state() == "approved"
    decided = AuditEvent.objects.filter(user__email="operator@example.com").order_by("id")
    assert [event.action for event in decided] == ["document.reject", "document.approve"]


def test_operators_say_what_numbers_need(operator):
    add = reverse("admin:numbers_requirement_add")
    facts = {"kind": "identity", "country": "gb", "type": "", "seller": "", "note": "A passport."}

    assert operator.post(add, facts | {"country": "ZZ"}).status_code == 200
    assert operator.post(add, facts | {"kind": "Any Thing"}).status_code == 200
    assert Requirement.objects.count() == 0
    operator.post(add, facts)
    assert Requirement.objects.get().country == "GB"
    assert operator.post(add, facts).status_code == 200
    operator.post(reverse("admin:numbers_requirement_delete", args=[Requirement.objects.get().pk]), {"post": "yes"})
    assert Requirement.objects.count() == 0
    actions = AuditEvent.objects.filter(action__startswith="requirement").order_by("id")
    assert [event.action for event in actions] == ["requirement.make", "requirement.drop"]
