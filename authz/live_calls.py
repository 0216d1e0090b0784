"""Calls that are under way: those of a buyer's accounts, or on a seller's connections."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, QuerySet, Sum

from authz.models import Session
from sellers.models import Connection, Service
from tcxc.money import ZERO


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
