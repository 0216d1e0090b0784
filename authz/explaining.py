"""Why a call or message of an account would go or not: the engine's own decision, and what became of each route."""

import json
import secrets
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg
from django.db.models import Q

from authz.engine import rating
from authz.engine.explaining import Explanation, Outcome, Step
from authz.engine.group_commit import Unavailable
from authz.engine.requests import Authorize, convert
from authz.engine.state import PER, Ask, Route
from authz.operations import open_engine
from buyers.models import Account, Interconnect, RestcommLink
from sellers.models import Connection, KeyedBy, Rate
from sellers.queries.rates import in_force, leading_parts
from tcxc.clock import utc_now
from tcxc.masking import mask_text

__all__ = ["Explained", "Fate", "Outcome", "RouteSeen", "Step", "explain_decision"]


class Fate(StrEnum):
    """What became of an interconnect of the account."""

    OFFERED = "offered"
    SPARE = "spare"  # it could carry it, but three others come first
    FORBIDDEN = "forbidden"
    FULL = "full"
    NO_PRICE = "no_price"
    AWAITING = "awaiting"
    REJECTED = "rejected"
    PAUSED = "paused"
    BLOCKED = "blocked"
    SELLER_OFF = "seller_off"


@dataclass(frozen=True, slots=True)
class RouteSeen:
    """One interconnect of the account beside the destination.

    `route` is the rate that matched, as the engine found it; `cost` what all that is wanted costs there. `others` are
    live codes of the list that match too, less exactly; `coming` is a price that has been announced.
    """

    interconnect: Interconnect
    fate: Fate
    place: int | None = None
    route: Route | None = None
    cost: Decimal | None = None
    others: list[Rate] = field(default_factory=list)
    coming: Rate | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """The request as a gateway would send it, the engine's explanation, and every route of that service."""

    request: dict[str, Any]
    at: datetime
    explanation: Explanation
    routes: list[RouteSeen]

    @property
    def reply(self) -> dict[str, Any]:
        """What the platform would be answered. People don't read the passwords in it: those are the sellers'."""
        found: dict[str, Any] = json.loads(self.explanation.answer.body)
        for route in found.get("routes", ()):
            route |= {kind: mask_text(route[kind]) for kind in ("sip", "smpp")}
        return found


def explain_decision(
    *, account: Account, facts: dict[str, Any], link: RestcommLink | None = None, now: datetime | None = None
) -> Explained:
    """What an authorize of an account would be answered now, and why. Nothing is kept, held or counted.

    `facts` are the fields of an authorize besides the session and who asks. It is asked for by `link`, else by the
    account's number, as a platform would to which nothing is linked. Raises `Invalid` for facts that make no sense and
    `Unavailable` when the engine can't decide now.
    """
    at = now or utc_now()
    payer = {"account": account.pk} if link is None else {"account_sid": link.account_sid}
    request = {"session_id": f"test-{secrets.token_hex(8)}", **payer, **facts}
    asked = convert("authorize", dict(request))
    assert isinstance(asked, Authorize)
    explanation = _ask_engine(Ask(link.platform_id if link is not None else 0, None, asked), at)
    return Explained(request, at, explanation, _routes_seen(account, asked, explanation, at))


def _ask_engine(ask: Ask, at: datetime) -> Explanation:
    try:
        with closing(open_engine()) as engine:
            explanation = engine.explain(ask, at)
    except psycopg.OperationalError as error:
        raise Unavailable("The database does not answer. Try again in a moment.") from error
    if not explanation.steps:
        raise Unavailable("The account's money is being changed elsewhere. Try again in a moment.")
    return explanation


def _routes_seen(account: Account, asked: Authorize, explanation: Explanation, at: datetime) -> list[RouteSeen]:
    """Every interconnect of that service: those of the answer first and in its order, then the others by place."""
    if asked.direction == "inbound":
        return []
    found = Interconnect.objects.filter(account=account, connection__service=asked.service)
    ties = list(
        found.exclude(status=Interconnect.Status.ENDED)
        .select_related("connection__seller__company")
        .order_by("position", "pk")
    )
    live, coming = _codes_beside(ties, asked, at)
    seen = [_seen(tie, explanation, PER[asked.service], live[tie.connection_id], coming) for tie in ties]
    return sorted(seen, key=lambda one: one.place or len(seen) + 1)


def _seen(
    tie: Interconnect, explanation: Explanation, per: int, live: list[Rate], coming: dict[int, Rate]
) -> RouteSeen:
    route = next((route for route in explanation.considered if route.interconnect == tie.pk), None)
    places = [route.interconnect for route in explanation.offered]
    place = places.index(tie.pk) + 1 if tie.pk in places else None
    fate = Fate.OFFERED if place is not None else _fate(tie, route, explanation)
    if route is None:
        return RouteSeen(tie, fate, others=live, coming=coming.get(tie.connection_id))
    cost = rating.charge(route.price(per), explanation.wanted)
    return RouteSeen(tie, fate, place, route, cost, [rate for rate in live if rate.prefix != route.code])


def _fate(tie: Interconnect, route: Route | None, explanation: Explanation) -> Fate:
    if route is not None:
        return Fate.FORBIDDEN if route.forbidden else Fate.FULL if tie.connection_id in explanation.full else Fate.SPARE
    if tie.status != Interconnect.Status.ACTIVE:
        return Fate(tie.status)
    if tie.connection.status != Connection.Status.ACTIVE:
        return Fate(tie.connection.status)
    return Fate.NO_PRICE if tie.connection.seller.is_active else Fate.SELLER_OFF


def _codes_beside(
    ties: list[Interconnect], asked: Authorize, at: datetime
) -> tuple[dict[int, list[Rate]], dict[int, Rate]]:
    """By connection: the live codes that match the destination, most exact first, and the next price announced."""
    networks = [asked.mccmnc, asked.mccmnc[:3]] if asked.mccmnc else []
    by_prefix = Q(connection__keyed_by=KeyedBy.PREFIX, prefix__in=leading_parts(asked.to))
    by_network = Q(connection__keyed_by=KeyedBy.MCCMNC, prefix__in=networks)
    rates = Rate.objects.filter(by_prefix | by_network, connection__in=[tie.connection_id for tie in ties])
    live: dict[int, list[Rate]] = defaultdict(list)
    for rate in rates.filter(in_force(at)):
        live[rate.connection_id].append(rate)
    for found in live.values():
        found.sort(key=lambda rate: -len(rate.prefix))
    later = {rate.connection_id: rate for rate in rates.filter(effective_from__gt=at).order_by("-effective_from")}
    return live, later
