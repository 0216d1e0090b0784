"""Reads all that a batch of asks needs, in one round trip, under the locks of its wallets.

The statements go out as one pipeline. The first locks the wallets, in ascending order of id; each later one has a
snapshot of its own (READ COMMITTED), taken when those locks are held, so it sees everything that earlier batches on the
same wallets have committed. An account spends one wallet, so its wallet's lock guards all that is counted for it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import psycopg

from authz.engine import statements
from authz.engine.destinations import Rule
from authz.engine.requests import Authorize, Event, Terminate, Update
from authz.engine.state import AccountState, Ask, Batch, EventState, Ids, Route, SessionState
from billing.ledger import LedgerBatch
from tcxc import numbering
from tcxc.bulk import array

Connection = psycopg.Connection[Any]
_ROUTES = msgspec.json.Decoder(list[Route])
_ROUTE = msgspec.json.Decoder(Route)


def read(connection: Connection, asks: Sequence[Ask], now: datetime, made_by: str) -> Batch:
    """Lock and read. The caller has begun no transaction yet, and ends the one that this begins."""
    wanted = parameters(asks, now)
    with connection.pipeline():
        connection.execute("BEGIN")
        wallets = connection.execute(statements.LOCK, wanted)
        keys = connection.execute(statements.LIVE_KEYS, wanted)
        links = connection.execute(statements.LINKS, wanted)
        reachable = connection.execute(statements.REACHABLE, wanted) if wanted["account_ids"] != "{}" else None
        accounts = connection.execute(statements.ACCOUNTS, wanted)
        sessions = connection.execute(statements.SESSIONS, wanted)
        updates = connection.execute(statements.UPDATES, wanted) if wanted["update_ids"] != "{}" else None
        events = connection.execute(statements.EVENTS, wanted) if wanted["event_ids"] != "{}" else None
        offers = offer_queries(connection, wanted)
        ids = connection.execute(statements.IDS, wanted)
    return Batch(
        now=now,
        ledger=LedgerBatch.of_rows(wallets.fetchall(), now=now, made_by=made_by),
        ids=Ids(ids.fetchall()),
        live_keys={row[0] for row in keys},
        links={(row[0], row[1]): row[2] for row in links},
        reachable={(row[0], row[1]) for row in reachable or ()},
        accounts={row[0]: _account(row) for row in accounts},
        sessions={(row[1], row[2]): _session(row) for row in sessions},
        updates={(row[0], row[1], row[2]): (row[3], row[4]) for row in updates or ()},
        events={(row[1], row[2]): _event(row) for row in events or ()},
        offers=gathered(offers),
    )


def parameters(asks: Sequence[Ask], now: datetime) -> dict[str, Any]:
    """The arrays of every statement, from the asks."""
    columns: dict[str, list[Any]] = defaultdict(list)
    for index, ask in enumerate(asks):
        _add(columns, index, ask)
    found: dict[str, Any] = {name: array(columns[name]) for name in _ARRAYS}
    found["keys"] = array({ask.key_id for ask in asks if ask.key_id is not None})
    return found | {"now": now, "yesterday": now.date() - timedelta(days=1), "count": len(asks)}


_ARRAYS = (
    *("sid_platforms", "sids", "account_platforms", "account_ids", "session_platforms", "session_ids"),
    *("update_platforms", "update_ids", "update_seqs", "event_platforms", "event_ids"),
    *("offer_indexes", "offer_platforms", "offer_sids", "offer_accounts", "offer_services", "offer_numbers"),
    *("offer_networks", "offer_mccs"),
)


def _add(columns: dict[str, list[Any]], index: int, ask: Ask) -> None:
    request, platform = ask.request, ask.platform_id
    if isinstance(request, Event):
        _add_event(columns, request, platform)
    else:
        columns["session_platforms"].append(platform)
        columns["session_ids"].append(request.session_id)
    if isinstance(request, Update):
        columns["update_platforms"].append(platform)
        columns["update_ids"].append(request.session_id)
        columns["update_seqs"].append(request.seq)
        return
    if request.account_sid is not None:
        columns["sid_platforms"].append(platform)
        columns["sids"].append(request.account_sid)
    if request.account is not None:
        columns["account_platforms"].append(platform)
        columns["account_ids"].append(request.account)
    if _wants_offers(request):
        add_offer(columns, index, platform, (request.account_sid, request.account), request)


def _add_event(columns: dict[str, list[Any]], request: Event, platform: int) -> None:
    for event_id in filter(None, (request.event_id, request.refund_of)):
        columns["event_platforms"].append(platform)
        columns["event_ids"].append(event_id)
    if request.refund_of is not None:  # a session may be refunded too
        columns["session_platforms"].append(platform)
        columns["session_ids"].append(request.refund_of)


def _wants_offers(request: Authorize | Terminate | Event) -> bool:
    if isinstance(request, Authorize):
        return request.direction == "outbound"
    if isinstance(request, Terminate):
        return request.has_facts and request.direction == "outbound" and request.used > 0
    return request.type in {"debit", "price"}


def add_offer(
    columns: dict[str, list[Any]], index: int, platform: int, payer: tuple[str | None, int | None], destination: Any
) -> None:
    """Ask for the routes of one request: who pays (sub-account or account), and where it goes."""
    columns["offer_indexes"].append(index)
    columns["offer_platforms"].append(platform)
    columns["offer_sids"].append(payer[0])
    columns["offer_accounts"].append(payer[1])
    number = destination.callee if isinstance(destination, SessionState) else destination.to
    columns["offer_services"].append(destination.service)
    columns["offer_numbers"].append(number)
    columns["offer_networks"].append(destination.mccmnc)
    columns["offer_mccs"].append(_mccs(number) if destination.service == "sms" and not destination.mccmnc else "")


def _mccs(number: str) -> str:
    country = numbering.country_of(number)
    return ",".join(numbering.mccs_of(country)) if country else ""


def offer_queries(connection: Connection, wanted: dict[str, Any]) -> list[psycopg.Cursor[Any]]:
    """The queries for routes that these parameters need: by prefix, and for SMS by network too."""
    found = []
    if wanted["offer_indexes"] != "{}":
        found.append(connection.execute(statements.OFFERS_BY_PREFIX, wanted))
        if "sms" in wanted["offer_services"]:
            found.append(connection.execute(statements.OFFERS_BY_NETWORK, wanted))
    return found


def gathered(cursors: Iterable[Iterable[Sequence[Any]]]) -> dict[int, list[Route]]:
    """The routes found for each ask."""
    offers: dict[int, list[Route]] = defaultdict(list)
    for cursor in cursors:
        for row in cursor:
            offers[row[0]].append(Route(*row[1:]))
    return offers


def read_rules(connection: Connection, account_ids: Iterable[int]) -> Iterator[tuple[int, Rule]]:
    """The destination rules of some accounts."""
    for account_id, *rule in connection.execute(statements.RULES, [array(account_ids)]):
        yield account_id, Rule(*rule)


def _account(row: Sequence[Any]) -> AccountState:
    spent = {} if row[18] is None else {date.fromisoformat(d): Decimal(a) for d, a in json.loads(row[18]).items()}
    return AccountState(*(*row[:18], spent))


def _session(row: Sequence[Any]) -> SessionState:
    return SessionState(*(*row[:15], _ROUTES.decode(row[15]), *row[16:]))


def _event(row: Sequence[Any]) -> EventState:
    route = None if row[7] is None else _ROUTE.decode(row[7])
    return EventState(*(*row[:7], route, *row[8:]))
