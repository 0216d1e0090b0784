"""Turns the asks of a batch into the arrays that its reading statements take."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authz.engine.hints import Hints, Payer, Place
from authz.engine.requests import Authorize, Event, Request, Terminate, Update, number_called
from authz.engine.routing_memory import RoutingMemory
from authz.engine.state import Ask
from authz.engine.statements import PARTS
from tcxc.bulk import array

_ARRAYS = (
    *("wallets", "accounts", "uncounted", "new_sid_platforms", "new_sids", "new_account_ids"),
    *("open_platforms", "open_ids"),
    *("sid_platforms", "sids", "account_platforms", "account_ids", "session_platforms", "session_ids"),
    *("update_platforms", "update_ids", "update_seqs", "event_platforms", "event_ids"),
    *("number_platforms", "numbers", "new_numbers"),
)
_NOTHING = dict.fromkeys(_ARRAYS, array(()))
Columns = defaultdict[str, list[Any]]
BY_NUMBER = -1  # in a payer, in the place of a platform: whoever has the number that follows


@dataclass(slots=True)
class Parameters:
    """The arrays by name, and which of `PARTS` hold something.

    Of the accounts that are known to need routes, those of which nothing is in memory yet (`unrouted`), and the
    connections that the others may be offered.
    """

    arrays: dict[str, Any]
    present: tuple[str, ...]
    unrouted: set[int]
    connections: set[int]

    @property
    def is_new(self) -> bool:
        """Whether there is a payer of whom no hint was had."""
        return not {"new_sids", "new_account_ids", "new_numbers"}.isdisjoint(self.present)


def of_asks(asks: Sequence[Ask], now: datetime, hints: Hints, routing: RoutingMemory) -> Parameters:
    """The parameters of every reading statement."""
    columns: Columns = defaultdict(list)
    routed: set[tuple[int, str]] = set()
    for ask in asks:
        request, platform = ask.request, ask.platform_id
        _add_ids(columns, platform, request, hints)
        if isinstance(request, Update):
            continue
        called = number_called(request)
        if called is not None:
            columns["number_platforms"].append(platform)
            columns["numbers"].append(called)
        account = _add_payer(columns, payer_of(platform, request), hints)
        if account is not None and wants_offers(request):
            routed.add((account, request.service or "voice"))
    arrays: dict[str, Any] = _NOTHING | {name: array(column) for name, column in columns.items()}
    arrays["keys"] = array({ask.key_id for ask in asks if ask.key_id is not None})
    arrays |= {"now": now, "yesterday": now.date() - timedelta(days=1)}
    unrouted = routing.unknown({account for account, _ in routed})
    arrays["unrouted"] = array(unrouted)
    present = tuple(name for name in PARTS if name in columns)
    return Parameters(arrays, present, unrouted, routing.connections(routed))


def payer_of(platform: int, request: Request) -> Payer | None:
    """Who pays, as the request itself names it: a sub-account, an account, or the number that traffic comes in to."""
    named = getattr(request, "account_sid", None) or getattr(request, "account", None)
    if named is not None:
        return (platform, named)
    called = number_called(request)
    return None if called is None else (BY_NUMBER, called)


def open_session_of(ask: Ask) -> tuple[int, str] | None:
    """The session that a request may charge or release; an authorize only repeats what it finds."""
    request = ask.request
    if isinstance(request, Authorize):
        return None
    session_id = request.refund_of if isinstance(request, Event) else request.session_id
    return None if session_id is None else (ask.platform_id, session_id)


def _add_ids(columns: Columns, platform: int, request: Request, hints: Hints) -> None:
    """The sessions and events that a request names."""
    if isinstance(request, Event):
        for event_id in filter(None, (request.event_id, request.refund_of)):
            columns["event_platforms"].append(platform)
            columns["event_ids"].append(event_id)
    session_id = request.refund_of if isinstance(request, Event) else request.session_id
    if session_id is None:
        return
    columns["session_platforms"].append(platform)
    columns["session_ids"].append(session_id)
    if not isinstance(request, Authorize):
        _add_open_session(columns, (platform, session_id), request, hints)
    if isinstance(request, Update):
        columns["update_platforms"].append(platform)
        columns["update_ids"].append(session_id)
        columns["update_seqs"].append(request.seq)


def _add_open_session(columns: Columns, place: Place, request: Request, hints: Hints) -> None:
    """What to lock and read for a session that may be charged. A terminate asks nothing of its account's limits."""
    hint = hints.of_session(place)
    if hint is None:
        columns["open_platforms"].append(place[0])
        columns["open_ids"].append(place[1])
        return
    account, wallet = hint
    columns["wallets"].append(wallet)
    columns["uncounted" if isinstance(request, Terminate) else "accounts"].append(account)


def _add_payer(columns: Columns, payer: Payer | None, hints: Hints) -> int | None:
    """What to lock and read for a payer. Returns its account, as far as that is known."""
    if payer is None:
        return None
    platform, named = payer
    if platform != BY_NUMBER:
        kind = "sid" if isinstance(named, str) else "account"
        columns[f"{kind}_platforms"].append(platform)
        columns["sids" if kind == "sid" else "account_ids"].append(named)
    hint = hints.get(payer)
    if hint is not None:
        columns["wallets"].append(hint.wallet_id)
        columns["accounts"].append(hint.account_id)
        return hint.account_id
    if platform == BY_NUMBER:
        columns["new_numbers"].append(named)
        return None
    if isinstance(named, int):
        columns["new_account_ids"].append(named)
        columns["accounts"].append(named)
        return named
    columns["new_sid_platforms"].append(platform)
    columns["new_sids"].append(named)
    return None


def wants_offers(request: Authorize | Terminate | Event) -> bool:
    """Whether routes are needed to decide it."""
    if isinstance(request, Authorize):
        return request.direction == "outbound"
    if isinstance(request, Terminate):
        return request.has_facts and request.direction == "outbound" and request.used > 0
    return request.direction == "outbound" and request.type in {"debit", "price"}
