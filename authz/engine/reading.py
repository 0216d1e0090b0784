"""Reads all that a batch of asks needs, in one round trip, under the locks of its wallets.

The statements go out as one pipeline. The first locks the wallets, in ascending order of id; each later one has a
snapshot of its own (READ COMMITTED), taken when those locks are held, so it sees everything that earlier batches on the
same wallets have committed. An account spends one wallet, so its wallet's lock guards all that is counted for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from authz.engine import parameters, statements
from authz.engine.hints import Hints, Payer, StaleHintError
from authz.engine.ids import Ids
from authz.engine.inbound import InboundNumber, number_for
from authz.engine.offers import connections_of
from authz.engine.parameters import BY_NUMBER, Parameters
from authz.engine.routing_memory import RoutingMemory
from authz.engine.state import AccountState, Ask, Batch, EventState, Route, SessionState
from authz.engine.wire import Query, Wire
from billing.ledger import LedgerBatch
from tcxc.bulk import array

Row = Sequence[Any]
_ROUTES = msgspec.json.Decoder(list[Route])
_ROUTE = msgspec.json.Decoder(Route)


def read(
    wire: Wire, asks: Sequence[Ask], *, now: datetime, made_by: str, hints: Hints, ids: Ids, routing: RoutingMemory
) -> Batch:
    """Lock and read. The caller has begun no transaction yet, and ends the one that this begins.

    Raises `StaleHintError` when a wallet that has to be locked is not: roll back, forget the hints, read again.
    """
    wanted = parameters.of_asks(asks, now, hints, routing)
    wire.forget_old_plans()
    queries = _queries(wanted, ids.missing(ask.request for ask in asks))
    rows = dict(zip(queries, wire.run([_BEGIN, *queries.values()])[1:], strict=True))
    ids.add(rows["ids"][0] if "ids" in rows else ())
    batch = Batch(
        now=now,
        ledger=LedgerBatch.of_rows(rows["wallets"], now=now, made_by=made_by),
        ids=ids,
        live_keys={row[0] for row in rows["keys"]},
        links={(row[0], row[1]): row[2] for row in rows.get("links", ())},
        reachable={(row[0], row[1]) for row in rows.get("reachable", ())},
        accounts={row[0]: _account(row) for row in rows["accounts"]},
        sessions={(row[1], row[2]): _session(row) for row in rows["sessions"]},
        updates={(row[0], row[1], row[2]): (row[3], row[4]) for row in rows.get("updates", ())},
        events={(row[1], row[2]): _event(row) for row in rows.get("events", ())},
        connections=connections_of(rows.get("connections", ())),
        numbers=_numbers(rows.get("numbers", ())),
    )
    _compare(asks, batch, hints)
    if "rules" in rows:
        routing.learn(batch.accounts.values(), rows["rules"], rows["interconnects"])
    _learn(asks, batch, wanted, hints)
    return batch


_BEGIN: Query = ("BEGIN", ())


def _queries(wanted: Parameters, missing_ids: list[int]) -> dict[str, Query]:
    """The statements that this batch needs, by what they read; the first takes the locks."""
    arrays, present = wanted.arrays, wanted.present
    queries: dict[str, Query] = {"wallets": (statements.lock(present), arrays), "keys": (statements.LIVE_KEYS, arrays)}
    if arrays["sids"] != "{}":
        queries["links"] = (statements.LINKS, arrays)
    if arrays["account_ids"] != "{}":
        queries["reachable"] = (statements.REACHABLE, arrays)
    if arrays["numbers"] != "{}":
        queries["numbers"] = (statements.NUMBERS, arrays)
    queries["accounts"] = (statements.accounts(present), arrays)
    if wanted.unrouted or "new_sids" in present:  # after the accounts, by whose versions they are remembered
        rules, interconnects = statements.routing(present)
        queries["rules"], queries["interconnects"] = (rules, arrays), (interconnects, arrays)
    queries["sessions"] = (statements.SESSIONS, arrays)
    if arrays["update_ids"] != "{}":
        queries["updates"] = (statements.UPDATES, arrays)
    if arrays["event_ids"] != "{}":
        queries["events"] = (statements.EVENTS, arrays)
    if wanted.connections:
        queries["connections"] = (statements.CONNECTIONS, [array(wanted.connections)])
    if any(missing_ids):
        queries["ids"] = (statements.IDS, missing_ids)
    return queries


def _compare(asks: Sequence[Ask], batch: Batch, hints: Hints) -> None:
    """Raise `StaleHintError` unless every wallet and account that may count was locked and read.

    Of those who pay for something new, what counts against their limits was read too.
    """
    wallets, accounts = batch.ledger.wallets, batch.accounts
    counted = {account.id for account in accounts.values() if account.is_counted}
    for payer, account_id in batch.links.items():
        hint = hints.get(payer)
        if account_id not in counted or (hint is not None and hint.account_id != account_id):
            raise StaleHintError
    if any(account.wallet_id not in wallets for account in accounts.values()):
        raise StaleHintError
    if batch.numbers and any(owner not in counted for owner in _paying_owners(asks, batch)):
        raise StaleHintError
    charged: list[SessionState | EventState] = [*batch.events.values()]
    if batch.sessions:
        open_sessions = filter(None, map(parameters.open_session_of, asks))
        charged += filter(None, map(batch.sessions.get, open_sessions))
    for one in charged:
        if one.wallet_id is not None and one.wallet_id not in wallets:
            raise StaleHintError
        if one.account_id is not None and one.account_id not in accounts:
            raise StaleHintError


def _paying_owners(asks: Sequence[Ask], batch: Batch) -> Iterator[int]:
    """The accounts that pay because traffic comes in to their numbers, and nothing else names them."""
    for ask in asks:
        payer = parameters.payer_of(ask.platform_id, ask.request)
        number = number_for(batch, ask) if payer is not None and payer[0] == BY_NUMBER else None
        if number is not None and number.owner_id is not None:
            yield number.owner_id


def _learn(asks: Sequence[Ask], batch: Batch, wanted: Parameters, hints: Hints) -> None:
    """Note what was found for payers that no hint was had of."""
    if not wanted.is_new:
        return
    for ask in asks:
        payer = parameters.payer_of(ask.platform_id, ask.request)
        if payer is None:
            continue
        account = batch.accounts.get(_account_id(batch, ask, payer) or 0)
        if account is not None:
            hints.learn(payer, account.id, account.wallet_id)


def _account_id(batch: Batch, ask: Ask, payer: Payer) -> int | None:
    platform, named = payer
    if platform == BY_NUMBER:
        number = number_for(batch, ask)
        return None if number is None else number.owner_id
    return named if isinstance(named, int) else batch.links.get((platform, named))


def read_offers_to_owners(wire: Wire, sessions: Mapping[int, SessionState]) -> dict[int, list[Route]]:
    """The ways to the numbers of inbound sessions whose accounts have them now, by a round trip of their own."""
    platforms, called = zip(*((one.platform_id, one.callee) for one in sessions.values()), strict=True)
    wanted = {"number_platforms": array(platforms), "numbers": array(called)}
    found = _numbers(wire.run([(statements.NUMBERS, wanted)])[0])
    return {
        index: [number.route(session.service)]
        for index, session in sessions.items()
        if (number := found.get((session.platform_id, session.callee))) and number.owner_id == session.account_id
    }


def _numbers(rows: Iterable[Row]) -> dict[tuple[int, str], InboundNumber]:
    return {(row[0], row[1]): InboundNumber(*row) for row in rows}


def _account(row: Row) -> AccountState:
    spent = {date.fromisoformat(one[:10]): Decimal(one[11:]) for one in row[19] or ()}
    return AccountState(*(*row[:19], spent))


def _session(row: Row) -> SessionState:
    return SessionState(*(*row[:15], _ROUTES.decode(row[15]), *row[16:]))


def _event(row: Row) -> EventState:
    route = None if row[7] is None else _ROUTE.decode(row[7])
    return EventState(*(*row[:7], route, *row[8:]))
