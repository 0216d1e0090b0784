"""Reads sessions, calls and messages, and where an account stands now."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from authz.models import Session
from buyers.models import Account, RestcommLink
from sellers.models import Connection, Service
from tcxc.errors import NotFound
from tcxc.models import Platform


def sessions_of_platform(
    platform: Platform, *, state: str = "", account_sid: str = "", service: str = ""
) -> QuerySet[Session]:
    """The sessions that a platform asked about, filtered where a filter is given."""
    wanted = {"state": state, "account_sid": account_sid, "service": service}
    return Session.objects.filter(platform=platform, **{name: value for name, value in wanted.items() if value})


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as its platform may see it: money, limits, and what counts against them now."""

    account: Account
    account_sid: str
    live_calls: int
    live_messages: int


def standing_of(platform: Platform, account_sid: str) -> Standing:
    """Where a linked sub-account stands. Raises `NotFound` for one that is not linked on this platform."""
    link = (
        RestcommLink.objects.select_related("account__wallet", "account__buyer__company")
        .filter(platform=platform, account_sid=account_sid)
        .first()
    )
    if link is None:
        raise NotFound("No account is linked to this sub-account.")
    live = live_counts(link.account)
    return Standing(link.account, account_sid, live["calls"], live["messages"])


def live_calls_of(*, buyer_id: int | None = None, seller_id: int | None = None) -> QuerySet[Session]:
    """The live calls of a buyer, or those over a seller's connections (their companies' ids), the newest first."""
    if buyer_id is not None:
        mine = Q(account__buyer_id=buyer_id)
    else:
        mine = Q(connection_id__in=Connection.objects.filter(seller_id=seller_id).values("pk"))
    live = Session.objects.filter(mine, state=Session.State.LIVE, service=Service.VOICE)
    return live.select_related("account").order_by("-authorized_at", "-pk")


def live_counts(account: Account) -> dict[str, Any]:
    """How many calls and messages of an account are live: `{"calls", "messages"}`."""
    live = Session.objects.filter(account=account, state=Session.State.LIVE)
    return live.aggregate(calls=Count("id", filter=Q(service="voice")), messages=Count("id", filter=Q(service="sms")))
