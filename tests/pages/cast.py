"""The people of the pages' tests: an owner, a colleague with a small role, a stranger, an operator; and their world."""

import time
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.test import Client

from billing.operations import credit_wallet
from buyers.models import Account, RestcommLink
from buyers.operations import create_account, create_buyer, interconnect, link_account
from sellers.models import Connection
from sellers.operations.connections import create_connection, create_seller
from tcxc.actors import Actor
from tcxc.models import Company, Membership, Platform, User
from tcxc.operations.people import enrol_person
from tcxc.roles import Role

PASSWORD = "a-long-enough-password"
SYSTEM = Actor.system()
_serial = count(1)


@dataclass
class House:
    """A company with its owner and a colleague who may only read."""

    company: Company
    owner: User
    colleague: User


@dataclass
class Cast:
    """A buyer with an account on a seller's route, and people on both sides and on none."""

    buyer: House
    seller: House
    stranger: House
    operator: User
    platform: Platform
    account: Account
    link: RestcommLink
    connection: Connection


def person(name: str, *, is_operator: bool = False) -> User:
    """Somebody with a verified address and no password: tests sign them in by force."""
    address = f"{name}{next(_serial)}@example.com"
    return enrol_person(email=address, name=name.title(), by=SYSTEM, is_operator=is_operator)


def house(name: str) -> House:
    """A company with two people in it."""
    company = Company.objects.create(name=f"{name} {next(_serial)}", country="GB")
    owner, colleague = person("owner"), person("colleague")
    Membership.objects.create(user=owner, company=company, role=Role.OWNER)
    Membership.objects.create(user=colleague, company=company, role=Role.READ_ONLY)
    return House(company, owner, colleague)


def make_cast() -> Cast:
    """Everybody, and 100.50 USD in the buyer's account."""
    buying, selling, strange = house("Acme Voice"), house("Northern Carrier"), house("Elsewhere")
    buyer, seller = create_buyer(company=buying.company, by=SYSTEM), create_seller(company=selling.company, by=SYSTEM)
    for side in (create_buyer, create_seller):
        side(company=strange.company, by=SYSTEM)
    platform = Platform.objects.create(name=f"Cloud {next(_serial)}")
    account = create_account(buyer=buyer, name="Enterprise A", by=SYSTEM, concurrent_call_limit=5)
    credit(account, "100.50")
    sid = f"AC{next(_serial):032x}"
    link = link_account(account=account, platform_id=platform.pk, account_sid=sid, by=SYSTEM)
    connection = create_connection(
        seller=seller, name="UK premium", service="voice", by=SYSTEM, sip_uri="sip:{number}@host:5060"
    )
    interconnect(account=account, connection=connection, agree=True, by=SYSTEM)
    return Cast(buying, selling, strange, person("operator", is_operator=True), platform, account, link, connection)


def credit(account: Account, amount: str) -> None:
    """Money for an account."""
    key = f"cast:{next(_serial)}"
    credit_wallet(wallet_id=account.wallet_id, amount=Decimal(amount), reason="Bank transfer", by=SYSTEM, key=key)


def signed_in(user: User, *, ago: int = 0) -> Client:
    """A browser's stand-in in which somebody has signed in, so many seconds ago."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - ago}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client
