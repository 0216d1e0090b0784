"""The market as a buyer sees it: live prices of all sellers around a code, how each route did, what is in use."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from authz.traffic import Sums, quality_of
from buyers.models import Account, Buyer, Interconnect
from sellers.models import Connection, KeyedBy, Rate, Service
from sellers.queries.connections import market_connections
from sellers.queries.market import Position, market_view
from sellers.queries.rates import PricePeriod, matching_rates, price_history
from tcxc import numbering
from tcxc.errors import NotFound

ROWS, ROUTES_COMPARED = 50, 500
QUALITY_DAYS = 30
FEWEST_CALLS = 20  # below that a share says nothing about a route, and too much about its one buyer
WHOLE_NUMBER = 7  # so many digits name a number rather than a destination


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: a prefix, number, or network; `others` are codes of the same country, to look at next."""

    service: str
    keyed_by: str
    code: str = ""
    route_type: str = ""
    seller_id: int | None = None
    others: tuple[str, ...] = ()

    @property
    def is_number(self) -> bool:
        """Whether it is one number or network, for which routes can be compared by price."""
        return len(self.code) > 3 if self.keyed_by == KeyedBy.MCCMNC else len(self.code) >= WHOLE_NUMBER


@dataclass(frozen=True, slots=True)
class Offer:
    """One live price, with how its connection carried calls lately and which of the buyer's accounts use it."""

    rate: Rate
    quality: Sums | None
    ties: list[Interconnect]
    is_ours: bool  # in the buyer's currency, so that it can be interconnected


def wanted_of(*, service: str, keyed_by: str, where: str, country: str, **more: str | int | None) -> Wanted:
    """The code that a text of digits, or else a country, names."""
    by_network = service == Service.SMS and keyed_by == KeyedBy.MCCMNC
    key = KeyedBy.MCCMNC if by_network else KeyedBy.PREFIX
    codes = numbering.mccs_of(country) if by_network else numbering.calling_codes(country)
    code, *others = (where,) if where else codes or ("",)
    return Wanted(service, key, code, str(more["route_type"]), more["seller_id"], tuple(others))  # type: ignore[arg-type]


def offers_around(buyer: Buyer, wanted: Wanted, *, at: datetime, after: Position = ("", 0)) -> list[Offer]:
    """A page of the market by code, and one row more if there are more; for a number all routes, the cheapest first."""
    limit = ROUTES_COMPARED if wanted.is_number else ROWS + 1
    rates = market_view(
        service=wanted.service,
        code=wanted.code,
        at=at,
        keyed_by=wanted.keyed_by,
        seller_id=wanted.seller_id,
        route_type=wanted.route_type,
        after=after,
        limit=limit,
    )
    if wanted.is_number:
        rates.sort(key=lambda rate: (rate.price_1, rate.price_n, rate.prefix))
    connections = {rate.connection_id for rate in rates}
    country = numbering.country_of(wanted.code) or "" if wanted.is_number and wanted.service == Service.VOICE else ""
    quality = quality_of(connections, since=(at - timedelta(days=QUALITY_DAYS)).date(), country=country)
    ties = _ties(buyer, connections)
    return [_offer(buyer, rate, quality.get(rate.connection_id), ties[rate.connection_id]) for rate in rates]


def _offer(buyer: Buyer, rate: Rate, quality: Sums | None, ties: list[Interconnect]) -> Offer:
    known = quality if quality is not None and quality.tried >= FEWEST_CALLS else None
    return Offer(rate, known, ties, rate.connection.seller.currency == buyer.currency)


def _ties(buyer: Buyer, connections: set[int]) -> defaultdict[int, list[Interconnect]]:
    found: defaultdict[int, list[Interconnect]] = defaultdict(list)
    ties = Interconnect.objects.filter(account__buyer=buyer, connection__in=connections)
    for tie in ties.exclude(status=Interconnect.Status.ENDED).select_related("account").order_by("account__name"):
        found[tie.connection_id].append(tie)
    return found


def on_the_market(pk: int) -> Connection:
    """A connection that anybody may buy. Raises `NotFound` for one that is paused, blocked, or of a seller who is."""
    for service in Service.values:
        found = market_connections(service).filter(pk=pk).first()
        if found is not None:
            return found
    raise NotFound("There is no such connection on the market.")


def history_of(connection: Connection, code: str) -> list[PricePeriod]:
    """Every price that the code has, had or will have. Raises `NotFound` for a code that the list never had."""
    found = price_history(connection=connection, prefix=code)
    if not found:
        raise NotFound("This price list has no such code.")
    return found


def matches_of(connection: Connection, number: str, *, at: datetime) -> list[Rate]:
    """The live codes that match a number, the one that prices it first."""
    return list(matching_rates(connection=connection, number=number, at=at)) if number else []


def could_join(buyer: Buyer, connection: Connection) -> list[Account]:
    """The buyer's accounts that do not use the connection yet, in order of their names."""
    taken = Interconnect.objects.filter(connection=connection).exclude(status=Interconnect.Status.ENDED)
    if connection.seller.currency != buyer.currency:
        return []
    return list(Account.objects.filter(buyer=buyer).exclude(pk__in=taken.values("account")).order_by("name"))


def sellers_on_the_market() -> list[tuple[int, str]]:
    """The sellers who offer anything now, by name."""
    names = Connection.objects.filter(status=Connection.Status.ACTIVE, seller__is_active=True)
    return list(names.order_by("seller__company__name").values_list("seller_id", "seller__company__name").distinct())
