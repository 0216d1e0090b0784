"""The decision tester as a page: it shows what the engine found, and names the field that makes no sense."""

import pytest
from django.urls import reverse

from authz.models import Session
from sellers.models import Connection
from tests.pages.cast import Cast, signed_in
from tests.pages.hosted import own_number
from tests.world import make_rate

pytestmark = pytest.mark.django_db(transaction=True)


def ask(cast: Cast, **facts: str) -> tuple[int, str]:
    url = reverse("buyer:account_test", args=[cast.account.pk])
    first = {"service": "voice", "direction": "outbound", "to": "447700900123", "link": str(cast.link.pk)}
    answer = signed_in(cast.buyer.colleague).post(url, first | facts)
    return answer.status_code, answer.content.decode()


def test_it_shows_each_check_and_route_with_the_exact_request(cast):
    make_rate(cast.connection, "44", "0.60")
    status, page = ask(cast)
    assert status == 200
    for said in ("It would go: 2:00", "A route has a price", "UK premium", cast.link.account_sid, "granted_seconds"):
        assert said in page, said
    assert not Session.objects.exists()


def test_passwords_of_sellers_are_not_shown(cast):
    make_rate(cast.connection, "44", "0.60")
    Connection.objects.update(sip_uri="sip:{number}:hush@gw.example")
    _, page = ask(cast)
    assert "sip:447700900123:***@gw.example" in page
    assert "hush" not in page


def test_a_refusal_is_told_with_its_codes_and_with_what_comes_after(cast):
    status, page = ask(cast)
    assert status == 200
    for said in ("It would be refused", "no rate", "SIP 404", "No code of its list matches", "Not asked"):
        assert said in page, said


def test_a_message_is_counted_in_parts(cast):
    make_rate(cast.connection, "44", "0.60")
    _, page = ask(cast, service="sms", text="ü" * 200)
    assert "no rate" in page  # the route carries calls only
    assert "üüü" in page


def test_a_number_that_is_none_is_named(cast):
    status, page = ask(cast, to="12-34")
    assert status == 422
    assert "E.164 digits" in page


def test_what_comes_in_is_told_by_what_was_seen_of_the_number(cast):
    owned = own_number(cast, monthly_fee=1, documents_required=True)
    _, page = ask(cast, direction="inbound", to=owned.number.number)
    for said in (
        f"of {cast.seller.company.name}.",
        "Its subscription is: Active.",
        "It carries nothing until all that it needs are approved.",
        "It carries: voice, SMS.",
    ):
        assert said in page, said
    _, page = ask(cast, direction="inbound", to="442079999999")
    assert "No number of this account has these digits." in page
    assert page.count("Not asked: the number is not this account&#x27;s.") == 4
