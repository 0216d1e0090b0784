"""Routes that can be bought: the market's rates, who sells what, and taking up a route."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from django.conf import settings
from rest_framework import serializers

from authz.route_quality import Qualities, Quality, qualities_of
from buyers.models import Account
from buyers.operations import interconnect
from buyers.queries.accounts import find_account
from buyers.queries.interconnects import may_see_prices
from sellers.decks.writing import csv_lines
from sellers.models import Connection, KeyedBy, Rate, Seller, Service
from sellers.queries.connections import market_connections
from sellers.queries.market import market_view, position
from sellers.queries.price_lists import current_list
from sellers.queries.standing import find_connection
from tcxc.api.csv import streamed
from tcxc.clock import utc_now
from tcxc.dialects.tcxc.endpoint import Answer, Call, endpoint
from tcxc.dialects.tcxc.parameters import Digits, Id, Paged, Parameters, Text, page
from tcxc.dialects.tcxc.places import country_named
from tcxc.dialects.tcxc.writing import country, moment, price, short_moment, text
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.models import Holder
from tcxc.numbering import calling_codes, country_of

ROUTE_TYPES = {"any": "", "cli": "CLI", "nocli": "NCLI", "ncli": "NCLI", "tdm": "TDM"}
FURTHEST, AT_ONCE = 10_000, 500
TOP = 20
DAY = frozenset({"day", "daily"})
BOUGHT_ALREADY = "Error! Choose another account or route, this route is already purchased for this account."


class RouteType(serializers.CharField):
    """CLI, NOCLI or NCLI, TDM, ANY, in any case; its value is ours."""

    def to_internal_value(self, data: Any) -> str:
        """Our route type; empty for any."""
        found = ROUTE_TYPES.get(str(data).strip().lower())
        if found is None:
            raise serializers.ValidationError("One of CLI, NOCLI, TDM and ANY.")
        return found


class SearchParameters(Paged):
    """Which rates. `mccmnc` asks for messages, and is ours."""

    searchform = serializers.ChoiceField(choices=["1"], error_messages={"invalid_choice": "Give 1."})
    prefix = Digits()
    mccmnc = Digits(most=6)
    country = Text()
    type = RouteType(required=False, default="")
    seller = Text()
    off = serializers.IntegerField(min_value=0, max_value=FURTHEST, default=0)


class TopParameters(Parameters):
    """The best routes to where, by what they carried in which time."""

    number = Digits()
    type = RouteType(required=False, default="")
    period = serializers.ChoiceField(choices=["day", "daily", "week", "weekly"], default="week")


class InterconnectParameters(Parameters):
    """Which account takes up which route."""

    add = serializers.ChoiceField(choices=["1"], error_messages={"invalid_choice": "Give 1."})
    agree = serializers.ChoiceField(choices=["yes"], error_messages={"invalid_choice": "Say yes."})
    i_account = Id()
    id = Id()


class DownloadParameters(Parameters):
    """Whose price list."""

    download = Id()


@endpoint(Holder.BUYER, controller="lookup")
def search(call: Call) -> Mapping[str, Any]:
    """The live rates of every seller around a prefix, of a country, or for a network."""
    given = call.read(SearchParameters)
    if not any(name in given for name in ("prefix", "country", "mccmnc")):
        raise Invalid("Say where to.", errors={"prefix": ["Give a prefix or a country."]})
    found = islice(_rates(given), given["off"], given["off"] + given["pager"])
    rates = list(found)
    now = utc_now()
    qualities = qualities_of([rate.connection_id for rate in rates], today=now.date())
    return {"rates": [rate_row(rate, qualities) for rate in rates]}


@endpoint()
def top_routes(call: Call) -> Mapping[str, Any]:
    """The routes that carried most lately: to a number's country, or to all of them."""
    given = call.read(TopParameters)
    connections = _offers(given)
    qualities = qualities_of(connections, today=utc_now().date())
    carried = qualities.day if given["period"] in DAY else qualities.week
    totals = dict.fromkeys(connections, Quality())
    wanted = country_of(given["number"]) if "number" in given else None
    for (pk, country_code), quality in carried.items():
        if wanted in (None, country_code):
            totals[pk] += quality
    best = sorted(totals, key=lambda pk: (-totals[pk].seconds, -(totals[pk].asr or 0), pk))[:TOP]
    return {"routes": [route_row(connections[pk]) | _figures(totals[pk]) for pk in best]}


@endpoint(Holder.BUYER)
def routes(call: Call) -> Mapping[str, Any]:
    """The routes on the market, with their sellers."""
    given = call.read(Paged)
    found = Connection.objects.filter(status=Connection.Status.ACTIVE, seller__is_active=True)
    rows = page(found.select_related("seller__company").order_by("id"), given)
    return {"routes": [route_row(connection) for connection in rows]}


@endpoint(Holder.BUYER)
def take_up(call: Call) -> Mapping[str, Any]:
    """Interconnect an account with a route."""
    given = call.read(InterconnectParameters)
    account = account_of(call, given["i_account"])
    connection = find_connection(given["id"], seller_id=None)
    if connection is None:
        raise NotFound("There is no such route.", errors={"id": ["There is no such route."]})
    try:
        made = interconnect(account=account, connection=connection, agree=True, by=call.by)
    except Refused as refused:
        if refused.type == "already_interconnected":
            raise Refused(BOUGHT_ALREADY, type_=refused.type) from refused
        raise
    awaits = made.status == made.Status.AWAITING
    return {
        "message": "The seller has to approve it first." if awaits else "The route can be used now.",
        "tech_prefix": made.tech_prefix,
        "rates_url": f"{settings.BASE_URL}/accounts.php?webapi=1&download={connection.pk}",
        "route_type": connection.route_type,
        "i_purchased_route": text(made.pk),
        "i_connection": text(connection.pk),
        "approved": text(not awaits),
    }


