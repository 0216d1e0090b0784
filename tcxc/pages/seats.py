"""Seats: where a person sits, which is in one company, on one side of the exchange, with one role."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import cast

from django.http import HttpRequest

from buyers.models import Buyer
from sellers.models import Seller
from tcxc.actors import Actor
from tcxc.models import Company, Membership, User
from tcxc.network import client_address
from tcxc.roles import Permission, role_allows

CHOSEN = "seat"


class Side(StrEnum):
    """A side of the exchange, by the first part of its addresses."""

    BUYER = "buyer"
    SELLER = "seller"

    @property
    def home(self) -> str:
        """Where the side begins."""
        return f"/{self.value}/"


@dataclass(frozen=True)
class Seat:
    """One membership, on one side of its company."""

    membership: Membership
    side: Side
    withheld: frozenset[Permission] = frozenset()  # what nobody may do on the person's behalf

    @property
    def key(self) -> str:
        """How a choice of this seat is remembered: `buyer:7`."""
        return f"{self.side}:{self.company.pk}"

    @property
    def events(self) -> str:
        """Where the live pages of this seat get their news. The company is named: another tab may sit elsewhere."""
        return f"{self.side.home}events/?company={self.company.pk}"

    @property
    def company(self) -> Company:
        """The company for which the person acts."""
        return self.membership.company

    @property
    def buyer(self) -> Buyer:
        """The company as a buyer."""
        return self.company.buyer

    @property
    def seller(self) -> Seller:
        """The company as a seller."""
        return self.company.seller

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What the person's role allows."""
        return frozenset(p for p in Permission if self.may(p))

    def may(self, permission: Permission) -> bool:
        """Whether the person's role allows it, and nothing withholds it."""
        return permission not in self.withheld and role_allows(self.membership.role, permission)


def seats_of(user: User, *, withheld: frozenset[Permission] = frozenset()) -> list[Seat]:
    """Every seat of a person, by the company's name, buying before selling. One query."""
    memberships = Membership.objects.filter(user=user).order_by("company__name", "pk")
    found = memberships.select_related("company", "company__buyer", "company__seller")
    return [
        Seat(membership, side, withheld)
        for membership in found
        for side in Side
        if hasattr(membership.company, side.value)
    ]


def choose(seats: list[Seat], *, chosen: str | None, side: Side | None = None) -> Seat | None:
    """The seat to sit in: the chosen one, else the chosen company's other side, else the first; None without any."""
    fitting = [seat for seat in seats if side is None or seat.side is side]
    company = (chosen or "").partition(":")[2]
    same = [seat for seat in fitting if seat.key == chosen] or [s for s in fitting if str(s.company.pk) == company]
    return next(iter(same or fitting), None)


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person as the actor of an operation, with their address; or the operator who acts for them."""
    address, person = client_address(request), cast("User", request.user)
    where = str(address) if address else None
    operator: User | None = getattr(request, "operator", None)
    if operator is not None:
        return Actor(user=operator, acting_for=person, address=where)
    return Actor(user=person, address=where)
