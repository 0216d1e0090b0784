"""API keys and the log-ins of the TCXC dialect."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from tcxc.actors import Actor
from tcxc.crypto import decrypt, hash_secret
from tcxc.errors import Invalid, Refused
from tcxc.models import ApiKey, ApiLogin, AuditEvent, Company, Holder
from tcxc.operations.api_keys import make_key, revoke_key, rotate_key
from tcxc.operations.api_logins import make_login, rotate_login

pytestmark = pytest.mark.django_db
BY = Actor.system()


@pytest.fixture
def acme() -> Company:
    return Company.objects.create(name="Acme & Söhne")


def make(acme, **options):
    return make_key(holder=Holder.BUYER, company=acme, name="robot", by=BY, **options)


def test_a_secret_is_shown_once_and_kept_nowhere(acme):
    made = make(acme)
    stored = str(ApiKey.objects.values()) + str(AuditEvent.objects.values())
    assert made.secret.startswith("tcxc_buyer_")
    assert made.secret not in stored
    assert ApiKey.objects.get().key_hash == hash_secret(made.secret)
    assert len(made.key.hint) < len(made.secret) / 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scopes", ["aaa"]),
        ("scopes", ["everything"]),
        ("networks", ["10.0.0.0/33"]),
        ("networks", ["10.0.0.1/8"]),
        ("networks", ["host"]),
        ("expires_at", timezone.now() - timedelta(days=1)),
    ],
)
def test_a_key_that_could_not_work_is_refused(acme, field, value):
    with pytest.raises(Invalid) as refused:
        make(acme, **{field: value})
    assert list(refused.value.errors) == [field]


def test_networks_of_both_families_are_kept_in_plain_form(acme):
    assert make(acme, networks=["192.0.2.7", "2001:DB8:0::/32"]).key.networks == ["192.0.2.7/32", "2001:db8::/32"]


def test_a_key_is_replaced_once_and_never_outlives_its_own_end(acme):
    ends = timezone.now() + timedelta(hours=1)
    old = make(acme, expires_at=ends).key
    new = rotate_key(key=old, overlap_hours=5, by=BY).key
    old.refresh_from_db()
    assert old.expires_at == ends
    assert old.replaced_by == new
    with pytest.raises(Refused):
        rotate_key(key=old, overlap_hours=5, by=BY)
    with pytest.raises(Invalid):
        rotate_key(key=new, overlap_hours=-1, by=BY)


def test_a_revoked_key_can_not_be_replaced(acme):
    key = make(acme).key
    first = revoke_key(key=key, by=BY, reason="lost").revoked_at
    assert revoke_key(key=key, by=BY).revoked_at == first
    assert AuditEvent.objects.get(action="api_key.revoke").reason == "lost"
    with pytest.raises(Refused):
        rotate_key(key=key, overlap_hours=1, by=BY)


def test_a_login_keeps_what_digest_needs_and_never_the_key_in_the_clear(acme):
    made = make_login(company=acme, side=Holder.BUYER, by=BY)
    expected = hashlib.md5(f"{made.login.login}:TCXC:{made.api_key}".encode()).hexdigest()
    assert made.login.ha1 == expected
    assert decrypt(made.login.encrypted_key) == made.api_key
    assert made.api_key not in str(ApiLogin.objects.values()) + str(AuditEvent.objects.values())
    with pytest.raises(Refused):
        make_login(company=acme, side=Holder.BUYER, by=BY)
    assert make_login(company=acme, side=Holder.SELLER, by=BY).login.login != made.login.login


def test_a_new_key_of_a_login_ends_the_old_one(acme):
    made = make_login(company=acme, side=Holder.BUYER, by=BY)
    fresh = rotate_login(login=made.login, by=BY)
    assert fresh.api_key != made.api_key
    assert ApiLogin.objects.get().ha1 == fresh.login.ha1 != made.login.ha1