def price_list(call: Call) -> Answer:
    """The price list of a route that the buyer has taken up, as CSV in the eleven columns."""
    pk = call.read(DownloadParameters)["download"]
    connection = find_connection(pk, seller_id=None)
    if connection is None or not may_see_prices(call.buyer().pk, pk):
        raise NotFound("Take up this route first: then its prices can be downloaded.")
    return streamed(name=f"price-list-{pk}.csv", texts=csv_lines(current_list(connection)))


def account_of(call: Call, pk: int, *, field: str = "i_account") -> Account:
    """One of the buyer's accounts. Raises `NotFound` for another buyer's too."""
    account = find_account(pk, buyer_id=call.buyer().pk)
    if account is None:
        raise NotFound("There is no such account.", errors={field: ["There is no such account."]})
    return account


def route_row(connection: Connection) -> dict[str, Any]:
    """A route, as the list has it."""
    return {
        "seller_name": connection.seller.company.name,
        "i_vendor": text(connection.seller_id),
        "i_connection": text(connection.pk),
        "route_name": connection.name,
        "route_type": connection.route_type,
        "service": connection.service,
    }


def rate_row(rate: Rate, qualities: Qualities) -> dict[str, Any]:
    """A rate of the market, field by field as the dialect lists it. Nobody rates sellers here."""
    connection = rate.connection
    key = connection.pk, country_of(rate.prefix) or ""
    day, week = qualities.day.get(key, Quality()), qualities.week.get(key, Quality())
    by_network = connection.keyed_by == KeyedBy.MCCMNC
    return {
        "prefix": None if by_network else rate.prefix,
        "mccmnc": rate.prefix if by_network else None,
        "vendor_name": connection.seller.company.name,
        "connection_name": connection.name,
        "i_tariff": text(connection.pk),
        "i_connection": text(connection.pk),
        "i_vendor": text(connection.seller_id),
        "i_rate": text(rate.pk),
        "rateid": rate.pk,
        "price_1": price(rate.price_1),
        "price_n": price(rate.price_n),
        "interval_1": text(rate.interval_1),
        "interval_n": text(rate.interval_n),
        "effective_from": short_moment(rate.effective_from),
        "capacity_limit": text(connection.capacity),
        "forbidden": text(rate.forbidden),
        "discontinued": "0",
        "route_type": connection.route_type,
        **_place(rate),
        "description": rate.description or None,
        "daily_asr": day.asr,
        "weekly_asr": week.asr,
        "daily_acd": day.acd,
        "weekly_acd": week.acd,
        "daily_minutes": day.minutes,
        "weekly_minutes": week.minutes,
        "stats_time": moment(qualities.counted_until),
        "seller_registration_date": moment(connection.seller.created_at),
        "commision_percent": "0",  # the price is what the buyer pays: nothing comes on top
        "seller_avg_rating": None,
        "seller_reviews": 0,
        "currency": connection.seller.currency,
    }


def _offers(given: Mapping[str, Any]) -> dict[int, Connection]:
    """The voice routes on the market that price the number, or all of them when none is given; by id."""
    if "number" in given:
        now = utc_now()
        facts = {"service": Service.VOICE, "code": given["number"], "route_type": given["type"]}
        return {rate.connection_id: rate.connection for rate in market_view(**facts, at=now, limit=AT_ONCE)}
    found = market_connections(Service.VOICE)
    return found.filter(route_type=given["type"]).in_bulk() if given["type"] else found.in_bulk()


def _figures(quality: Quality) -> dict[str, Any]:
    return {"asr": quality.asr, "acd": quality.acd, "minutes": quality.minutes, "calls": quality.tried}


def _place(rate: Rate) -> dict[str, str | None]:
    if rate.connection.keyed_by == KeyedBy.MCCMNC:
        return {"country_code": None, "country_name": rate.country or None}
    found = country(rate.prefix)
    return found | {"country_name": rate.country or found["country_name"]}


def _rates(given: Mapping[str, Any]) -> Iterator[Rate]:
    """The rates one after another, fetched by the hundred."""
    wanted = country_named(given["country"]) if "country" in given else ""
    facts = _facts(given, wanted)
    if facts is None:
        return
    after = ("", 0)
    while found := market_view(**facts, after=after, limit=AT_ONCE):
        yield from (rate for rate in found if not wanted or country_of(rate.prefix) == wanted)
        after = position(found[-1])


def _facts(given: Mapping[str, Any], country_code: str) -> dict[str, Any] | None:
    """What to ask the market for; None when no such seller is there."""
    facts: dict[str, Any] = {"at": utc_now(), "route_type": given["type"]}
    if "seller" in given:
        facts["seller_id"] = seller_named(given["seller"])
        if facts["seller_id"] is None:
            return None
    if "mccmnc" in given:
        return facts | {"service": Service.SMS, "keyed_by": KeyedBy.MCCMNC, "code": given["mccmnc"]}
    code = given.get("prefix") or next(iter(calling_codes(country_code)), "")
    return facts | {"service": Service.VOICE, "code": code}


def seller_named(name: str) -> int | None:
    """The seller of that name, in any case."""
    return Seller.objects.filter(company__name__iexact=name).values_list("pk", flat=True).first()
