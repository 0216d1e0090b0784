"""The settings, the same on both sides: profile, company, team, keys, audit log; and asking again."""

import re
from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from buyers.models import ProvisioningPair
from buyers.operations import block_account
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import hash_secret
from tcxc.delivery import deliver_due
from tcxc.models import ApiKey, ApiLogin, AuditEvent, Company, Invitation, Membership, User
from tcxc.operations.api_logins import digest_ha1
from tcxc.operations.invitations import invite
from tcxc.queries.api_keys import usable_key
from tcxc.roles import Role
from tests.pages.cast import PASSWORD, SYSTEM, Cast, House, person, signed_in

pytestmark = pytest.mark.django_db

LONG_AGO = 3_600


def settings(name: str, *args: int) -> str:
    return reverse(f"settings:{name}", args=args)


def developers(name: str, *args: int) -> str:
    return reverse(f"developers:{name}", args=args)


def member(house: House, user: User) -> Membership:
    return Membership.objects.get(company=house.company, user=user)


def invited(house: House, email: str, role: Role = Role.TRAFFIC) -> Invitation:
    return invite(company=house.company, email=email, role=role, invited_by=house.owner, by=SYSTEM).invitation


def mailed_link(client: Client, house: House, email: str) -> str:
    """Invite somebody on the page, and take the link out of the mail."""
    client.post(settings("invitation_new"), {"email": email, "role": "finance"})
    assert deliver_due() > 0
    letter = next(letter for letter in reversed(mail.outbox) if letter.to == [email])
    link = re.search(r"/invitations/\S+/", str(letter.body))
    assert link is not None
    return link[0]


def test_one_changes_one_s_own_name_and_time_zone(cast: Cast):
    client = signed_in(cast.buyer.colleague)
    client.post(settings("profile_edit"), {"name": " Cleo ", "time_zone": "Asia/Kolkata"})
    cast.buyer.colleague.refresh_from_db()
    assert (cast.buyer.colleague.name, cast.buyer.colleague.time_zone) == ("Cleo", "Asia/Kolkata")
    assert client.post(settings("profile_edit"), {"name": " ", "time_zone": "Mars/Base"}).status_code == 422
    assert AuditEvent.objects.get(action="person.update").after == {"name": "Cleo", "time_zone": "Asia/Kolkata"}


def test_an_owner_changes_the_company_and_what_is_wrong_is_said_beside_its_field(cast: Cast):
    client = signed_in(cast.seller.owner)
    facts = {"name": "Northern", "country": "NO", "time_zone": "Europe/Oslo", "noc_email": "noc@example.com"}
    client.post(settings("company_edit"), facts)
    company = Company.objects.get(pk=cast.seller.company.pk)
    assert (company.name, company.country, company.noc_email) == ("Northern", "NO", "noc@example.com")
    answer = client.post(settings("company_edit"), facts | {"rates_email": "nobody", "country": "XX"})
    assert set(answer.context["form"].errors) == {"rates_email", "country"}


def test_roles_are_given_and_the_last_owner_stays(cast: Cast):
    client, colleague = signed_in(cast.buyer.owner), member(cast.buyer, cast.buyer.colleague)
    own = member(cast.buyer, cast.buyer.owner)
    for answer in (
        client.post(settings("member_role", own.pk), {"role": "finance"}),
        client.post(settings("member_remove", own.pk)),
        client.post(settings("member_leave")),
    ):
        assert answer.status_code == 422
        assert "at least one owner" in answer.content.decode()
    client.post(settings("member_role", colleague.pk), {"role": "owner"})
    assert client.post(settings("member_remove", own.pk))["Location"] == reverse("go")
    assert [m.user for m in Membership.objects.filter(company=cast.buyer.company)] == [cast.buyer.colleague]
    assert client.get("/buyer/").status_code == 404


def test_anybody_leaves_by_their_own_wish(cast: Cast):
    client = signed_in(cast.buyer.colleague)
    client.post(settings("member_leave"))
    assert not Membership.objects.filter(user=cast.buyer.colleague).exists()
    assert AuditEvent.objects.get(action="member.remove").user == cast.buyer.colleague


