"""Calls that are under way: those of a buyer's accounts, or on a seller's connections."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec
from django.db.models import Count, Max, QuerySet, Sum

from authz.engine import rating
from authz.engine.state import PER, Route
from authz.models import Session
from sellers.models import Connection, Service
from tcxc.money import ZERO

_ROUTES = msgspec.json.Decoder(list[Route])


@dataclass(frozen=True, slots=True)
class Standing:
    """All live calls of a company: how many, what they cost so far, and when one of them was last heard of."""

    count: int
    charged: Decimal
    heard_at: datetime | None

    @property
    def mark(self) -> str:
        """A word that is another one when any of them has changed."""
        return f"{self.count}:{self.charged}:{self.heard_at.timestamp() if self.heard_at else ''}"


def of_buyer(company_id: int) -> QuerySet[Session]:
    """The live calls of a buyer's accounts."""
    return _live().filter(account__buyer_id=company_id)


def of_seller(company_id: int) -> QuerySet[Session]:
    """The live calls on a seller's connections."""
    return _live().filter(connection_id__in=Connection.objects.filter(seller_id=company_id).values("pk"))


def standing(calls: QuerySet[Session]) -> Standing:
    """These calls together."""
    sums = calls.aggregate(count=Count("pk"), charged=Sum("charged", default=ZERO), heard_at=Max("heard_at"))
    return Standing(sums["count"], sums["charged"], sums["heard_at"])


def _live() -> QuerySet[Session]:
    return Session.objects.filter(state=Session.State.LIVE, service=Service.VOICE)


@dataclass(frozen=True, slots=True)
class LiveCall:
    """A call under way as people see it. Money is in the account's currency, `seconds` what was talked by now.

    How long a call lasts is known from its platform's reports; between two of them the clock goes on, up to what was
    granted. Before the first report nobody knows whether it has been answered.
    """

    session: Session
    route: Route | None
    seconds: int
    cost: Decimal

    @property
    def is_reported(self) -> bool:
        """Whether its platform has said that it was answered."""
        return self.session.used_units > 0

    @property
    def began(self) -> datetime:
        """When it was answered, as far as is known; before a report, when it was asked about."""
        if not self.is_reported:
            return self.session.authorized_at
        return self.session.heard_at - timedelta(seconds=self.session.used_units)


def seen(call: Session, *, at: datetime) -> LiveCall:
    """A live call as it stands at a moment."""
    routes = _ROUTES.decode(json.dumps(call.routes))
    route = routes[call.route] if routes else None
    if not call.used_units or route is None:
        return LiveCall(call, route, 0, call.charged)
    passed = max(0, int((at - call.heard_at).total_seconds()))
    seconds = max(call.used_units, min(call.used_units + passed, call.granted_units))
    return LiveCall(call, route, seconds, rating.charge(route.price(PER["voice"]), seconds))
