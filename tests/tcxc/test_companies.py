"""Companies, their people, and those who are invited."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from tcxc.actors import Actor
from tcxc.delivery import deliver_due
from tcxc.errors import Invalid, NotAllowed, NotFound, Refused
from tcxc.models import AuditEvent, Company, Invitation, Membership, OutboxMessage, User
from tcxc.operations.companies import sign_up_company, update_company
from tcxc.operations.invitations import accept_invitation, invite, revoke_invitation
from tcxc.operations.members import LastOwner, add_member, change_role, remove_member
from tcxc.queries.people import can, check_can, role_of
from tcxc.roles import Permission, Role

pytestmark = pytest.mark.django_db


def person(email: str) -> User:
    return User.objects.create_user(email)


@pytest.fixture
def owner() -> User:
    return person("owner@example.com")


@pytest.fixture
def acme(owner) -> Company:
    return sign_up_company(owner=owner, by=Actor(user=owner), name=" Acme ", country="gb", time_zone="Europe/London")


def test_who_signs_a_company_up_owns_it(acme, owner):
    assert (acme.name, acme.country) == ("Acme", "GB")
    assert role_of(owner, acme) == Role.OWNER
    event = AuditEvent.objects.get(action="company.sign_up")
    assert (event.user, event.company, (event.after or {})["name"]) == (owner, acme, "Acme")


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", " "), ("country", "XY"), ("time_zone", "Mars"), ("noc_email", "x"), ("name", "x" * 121), ("tax", "1")],
)
def test_a_company_with_senseless_details_is_refused(owner, field, value):
    with pytest.raises(Invalid) as refused:
        sign_up_company(owner=owner, by=Actor(user=owner), **{"name": "Acme", field: value})
    assert list(refused.value.errors) == [field]
    assert not Company.objects.exists()


def test_a_change_is_recorded_before_and_after(acme, owner):
    update_company(company=acme, changes={"noc_email": "noc@example.com"}, by=Actor(user=owner))
    update_company(company=acme, changes={"noc_email": "noc@example.com"}, by=Actor(user=owner))
    event = AuditEvent.objects.get(action="company.update")
    assert [(state or {})["noc_email"] for state in (event.before, event.after)] == ["", "noc@example.com"]


def test_roles_say_who_may_do_what(acme, owner):
    traffic = person("traffic@example.com")
    add_member(company=acme, user=traffic, role=Role.TRAFFIC, by=Actor(user=owner))
    assert can(traffic, Permission.MANAGE_TRAFFIC, acme)
    with pytest.raises(NotAllowed):
        check_can(traffic, Permission.MANAGE_MONEY, acme)
    with pytest.raises(NotAllowed):
        check_can(person("stranger@example.com"), Permission.VIEW, acme)


def test_the_last_owner_can_neither_leave_nor_step_down(acme, owner):
    for lose in (
        lambda: remove_member(company=acme, user=owner, by=Actor(user=owner)),
        lambda: change_role(company=acme, user=owner, role=Role.FINANCE, by=Actor(user=owner)),
    ):
        with pytest.raises(LastOwner):
            lose()
    other = person("other@example.com")
    add_member(company=acme, user=other, role=Role.OWNER, by=Actor(user=owner))
    remove_member(company=acme, user=owner, by=Actor(user=owner))
    assert role_of(owner, acme) is None
    with pytest.raises(LastOwner):
        remove_member(company=acme, user=other, by=Actor(user=other))


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_leave_at_once_leave_one(owner):
    acme = sign_up_company(owner=owner, by=Actor(user=owner), name="Acme")
    other = person("other@example.com")
    add_member(company=acme, user=other, role=Role.OWNER, by=Actor(user=owner))
    barrier = threading.Barrier(2)

    def leave(user: User) -> bool:
        barrier.wait()
        try:
            remove_member(company=acme, user=user, by=Actor(user=user))
        except LastOwner:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, [owner, other])) == [False, True]
    assert Membership.objects.filter(company=acme, role=Role.OWNER).count() == 1


def test_an_invitation_is_taken_up_once_by_whom_it_was_sent_to(acme, owner):
    made = invite(company=acme, email="New@Example.com", role=Role.FINANCE, invited_by=owner, by=Actor(user=owner))
    stored = str(OutboxMessage.objects.values()) + str(AuditEvent.objects.values()) + str(Invitation.objects.values())
    assert made.token not in stored
    new = person("new@example.com")
    with pytest.raises(NotFound):
        accept_invitation(invitation=made.invitation, user=person("thief@example.com"), by=Actor(user=new))
    accept_invitation(invitation=made.invitation, user=new, by=Actor(user=new))
    assert role_of(new, acme) == Role.FINANCE
    with pytest.raises(Refused) as refused:
        accept_invitation(invitation=made.invitation, user=new, by=Actor(user=new))
    assert refused.value.type == "invitation_over"


def test_the_token_comes_by_mail_alone(acme, owner, mailoutbox):
    made = invite(company=acme, email="new@example.com", role=Role.FINANCE, invited_by=owner, by=Actor(user=owner))
    assert deliver_due() == 1
    assert mailoutbox[0].to == ["new@example.com"]
    assert f"/invitations/{made.token}/" in mailoutbox[0].body
    assert "Acme" in mailoutbox[0].subject
    assert 'the role "Finance"' in mailoutbox[0].body


def test_an_expired_withdrawn_or_replaced_invitation_is_over(acme, owner):
    by, new = Actor(user=owner), person("new@example.com")

    def offer():
        return invite(company=acme, email=new.email, role=Role.TRAFFIC, invited_by=owner, by=by)

    replaced, expired = offer(), offer()
    Invitation.objects.filter(pk=expired.invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    withdrawn = offer()
    revoke_invitation(invitation=withdrawn.invitation, by=by)
    for made in (replaced, expired, withdrawn):
        with pytest.raises(Refused):
            accept_invitation(invitation=made.invitation, user=new, by=Actor(user=new))
    assert role_of(new, acme) is None


def test_members_and_nonsense_are_not_invited(acme, owner):
    for email in (owner.email.upper(), "nobody"):
        with pytest.raises(Invalid):
            invite(company=acme, email=email, role=Role.OWNER, invited_by=owner, by=Actor(user=owner))
