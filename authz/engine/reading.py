"""Reads all that a batch of asks needs, in one round trip, under the locks of its wallets.

The statements go out as one pipeline. The first locks the wallets, in ascending order of id; each later one has a
snapshot of its own (READ COMMITTED), taken when those locks are held, so it sees everything that earlier batches on the
same wallets have committed. An account spends one wallet, so its wallet's lock guards all that is counted for it.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import psycopg

from authz.engine import parameters, statements
from authz.engine.destinations import Rule
from authz.engine.hints import Hints, StaleHintError
from authz.engine.ids import Ids
from authz.engine.parameters import Parameters
from authz.engine.state import AccountState, Ask, Batch, EventState, Route, SessionState
from billing.ledger import LedgerBatch
from tcxc.bulk import array

Connection = psycopg.Connection[Any]
Row = Sequence[Any]
_ROUTES = msgspec.json.Decoder(list[Route])
_ROUTE = msgspec.json.Decoder(Route)


def read(connection: Connection, asks: Sequence[Ask], now: datetime, made_by: str, hints: Hints, ids: Ids) -> Batch:
    """Lock and read. The caller has begun no transaction yet, and ends the one that this begins.

    Raises `StaleHintError` when a wallet that has to be locked is not: roll back, forget the hints, read again.
    """
    wanted = parameters.of_asks(asks, now, hints)
    arrays, present, missing_ids = wanted.arrays, wanted.present, ids.missing(ask.request for ask in asks)
    with connection.pipeline():
        connection.execute("BEGIN")
        wallets = connection.execute(statements.lock(present), arrays)
        keys = connection.execute(statements.LIVE_KEYS, arrays)
        links = connection.execute(statements.LINKS, arrays) if arrays["sids"] != "{}" else None
        reachable = connection.execute(statements.REACHABLE, arrays) if arrays["account_ids"] != "{}" else None
        accounts = connection.execute(statements.accounts(present), arrays)
        sessions = connection.execute(statements.SESSIONS, arrays)
        updates = connection.execute(statements.UPDATES, arrays) if arrays["update_ids"] != "{}" else None
        events = connection.execute(statements.EVENTS, arrays) if arrays["event_ids"] != "{}" else None
        offers = _offer_queries(connection, arrays)
        facts = _connections(connection, wanted.connections)
        fresh_ids = connection.execute(statements.IDS, missing_ids) if any(missing_ids) else None
    if fresh_ids is not None:
        ids.add(fresh_ids.fetchone() or ())
    batch = Batch(
        now=now,
        ledger=LedgerBatch.of_rows(wallets.fetchall(), now=now, made_by=made_by),
        ids=ids,
        live_keys={row[0] for row in keys},
        links={(row[0], row[1]): row[2] for row in links or ()},
        reachable={(row[0], row[1]) for row in reachable or ()},
        accounts={row[0]: _account(row) for row in accounts},
        sessions={(row[1], row[2]): _session(row) for row in sessions},
        updates={(row[0], row[1], row[2]): (row[3], row[4]) for row in updates or ()},
        events={(row[1], row[2]): _event(row) for row in events or ()},
        offers=_routes(connection, offers, {row[0]: row for row in facts}),
    )
    _compare(asks, batch, hints)
    _learn(asks, batch, wanted, hints)
    return batch


def _compare(asks: Sequence[Ask], batch: Batch, hints: Hints) -> None:
    """Raise `StaleHintError` unless every wallet and account that may count was locked and read."""
    wallets, accounts = batch.ledger.wallets, batch.accounts
    for payer, account_id in batch.links.items():
        hint = hints.get(payer)
        if account_id not in accounts or (hint is not None and hint.account_id != account_id):
            raise StaleHintError
    if any(account.wallet_id not in wallets for account in accounts.values()):
        raise StaleHintError
    charged: list[SessionState | EventState] = [*batch.events.values()]
    if batch.sessions:
        charged += filter(None, (batch.sessions.get(key) for key in map(parameters.open_session_of, asks)))
    for one in charged:
        if one.wallet_id is not None and one.wallet_id not in wallets:
            raise StaleHintError
        if one.account_id is not None and one.account_id not in accounts:
            raise StaleHintError


def _learn(asks: Sequence[Ask], batch: Batch, wanted: Parameters, hints: Hints) -> None:
    """Note what was found for payers that no hint was had of, or whose hint lacked a connection."""
    offered = {route.connection for routes in batch.offers.values() for route in routes}
    if not (wanted.is_new or offered - wanted.connections):
        return
    for index, ask in enumerate(asks):
        payer = parameters.payer_of(ask.platform_id, ask.request)
        if payer is None:
            continue
        named = payer[1]
        account = batch.accounts.get(named if isinstance(named, int) else batch.links.get((payer[0], named), 0))
        if account is not None:
            connections = {route.connection for route in batch.offers.get(index, ())}
            hints.learn(payer, account.id, account.wallet_id, connections)


def _offer_queries(connection: Connection, arrays: dict[str, Any]) -> list[psycopg.Cursor[Any]]:
    """The queries for offers that these parameters need: by prefix, and for SMS by network too."""
    found = []
    if arrays["offer_indexes"] != "{}":
        found.append(connection.execute(statements.OFFERS_BY_PREFIX, arrays))
        if "sms" in arrays["offer_services"]:
            found.append(connection.execute(statements.OFFERS_BY_NETWORK, arrays))
    return found


def _connections(connection: Connection, ids: Iterable[int]) -> Iterable[Row]:
    """What is known of these connections now."""
    wanted = array(ids)
    return () if wanted == "{}" else connection.execute(statements.CONNECTIONS, [wanted])


def _routes(connection: Connection, cursors: Iterable[Iterable[Row]], facts: dict[int, Row]) -> dict[int, list[Route]]:
    """The routes offered to each ask; the facts of connections that no hint had named are read now."""
    rows = [row for cursor in cursors for row in cursor]
    for row in _connections(connection, {row[2] for row in rows} - facts.keys()):
        facts[row[0]] = row
    offers: dict[int, list[Route]] = defaultdict(list)
    for row in rows:
        _, is_active, seller_id, seller, sip, smpp, keyed_by, capacity, live_calls, commission = facts[row[2]]
        if is_active:
            _, interconnect, carrier, tech_prefix, position, weight, rate, price_list, code, *price = row
            route = Route(
                *(interconnect, carrier, seller_id, seller, sip, smpp, tech_prefix, position, weight),
                *(capacity, live_calls, commission, rate, price_list, code, keyed_by, *price),
            )
            offers[row[0]].append(route)
    return offers


def read_offers(connection: Connection, arrays: dict[str, Any]) -> dict[int, list[Route]]:
    """The routes for `parameters.add_offer`'s arrays, by round trips of their own."""
    return _routes(connection, _offer_queries(connection, arrays), {})


def read_rules(connection: Connection, account_ids: Iterable[int]) -> Iterator[tuple[int, Rule]]:
    """The destination rules of some accounts."""
    for account_id, *rule in connection.execute(statements.RULES, [array(account_ids)]):
        yield account_id, Rule(*rule)


def _account(row: Row) -> AccountState:
    spent = {} if row[18] is None else {date.fromisoformat(d): Decimal(a) for d, a in json.loads(row[18]).items()}
    return AccountState(*row[:18], spent=spent)


def _session(row: Row) -> SessionState:
    return SessionState(*row[:15], _ROUTES.decode(row[15]), *row[16:])


def _event(row: Row) -> EventState:
    route = None if row[7] is None else _ROUTE.decode(row[7])
    return EventState(*row[:7], route, *row[8:])
