"""People and platforms are let in with a trace."""

import pytest
from allauth.account.models import EmailAddress

from tcxc.actors import Actor
from tcxc.errors import Refused
from tcxc.models import AuditEvent, Platform, User
from tcxc.operations.people import enrol_person, set_password
from tcxc.operations.platforms import open_platform

pytestmark = pytest.mark.django_db
BY = Actor.system()


@pytest.fixture
def owner() -> User:
    return enrol_person(email="Ann@Example.COM", name="Ann", by=BY)


def test_an_enrolled_person_has_a_verified_address_and_no_password_yet(owner):
    assert owner.email == "ann@example.com"
    assert not owner.has_usable_password()
    assert not owner.is_staff
    assert EmailAddress.objects.filter(user=owner, email=owner.email, primary=True, verified=True).exists()


def test_an_address_is_enrolled_once(owner):
    with pytest.raises(Refused) as refused:
        enrol_person(email=owner.email.upper(), name="Other", by=BY)
    assert refused.value.type == "email_taken"
    assert User.objects.count() == 1


def test_an_operator_may_do_everything_in_the_admin():
    operator = enrol_person(email="op@example.com", name="Op", by=BY, is_operator=True)
    assert (operator.is_staff, operator.is_superuser) == (True, True)


def test_a_password_is_set_with_a_trace_that_does_not_tell_it(owner):
    set_password(user=owner, password="correct horse battery", by=BY)
    owner.refresh_from_db()
    assert owner.check_password("correct horse battery")
    event = AuditEvent.objects.get(action="person.set_password")
    assert (event.object_id, event.before, event.after) == (str(owner.pk), None, None)


def test_a_platform_s_name_is_taken_once():
    open_platform(name="Cloud", api_url="https://cloud.example/", by=BY)
    with pytest.raises(Refused) as refused:
        open_platform(name="Cloud", by=BY)
    assert refused.value.type == "name_taken"
    assert Platform.objects.get().api_url == "https://cloud.example/"
