"""Signing up makes a person, a company and its sides; signing in leads to where one belongs."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tcxc.models import AuditEvent, Company, Membership, User
from tcxc.roles import Role
from tests.pages.cast import PASSWORD, Cast, person, signed_in

pytestmark = pytest.mark.django_db


def sign_up(client: Client, side: str = "buyer", **other: str) -> None:
    facts = {
        "name": "Bea Buyer",
        "email": "bea@example.com",
        "password1": PASSWORD,
        "company": "Acme Voice",
        "side": side,
        "time_zone": "Europe/Berlin",
    }
    answer = client.post(reverse("account_signup"), facts | other)
    assert answer.status_code == 302, answer.context["form"].errors


def confirm(client: Client) -> str:
    """Enter the mailed code; returns where it leads."""
    code = re.search(r"^\s{4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None, mail.outbox[-1].body
    answer = client.post(reverse("account_email_verification_sent"), {"code": code[1]}, follow=True)
    return str(answer.redirect_chain[-1][0])


@pytest.mark.parametrize(
    ("side", "home", "buys", "sells"),
    [("buyer", "/buyer/", True, False), ("seller", "/seller/", False, True), ("both", "/buyer/", True, True)],
)
def test_a_new_company_is_on_the_side_it_chose(client, side, home, buys, sells):
    sign_up(client, side)
    assert confirm(client) == home
    company, owner = Company.objects.get(), User.objects.get()
    assert (hasattr(company, "buyer"), hasattr(company, "seller")) == (buys, sells)
    assert Membership.objects.get(user=owner, company=company).role == Role.OWNER
    assert (owner.name, owner.time_zone, company.time_zone) == ("Bea Buyer", "Europe/Berlin", "Europe/Berlin")
    assert AuditEvent.objects.filter(action="company.sign_up", user=owner).exists()


def test_nobody_gets_in_before_the_address_is_confirmed(client):
    sign_up(client)
    assert client.get("/buyer/").status_code == 302
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": "bea@example.com", "password": PASSWORD})
    assert fresh.get("/buyer/").status_code == 302


def test_a_known_address_is_told_by_mail_only(client):
    person("bea")
    known = User.objects.get().email
    sign_up(client, email=known)
    assert User.objects.count() == 1
    assert not Company.objects.exists()
    assert mail.outbox[-1].to == [known]


def test_a_time_zone_that_nobody_knows_becomes_utc(client):
    sign_up(client, time_zone="Mars/Olympus")
    assert User.objects.get().time_zone == "UTC"


def test_a_company_without_a_name_is_not_made(client):
    answer = client.post(
        reverse("account_signup"),
        {"name": "Bea", "email": "bea@example.com", "password1": PASSWORD, "company": " ", "side": "buyer"},
    )
    assert "company" in answer.context["form"].errors
    assert not User.objects.exists()


def test_signing_in_leads_to_the_seat_and_signing_out_out(client, cast: Cast):
    owner = cast.seller.owner
    owner.set_password(PASSWORD)
    owner.save()
    answer = client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain[-1][0] == "/seller/"
    client.post(reverse("account_logout"))
    assert client.get("/seller/").status_code == 302


def test_an_operator_without_a_company_lands_in_the_admin(cast: Cast):
    answer = signed_in(cast.operator).get(reverse("go"))
    assert answer["Location"] == reverse("admin:index")


def test_somebody_without_a_company_is_told_what_to_do(db):
    answer = signed_in(person("loner")).get(reverse("go"))
    assert b"in no company yet" in answer.content


def test_who_is_on_both_sides_switches_between_them(cast: Cast):
    client, company = signed_in(cast.stranger.owner), cast.stranger.company
    assert client.get(reverse("go"))["Location"] == "/buyer/"
    assert client.post(reverse("sit"), {"seat": f"seller:{company.pk}"})["Location"] == "/seller/"
    assert client.get(reverse("go"))["Location"] == "/seller/"
    assert client.get("/buyer/").status_code == 200


def test_nobody_takes_a_seat_of_another_company(cast: Cast):
    client = signed_in(cast.stranger.owner)
    answer = client.post(reverse("sit"), {"seat": f"buyer:{cast.buyer.company.pk}"})
    assert answer.status_code == 404
    assert cast.buyer.company.name not in client.get("/buyer/").content.decode()


def test_preferences_lead_back_to_this_house_only(client):
    answer = client.post(reverse("preferences"), {"theme": "dark", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert answer.cookies["theme"].value == "dark"
    assert client.post(reverse("preferences"), {"theme": "<script>", "next": "/x/"}).cookies.get("theme") is None


def test_secrets_of_second_factors_are_kept_encrypted():
    from allauth.mfa.adapter import get_adapter

    kept = get_adapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in kept
    assert get_adapter().decrypt(kept) == "JBSWY3DPEHPK3PXP"
