"""Makes what is missing of the demo, by the operations that everybody uses, each in its owner's name.

Things are known again by what their owners can't change: people by address, the rest by age within its owner. So a run
that was cut short is taken up where it stopped, nothing is made twice, and what somebody has changed stays changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import md5
from itertools import count

from django.db import connection as database

from billing.models import Transfer
from billing.operations import credit_wallet
from buyers.models import Account, Buyer, Interconnect
from buyers.operations import create_account, create_buyer, interconnect, link_account
from sellers.models import Connection, Seller
from sellers.operations.connections import create_connection, create_seller
from tcxc.actors import Actor
from tcxc.demo.cast import (
    BUYERS,
    OPERATOR,
    PLATFORM,
    SELLERS,
    AccountPart,
    BuyerPart,
    ConnectionPart,
    Person,
    SellerPart,
)
from tcxc.demo.publishing import publish_deck
from tcxc.models import Company, Platform, User
from tcxc.operations.companies import sign_up_company
from tcxc.operations.people import enrol_person
from tcxc.operations.platforms import open_platform
from tcxc.roles import Role

LOCK = 0x7463_7863_6465_6D6F  # "tcxcdemo"


@dataclass(frozen=True, slots=True)
class MadeAccount:
    """An account of the demo, and the sub-account that is linked to it."""

    account: Account
    account_sid: str


@dataclass(frozen=True, slots=True)
class MadeBuyer:
    """A buyer of the demo with its owner and accounts, the one that buys numbers first."""

    owner: User
    buyer: Buyer
    accounts: list[MadeAccount]


@dataclass(frozen=True, slots=True)
class MadeSeller:
    """A seller of the demo with its owner and connections."""

    owner: User
    seller: Seller
    connections: list[Connection]


@dataclass(frozen=True, slots=True)
class Demo:
    """Everybody in the demo; buyers and sellers by their parts."""

    operator: User
    platform: Platform
    buyers: dict[str, MadeBuyer]
    sellers: dict[str, MadeSeller]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process makes the demo in this database, and keep others waiting."""
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def make_demo() -> Demo:
    """Make whatever of the demo is not there yet. The caller holds `one_at_a_time`."""
    operator = _person(OPERATOR, is_operator=True)
    platform = Platform.objects.filter(name=PLATFORM).first() or open_platform(name=PLATFORM, by=Actor(user=operator))
    sellers = {part.part: _seller(part, operator) for part in SELLERS}
    buyers = {part.part: _buyer(part, platform, operator) for part in BUYERS}
    connections = [each for made in sellers.values() for each in made.connections]
    for made in buyers.values():
        for each in made.accounts:
            _interconnect(each.account, connections, Actor(user=made.owner))
    return Demo(operator, platform, buyers, sellers)


def _person(person: Person, *, is_operator: bool = False) -> User:
    found = User.objects.filter(email=person.email).first()
    return found or enrol_person(
        email=person.email, name=person.name, time_zone=person.time_zone, is_operator=is_operator, by=Actor.system()
    )


def _company(part: BuyerPart | SellerPart, owner: User) -> Company:
    owned = Company.objects.filter(memberships__user=owner, memberships__role=Role.OWNER)
    return owned.order_by("pk").first() or sign_up_company(
        owner=owner,
        by=Actor(user=owner),
        name=part.company,
        country=part.country,
        time_zone=part.owner.time_zone,
        noc_email=owner.email,
        rates_email=owner.email,
    )


def _seller(part: SellerPart, operator: User) -> MadeSeller:
    owner = _person(part.owner)
    company = _company(part, owner)
    seller = Seller.objects.filter(company=company).first() or create_seller(
        company=company, commission_rate=part.commission_rate, by=Actor(user=operator)
    )
    there = list(seller.connections.order_by("pk"))
    connections = []
    for index, each in enumerate(part.connections):
        connection = there[index] if index < len(there) else _connection(each, seller, Actor(user=owner))
        if connection.prices_version == 0:
            publish_deck(connection, each.deck(part.part), by=Actor(user=owner))
        connections.append(connection)
    return MadeSeller(owner, seller, connections)


def _connection(part: ConnectionPart, seller: Seller, by: Actor) -> Connection:
    return create_connection(
        seller=seller,
        name=part.name,
        service=part.service,
        keyed_by=part.keyed_by,
        capacity=part.capacity,
        sip_uri=part.sip_uri,
        smpp_uri=part.smpp_uri,
        by=by,
    )


def _buyer(part: BuyerPart, platform: Platform, operator: User) -> MadeBuyer:
    owner = _person(part.owner)
    company = _company(part, owner)
    by = Actor(user=owner)
    buyer = Buyer.objects.filter(company=company).first() or create_buyer(company=company, by=by)
    there = list(buyer.accounts.order_by("pk"))
    accounts = []
    for index, each in enumerate(part.accounts):
        account = there[index] if index < len(there) else _account(each, buyer, by)
        name = f"demo:{part.part}:{index}"
        _fund(account, each, name, Actor(user=operator))
        accounts.append(MadeAccount(account, _link(account, platform, name, by)))
    return MadeBuyer(owner, buyer, accounts)


def _account(part: AccountPart, buyer: Buyer, by: Actor) -> Account:
    return create_account(buyer=buyer, name=part.name, wallet=part.wallet, by=by)


def _fund(account: Account, part: AccountPart, key: str, by: Actor) -> None:
    """Credit the account's wallet, once in the life of the demo: what was spent stays spent."""
    if not Transfer.objects.filter(key=key).exists():
        credit_wallet(
            wallet_id=account.wallet_id,
            account_id=account.pk,
            amount=part.money,
            reason="Money to try the demo with",
            by=by,
            key=key,
        )


def _link(account: Account, platform: Platform, name: str, by: Actor) -> str:
    """The sub-account that is linked to the account; at first one that is the same in every demo."""
    link = account.links.filter(platform=platform).order_by("pk").first()
    if link is None:
        taken = set(platform.links.values_list("account_sid", flat=True))
        sid = next(sid for sid in _sids(name) if sid not in taken)
        link = link_account(account=account, platform_id=platform.pk, account_sid=sid, by=by)
    return link.account_sid


def _sids(name: str) -> Iterator[str]:
    for number in count():
        digits = md5(f"{name}:{number}".encode(), usedforsecurity=False).hexdigest()
        yield f"AC{digits}"


def _interconnect(account: Account, connections: list[Connection], by: Actor) -> None:
    known = set(Interconnect.objects.filter(account=account).values_list("connection_id", flat=True))
    for connection in connections:
        if connection.pk not in known:
            interconnect(account=account, connection=connection, agree=True, by=by)
