"""Operators act on behalf of people: seen, recorded under both names, bounded, and ended by one click."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from buyers.models import Account
from tcxc.models import AuditEvent, User
from tcxc.pages.acting import ACTING
from tests.pages.cast import Cast, signed_in

pytestmark = pytest.mark.django_db


def act(cast: Cast, person: User) -> Client:
    """An operator's browser, in which they act for somebody."""
    client = signed_in(cast.operator)
    answer = client.post(reverse("admin:tcxc_user_act", args=[person.pk]), {"reason": "Ticket 42"})
    assert answer.status_code == 302, answer.context["form"].errors
    return client


def test_an_operator_sees_what_the_person_sees_under_a_banner(cast: Cast):
    page = act(cast, cast.buyer.owner).get("/buyer/accounts/").content.decode()
    assert cast.account.name in page
    assert "act on behalf of" in page
    assert cast.buyer.owner.email in page
    assert "data-live" not in page  # the stream is the person's own


def test_both_names_are_on_what_is_done(cast: Cast):
    client = act(cast, cast.buyer.owner)
    client.post(reverse("buyer:account_block", args=[cast.account.pk]), {"reason": "Asked by phone"})
    done = AuditEvent.objects.get(action="account.block")
    assert (done.user, done.acting_for) == (cast.operator, cast.buyer.owner)
    begun = AuditEvent.objects.get(action="person.act_begin")
    assert (begun.company, begun.reason) == (cast.buyer.company, "Ticket 42")
    log = signed_in(cast.buyer.owner).get(reverse("settings:audit")).content.decode()
    assert f"on behalf of {cast.buyer.owner.get_full_name()}" in log
    assert "Support began to act on behalf" in log


def test_one_click_ends_it(cast: Cast):
    client = act(cast, cast.buyer.owner)
    assert client.post(reverse("acting_end"))["Location"] == reverse(
        "admin:tcxc_user_change", args=[cast.buyer.owner.pk]
    )
    assert AuditEvent.objects.filter(action="person.act_end", acting_for=cast.buyer.owner).exists()
    assert client.get("/buyer/").status_code == 404
    assert client.post(reverse("acting_end"))["Location"] == reverse("go")


@pytest.mark.parametrize("name", ["developers:keys", "developers:key_new", "settings:invitation_new", "settings:audit"])
def test_keys_and_the_team_are_left_to_the_person(cast: Cast, name: str):
    client = act(cast, cast.buyer.owner)
    answer = client.get(reverse(name))
    assert answer.status_code == 403
    assert "on behalf of somebody else" in answer.content.decode()
    assert reverse("developers:keys") not in client.get("/buyer/").content.decode()


def test_money_is_left_to_the_person_unless_a_setting_says_so(cast: Cast, settings):
    from tcxc.roles import Permission

    client = act(cast, cast.buyer.owner)
    assert Permission.MANAGE_MONEY not in client.get("/buyer/").context["seat"].permissions
    assert client.get(reverse("buyer:number_buy")).status_code == 403
    settings.ACTING_MAY_MOVE_MONEY = True
    assert Permission.MANAGE_MONEY in client.get("/buyer/").context["seat"].permissions
    assert client.get(reverse("buyer:number_buy")).status_code != 403
    assert client.post(reverse("settings:member_leave")).status_code == 404


def test_the_person_s_own_sign_in_is_out_of_reach(cast: Cast):
    client = act(cast, cast.buyer.owner)
    for name in ("mfa_index", "account_change_password", "account_email", "usersessions_list"):
        assert client.get(reverse(name)).status_code == 403, name
    assert client.get("/admin/").status_code == 200  # there the operator is the operator


def test_nobody_acts_for_an_operator_or_for_somebody_kept_out(cast: Cast):
    client = signed_in(cast.operator)
    User.objects.filter(pk=cast.seller.owner.pk).update(is_active=False)
    for person in (cast.operator, cast.seller.owner):
        url = reverse("admin:tcxc_user_act", args=[person.pk])
        assert client.post(url, {"reason": "curious"}).status_code == 404
    assert (
        signed_in(cast.buyer.owner).get(reverse("admin:tcxc_user_act", args=[cast.seller.owner.pk])).status_code == 302
    )


def test_it_ends_by_itself_with_its_time_with_the_rights_and_with_the_person(cast: Cast):
    client = act(cast, cast.buyer.owner)
    session = client.session
    session[ACTING] = session[ACTING] | {"until": time.time() - 1}
    session.save()
    assert client.get("/buyer/").status_code == 404

    client = act(cast, cast.buyer.owner)
    User.objects.filter(pk=cast.buyer.owner.pk).update(is_staff=True)
    assert client.get("/buyer/").status_code == 404

    client = act(cast, cast.seller.owner)
    User.objects.filter(pk=cast.operator.pk).update(is_staff=False)
    assert client.get("/seller/").status_code == 404


def test_who_is_no_operator_gains_nothing_from_a_session_that_says_so(cast: Cast):
    client = signed_in(cast.stranger.owner)
    session = client.session
    session[ACTING] = {"person": cast.buyer.owner.pk, "until": time.time() + 600}
    session.save()
    page = client.get("/buyer/accounts/").content.decode()
    assert cast.account.name not in page
    client.post(reverse("buyer:account_block", args=[cast.account.pk]), {"reason": "mine"})
    assert Account.objects.get(pk=cast.account.pk).status == Account.Status.ACTIVE
