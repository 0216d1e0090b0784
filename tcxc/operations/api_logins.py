"""Log-ins of the TCXC dialect: one for each side of a company."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import encrypt
from tcxc.errors import Refused
from tcxc.models import ApiLogin, Company, Holder


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A log-in and its API key, which is shown this once."""

    login: ApiLogin
    api_key: str


@transaction.atomic
def make_login(*, company: Company, side: Holder, by: Actor) -> NewLogin:
    """Make the log-in of one side of a company. Raises `Refused` (`login_exists`) for a second one."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    if ApiLogin.objects.filter(company=company, side=side).exists():
        raise Refused("This side has its log-in already: give that a new key.", type_="login_exists")
    login = ApiLogin(company=company, side=side, login=_name_for(company, side))
    api_key = _give_key(login)
    login.save()
    audit.record("api_login.make", login, by=by, company=company, after={"login": login.login, "side": side})
    return NewLogin(login, api_key)


@transaction.atomic
def rotate_login(*, login: ApiLogin, by: Actor) -> NewLogin:
    """Give a log-in a new API key; the old one ends at once, since Digest knows one key a log-in."""
    held = ApiLogin.objects.select_for_update(of=("self",)).select_related("company").get(pk=login.pk)
    api_key = _give_key(held)
    held.save(update_fields=["ha1", "encrypted_key", "rotated_at"])
    audit.record("api_login.rotate", held, by=by, company=held.company, after={"login": held.login})
    return NewLogin(held, api_key)


def digest_ha1(login: str, api_key: str) -> str:
    """HA1 of RFC 7616 with MD5 for the one realm of `API_LOGIN_REALM`: what TCXC clients can compute."""
    text = f"{login}:{settings.API_LOGIN_REALM}:{api_key}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _give_key(login: ApiLogin) -> str:
    api_key = secrets.token_hex(16)
    login.ha1 = digest_ha1(login.login, api_key)
    login.encrypted_key = encrypt(api_key)
    login.rotated_at = utc_now()
    return api_key


def _name_for(company: Company, side: Holder) -> str:
    """A name that people recognise and nobody else has: the company's, its side and its number."""
    return f"{slugify(company.name)[:32] or 'company'}-{side.value}-{company.pk}"
