"""What a seller carried this month, of the totals that a job makes: by connection, by buyer, by country called."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from authz.traffic import Owner, Sums, added_up, day_began, month_began, traffic_by_destination, traffic_since
from sellers.models import Connection, Seller, Service
from sellers.queries.connections import connections_of
from tcxc.clock import local_day
from tcxc.models import Company
from tcxc.money import ZERO
from tcxc.numbering import country_name
from tcxc.pages.formats import NONE

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried to its end for one buyer, over one connection or to one country."""

    name: str
    calls: Sums
    messages: Sums
    of: Connection | None = None
    today: Decimal = ZERO

    @property
    def whole(self) -> Sums:
        """Calls and messages together."""
        return added_up((self.calls, self.messages))


@dataclass(frozen=True, slots=True)
class Month:
    """What a seller carried this month, by connection and by buyer in the company's calendar, by country in UTC's."""

    connections: list[Carried]
    buyers: list[Carried]
    countries: list[Carried]

    @property
    def whole(self) -> Sums:
        """All of it."""
        return added_up(row.whole for row in self.connections)

    @property
    def calls(self) -> Sums:
        """The calls of it."""
        return added_up(row.calls for row in self.connections)

    @property
    def parts(self) -> int:
        """The parts of messages that were charged."""
        return sum(row.messages.billed for row in self.connections)


def month_of(seller: Seller, *, at: datetime) -> Month:
    """What the seller carried this month, by the totals of records: in few queries, however much it was."""
    zone, owner = seller.company.time_zone, Owner(seller_id=seller.pk)
    found = traffic_since(month_began(at, zone), owner=owner, by=("connection_id", "buyer_id", "service"))
    today = traffic_since(day_began(at, zone), owner=owner, by=("connection_id",))
    countries = traffic_by_destination(local_day(at, zone).replace(day=1), owner=owner)
    names = dict(Company.objects.filter(pk__in={buyer for _, buyer, _ in found}).values_list("pk", "name"))
    by_connection = _by_service(found, 0)
    connections = [
        Carried(held.name, *by_connection.get(held.pk, _NOTHING), held, today.get((held.pk,), Sums()).earned)
        for held in connections_of(seller)
    ]
    buyers = [Carried(names.get(pk, NONE), *sums) for pk, sums in _by_service(found, 1).items()]
    shown = [Carried(country_name(code) or _("Elsewhere"), *sums) for code, sums in _by_service(countries, 1).items()]
    return Month(connections, _dearest(buyers), _dearest(shown))


_NOTHING = (Sums(), Sums())


def _by_service(found: dict[tuple[Any, ...], Sums], place: int) -> dict[Any, tuple[Sums, Sums]]:
    """The sums of calls and of messages, by what stands at one place of the keys."""
    parts: defaultdict[Any, tuple[list[Sums], list[Sums]]] = defaultdict(lambda: ([], []))
    for key, sums in found.items():
        parts[key[place]][Service.SMS in key].append(sums)
    return {key: (added_up(calls), added_up(messages)) for key, (calls, messages) in parts.items()}


def _dearest(rows: list[Carried]) -> list[Carried]:
    return sorted(rows, key=lambda row: row.whole.amount, reverse=True)[:MOST_SHOWN]
