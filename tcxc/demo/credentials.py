"""Fresh log-ins and keys for everybody in the demo; those of the last time end."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from buyers.operations import rotate_provisioning_pair
from tcxc.actors import Actor
from tcxc.demo.making import Demo
from tcxc.models import ApiKey, ApiLogin, Company, Holder, Platform, User
from tcxc.operations.api_keys import make_key, revoke_key
from tcxc.operations.api_logins import make_login, rotate_login
from tcxc.operations.people import set_password

KEY_NAME = "Made by manage.py demo"
REASON = "manage.py demo gives fresh credentials"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What one party signs in with, in the clear; `restcomm` is the key and secret that a buyer buys numbers with."""

    password: str = ""
    key: str = ""
    api_login: str = ""
    api_key: str = ""
    restcomm: tuple[str, str] = ("", "")


@transaction.atomic
def renew_credentials(demo: Demo) -> dict[str, Secrets]:
    """Fresh credentials by part: all of them, or none if anything fails."""
    by = Actor.system()
    operator, platform = demo.operator, demo.platform
    found = {
        "operator": Secrets(_password(operator, by), _key(by, Holder.OPERATOR, user=operator)),
        "platform": Secrets(key=_key(by, Holder.PLATFORM, platform=platform)),
    }
    for part, buyer in demo.buyers.items():
        pair = rotate_provisioning_pair(account=buyer.accounts[0].account, by=by)
        found[part] = _of_company(buyer.owner, buyer.buyer.company, Holder.BUYER, by, (pair.pair.key, pair.secret))
    for part, seller in demo.sellers.items():
        found[part] = _of_company(seller.owner, seller.seller.company, Holder.SELLER, by)
    return found


def _of_company(
    owner: User, company: Company, side: Holder, by: Actor, restcomm: tuple[str, str] = ("", "")
) -> Secrets:
    login = ApiLogin.objects.filter(company=company, side=side).first()
    fresh = rotate_login(login=login, by=by) if login else make_login(company=company, side=side, by=by)
    return Secrets(_password(owner, by), _key(by, side, company=company), fresh.login.login, fresh.api_key, restcomm)


def _password(user: User, by: Actor) -> str:
    password = secrets.token_urlsafe(12)
    set_password(user=user, password=password, by=by, reason=REASON)
    return password


def _key(
    by: Actor,
    holder: Holder,
    *,
    company: Company | None = None,
    platform: Platform | None = None,
    user: User | None = None,
) -> str:
    """A fresh key; the holder's earlier keys of the demo are revoked, keys that people made are left alone."""
    mine = ApiKey.objects.filter(holder=holder, company=company, platform=platform, user=user, name=KEY_NAME)
    for key in mine.filter(revoked_at=None).order_by("pk"):
        revoke_key(key=key, by=by, reason=REASON)
    return make_key(holder=holder, name=KEY_NAME, company=company, platform=platform, user=user, by=by).secret