def test_a_newcomer_joins_by_the_mailed_link_without_a_company_or_code_of_their_own(cast: Cast):
    link = mailed_link(signed_in(cast.buyer.owner), cast.buyer, "new@example.com")
    client, companies = Client(), Company.objects.count()
    page = client.get(link, follow=True)
    assert page.redirect_chain[-1][0] == reverse("invitation")
    assert f"Join {cast.buyer.company.name}" in page.content.decode()
    form = client.get(reverse("account_signup")).context["form"]
    assert "company" not in form.fields
    facts = {"name": "Nell", "email": "other@example.com", "password1": PASSWORD}
    assert "email" in client.post(reverse("account_signup"), facts).context["form"].errors
    answer = client.post(reverse("account_signup"), facts | {"email": "new@example.com"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/buyer/"
    assert Company.objects.count() == companies
    assert member(cast.buyer, User.objects.get(email="new@example.com")).role == Role.FINANCE
    deliver_due()
    assert mail.outbox[-1].to == [cast.buyer.owner.email]
    assert "has joined" in mail.outbox[-1].subject


def test_a_colleague_of_two_companies_signs_in_joins_and_switches(cast: Cast):
    owner = cast.seller.owner
    owner.set_password(PASSWORD)
    owner.save()
    link = mailed_link(signed_in(cast.buyer.owner), cast.buyer, owner.email)
    client = Client()
    assert "Sign in to join" in client.get(link, follow=True).content.decode()
    client.post(reverse("account_login"), {"login": owner.email, "password": PASSWORD, "next": reverse("invitation")})
    assert client.post(reverse("invitation"), follow=True).redirect_chain[-1][0] == "/buyer/"
    assert client.post(reverse("sit"), {"seat": f"seller:{cast.seller.company.pk}"})["Location"] == "/seller/"


def test_an_invitation_is_for_its_address_once_and_for_a_while(cast: Cast):
    owner = signed_in(cast.buyer.owner)
    link = mailed_link(owner, cast.buyer, "new@example.com")
    thief = signed_in(cast.stranger.owner)
    assert "you are signed in as" in thief.get(link, follow=True).content.decode()
    thief.post(reverse("invitation"))
    assert not Membership.objects.filter(user=cast.stranger.owner, company=cast.buyer.company).exists()
    offer = Invitation.objects.get()
    owner.post(settings("invitation_resend", offer.pk))
    assert Client().get(link, follow=True).status_code == 410
    again = Invitation.objects.get(revoked_at=None)
    Invitation.objects.filter(pk=again.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Expired" in owner.get(settings("team")).content.decode()
    owner.post(settings("invitation_withdraw", again.pk))
    assert not Invitation.objects.filter(revoked_at=None).exists()
    assert owner.post(settings("invitation_resend", again.pk)).status_code == 404
    assert Client().get("/invitations/tcxc_invitation_nonsense/").status_code == 404


def test_nobody_reaches_into_another_company_by_number(cast: Cast):
    client, offer = signed_in(cast.stranger.owner), invited(cast.buyer, "new@example.com")
    key = ApiKey.objects.create(holder="buyer", company=cast.buyer.company, name="k", key_hash="x")
    event = AuditEvent.objects.filter(company=cast.buyer.company).latest("pk")
    other = member(cast.buyer, cast.buyer.colleague)
    for url in (
        settings("member_role", other.pk),
        settings("member_remove", other.pk),
        settings("invitation_resend", offer.pk),
        settings("invitation_withdraw", offer.pk),
        settings("audit_event", event.pk),
        developers("key", key.pk),
        developers("key_rotate", key.pk),
        developers("key_revoke", key.pk),
        developers("pair", cast.account.pk),
    ):
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"role": "owner", "reason": "mine"}).status_code in {404, 405}, url


def test_a_form_acts_where_it_was_opened_though_another_seat_was_taken_since(cast: Cast):
    owner = cast.stranger.owner
    Membership.objects.create(user=owner, company=cast.buyer.company, role=Role.OWNER)
    client = signed_in(owner)
    client.post(reverse("sit"), {"seat": f"seller:{cast.stranger.company.pk}"})
    facts = {"email": "new@example.com", "role": "finance"}
    client.post(settings("invitation_new"), facts | {"seat": f"buyer:{cast.buyer.company.pk}"})
    assert Invitation.objects.get().company == cast.buyer.company
    strange = facts | {"seat": f"seller:{cast.seller.company.pk}"}
    assert client.post(settings("invitation_new"), strange).status_code == 404
    assert Invitation.objects.count() == 1


def test_a_key_is_shown_once_with_a_line_to_try_and_works_as_it_was_made(cast: Cast):
    client = signed_in(cast.buyer.owner)
    facts = {"name": "export", "scopes": ["traffic:read"], "networks": "127.0.0.0/8", "expires": "2099-01-31"}
    page = client.post(developers("key_new"), facts)
    key = ApiKey.objects.get()
    secret = page.context["secrets"][0][1]
    assert (key.key_hash, key.scopes, key.networks, key.holder) == (
        hash_secret(secret), ["traffic:read"], ["127.0.0.0/8"], "buyer",
    )  # fmt: skip
    assert page["Cache-Control"] == "no-store"
    assert f"Bearer {secret}" in page.context["curl"]
    assert "/api/v1/cdrs/" in page.context["curl"]
    assert secret not in client.get(developers("keys")).content.decode()
    bearer = {"Authorization": f"Bearer {secret}"}
    before = client.get(developers("key", key.pk)).context["total"]
    assert Client().get("/api/v1/cdrs/", headers=bearer).status_code == 200
    assert Client().get("/api/v1/accounts/", headers=bearer).status_code == 403
    shown = client.get(developers("key", key.pk))
    assert (shown.context["total"], shown.context["key"].last_used_from) == (before + 1, "127.0.0.1")
    bad = client.post(developers("key_new"), facts | {"networks": "300.1.1.1", "expires": "2001-01-01"})
    assert bad.status_code == 422


def test_a_key_is_replaced_with_an_overlap_and_revoked(cast: Cast):
    client, here = signed_in(cast.seller.owner), ip_address("127.0.0.1")
    first = client.post(developers("key_new"), {"name": "prices"}).context["secrets"][0][1]
    old = ApiKey.objects.get()
    second = client.post(developers("key_rotate", old.pk), {"overlap_hours": "2"}).context["secrets"][0][1]
    now = utc_now()
    assert usable_key(first, address=here, at=now + timedelta(hours=1)) == old
    assert usable_key(first, address=here, at=now + timedelta(hours=3)) is None
    new = ApiKey.objects.exclude(pk=old.pk).get()
    client.post(developers("key_revoke", new.pk), {"reason": "Leaked"})
    assert usable_key(second, address=here, at=now) is None
    assert AuditEvent.objects.get(action="api_key.revoke").reason == "Leaked"


def test_each_side_sees_its_own_keys(cast: Cast):
    owner, company = cast.stranger.owner, cast.stranger.company
    client = signed_in(owner)
    client.post(developers("key_new"), {"name": "buying", "seat": f"buyer:{company.pk}"})
    key = ApiKey.objects.get()
    client.post(reverse("sit"), {"seat": f"seller:{company.pk}"})
    assert "buying" not in client.get(developers("keys")).content.decode()
    assert client.get(developers("key", key.pk)).status_code == 404


def test_the_tcxc_log_in_and_the_restcomm_pair_are_shown_once(cast: Cast):
    client = signed_in(cast.buyer.owner)
    made = dict(client.post(developers("login_new")).context["secrets"])
    login = ApiLogin.objects.get()
    assert login.ha1 == digest_ha1(login.login, made["Key"])
    assert client.post(developers("login_new")).status_code == 422
    again = dict(client.post(developers("login_rotate")).context["secrets"])
    assert again["Key"] != made["Key"]
    pair = client.post(developers("pair_new"), {"account": cast.account.pk})
    secret = dict(pair.context["secrets"])["Secret (password)"]
    assert ProvisioningPair.objects.get(account=cast.account).secret_hash == hash_secret(secret)
    assert secret in pair.context["curl"]
    client.post(developers("pair", cast.account.pk))
    assert ProvisioningPair.objects.get(account=cast.account).secret_hash != hash_secret(secret)
    assert signed_in(cast.seller.owner).get(developers("pair_new")).status_code == 404


@pytest.mark.parametrize("name", ["invitation_new", "member_leave"])
def test_who_has_not_shown_lately_who_they_are_is_asked_again(cast: Cast, name: str):
    client, url = signed_in(cast.buyer.owner, ago=LONG_AGO), settings(name)
    for answer in (client.get(url), client.post(url, {"email": "new@example.com", "role": "owner"})):
        assert answer["Location"] == f"{reverse('account_reauthenticate')}?next={url.replace('/', '%2F')}"
    over = client.get(url, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert over["HX-Redirect"].startswith(reverse("account_reauthenticate"))
    assert not Invitation.objects.exists()


def test_a_confirmation_lets_on_for_a_while(cast: Cast):
    cast.buyer.owner.set_password(PASSWORD)
    cast.buyer.owner.save()
    client = signed_in(cast.buyer.owner, ago=LONG_AGO)
    asked = client.get(developers("key_new"))["Location"]
    answer = client.post(asked, {"password": PASSWORD})
    assert answer["Location"] == developers("key_new")
    assert client.get(developers("key_new")).status_code == 200


def test_operators_are_asked_again_before_money_moves(cast: Cast):
    url = reverse("admin:billing_wallet_credit", args=[cast.account.wallet_id])
    client = signed_in(cast.operator, ago=LONG_AGO)
    given = {"amount": "5", "reason": "Bank transfer", "key": "k1", "sure": "1"}
    assert client.post(url, given)["Location"].startswith(reverse("account_reauthenticate"))
    cast.account.wallet.refresh_from_db()
    assert cast.account.wallet.balance == 100.5


def test_the_audit_log_tells_who_what_when_from_where_before_and_after(cast: Cast):
    client = signed_in(cast.buyer.owner)
    client.post(settings("company_edit"), {"name": "Acme Renamed", "country": "GB", "time_zone": "UTC"})
    block_account(account=cast.account, reason="Fraud", by=Actor(user=cast.operator, address="192.0.2.7"))
    page = client.get(settings("audit"))
    first, second = page.context["rows"][:2]
    assert (first["what"], first["who"], first["address"]) == (
        "Account blocked", f"{cast.operator.name} of TCXC", "",
    )  # fmt: skip
    assert (second["what"], second["address"]) == ("Company changed", "127.0.0.1")
    [change] = [c for c in second["changes"] if c.is_other and c.field == "name"]
    assert (change.before, change.after) == (cast.buyer.company.name, "Acme Renamed")
    drawer = client.get(settings("audit_event", second["event"].pk)).content.decode()
    assert "<ins>Acme Renamed</ins>" in drawer


def test_the_log_is_narrowed_by_person_kind_and_day_and_downloaded_as_shown(cast: Cast):
    client = signed_in(cast.buyer.owner)
    client.post(settings("invitation_new"), {"email": "new@example.com", "role": "finance"})
    client.post(developers("key_new"), {"name": "=cmd()"})

    def whats(**filters: str) -> list[str]:
        return [row["what"] for row in client.get(settings("audit"), filters).context["rows"]]

    assert whats(kind="team") == ["Invitation sent"]
    assert whats(kind="keys", person=str(cast.buyer.owner.pk)) == ["API key made"]
    assert whats(person=str(cast.buyer.colleague.pk)) == []
    assert "Account made" in whats(person="tcxc")
    assert whats(until="2001-01-01") == []
    lines = b"".join(client.get(settings("audit_csv"), {"kind": "keys"})).decode().splitlines()
    assert len(lines) == 2
    assert "API key made" in lines[1]
    assert cast.buyer.owner.email in lines[1]


def test_every_action_has_words_and_every_kind_of_action_its_filter():
    from tcxc.pages.settings.trail import ACTIONS, KINDS, action_of

    known = {part for _label, parts in KINDS.values() for part in parts}
    assert {action.partition(".")[0] for action in ACTIONS} <= known
    assert action_of(AuditEvent(action="number.some_new_deed")) == "number: some new deed"


def test_a_person_without_a_company_has_no_settings_of_one(db):
    assert signed_in(person("loner")).get(settings("team")).status_code == 404
