"""The routes offered to each ask: those of its account's interconnects that have a rate for the destination.

Rates come from the engine's memory, by the version that was read under lock with their connection.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from authz.engine import statements
from authz.engine.parameters import wants_offers
from authz.engine.rate_memory import HEAD, Block, Key, Rate, RateMemory, price_of
from authz.engine.requests import Terminate, Update
from authz.engine.routing_memory import RoutingMemory
from authz.engine.sessions import find_account
from authz.engine.state import AccountState, Ask, Batch, ConnectionState, Interconnect, Route, SessionState
from authz.engine.wire import Wire
from tcxc import numbering
from tcxc.bulk import array


class Wanted(Struct, gc=False):
    """What needs routes: who pays, and where it goes."""

    index: int
    account: AccountState
    service: str
    number: str
    mccmnc: str

    @property
    def interconnects(self) -> Sequence[Interconnect]:
        """Those of the account that carry the service."""
        return self.account.interconnects.get(self.service, ())


def attach(wire: Wire, batch: Batch, asks: Sequence[Ask], routing: RoutingMemory, rates: RateMemory) -> None:
    """Find the routes of every ask of a batch that needs some, and read what is not in memory yet."""
    wanted = list(_wanted(batch, asks))
    routing.attach(wire, {one.account.id: one.account for one in wanted}.values())
    named = {interconnect.connection for one in wanted for interconnect in one.interconnects}
    unread = named - batch.connections.keys()
    if unread:
        batch.connections |= read_connections(wire, unread)
    finder = _Finder(rates, batch.now)
    _offer(batch, wanted, finder)
    if finder.missing:
        finder.read(wire)
        _offer(batch, wanted, finder)


def read_connections(wire: Wire, ids: Iterable[int]) -> dict[int, ConnectionState]:
    """What the routes of these connections have in common, by a round trip of its own."""
    return connections_of(wire.run([(statements.CONNECTIONS, [array(ids)])])[0])


def connections_of(rows: Iterable[Sequence[object]]) -> dict[int, ConnectionState]:
    """The rows of `statements.CONNECTIONS`, by connection."""
    return {row[0]: ConnectionState(*row) for row in rows}  # type: ignore[arg-type,misc]


def used_though_denied(batch: Batch, ask: Ask) -> SessionState | None:
    """The session of an account that a terminate says was used, though it was denied."""
    request = ask.request
    if not isinstance(request, Terminate) or not request.used:
        return None
    session = batch.sessions.get((ask.platform_id, request.session_id))
    if session is None or session.state != "denied" or session.account_id is None:
        return None
    return session


def _wanted(batch: Batch, asks: Sequence[Ask]) -> Iterator[Wanted]:
    for index, ask in enumerate(asks):
        request = ask.request
        if isinstance(request, Update):
            continue
        if wants_offers(request):
            account = _payer(batch, ask)
            to, network, service = request.to or "", request.mccmnc, request.service or "voice"
            if account is not None:
                yield Wanted(index, account, service, to, network)
        denied = used_though_denied(batch, ask)
        if denied is not None and denied.direction == "outbound":
            account = batch.accounts.get(denied.account_id or 0)
            if account is not None:
                yield Wanted(index, account, denied.service, denied.callee, denied.mccmnc)


def _payer(batch: Batch, ask: Ask) -> AccountState | None:
    """The account that a request names; one that its platform does not reach too, for an explanation looks at it."""
    named: int | None = getattr(ask.request, "account", None)
    return find_account(batch, ask) if named is None else batch.accounts.get(named)


def _offer(batch: Batch, wanted: Iterable[Wanted], finder: "_Finder") -> None:
    for one in wanted:
        batch.offers[one.index] = _routes(batch.connections, one, finder)


def _routes(connections: Mapping[int, ConnectionState], wanted: Wanted, finder: "_Finder") -> list[Route]:
    found = []
    for interconnect in wanted.interconnects:
        connection = connections[interconnect.connection]
        if connection.is_open:
            rate = finder.rate(connection, wanted)
            if rate is not None:
                found.append(_route(interconnect, connection, rate))
    return found


def _route(interconnect: Interconnect, connection: ConnectionState, rate: Rate) -> Route:
    return Route(
        interconnect.id,
        connection.id,
        connection.seller_id,
        connection.seller,
        connection.sip,
        connection.smpp,
        interconnect.tech_prefix,
        interconnect.position,
        interconnect.weight,
        connection.capacity,
        connection.live_calls,
        connection.commission_rate,
        rate.id,
        rate.price_list,
        rate.code,
        connection.keyed_by,
        rate.forbidden,
        rate.price_1,
        rate.price_n,
        rate.interval_1,
        rate.interval_n,
    )


class _Finder:
    """Finds rates in memory, and notes the blocks that have to be read first, each with the version it is wanted at."""

    def __init__(self, memory: RateMemory, now: datetime) -> None:
        self._memory, self._now = memory, now
        self._blocks: dict[Key, Block] = {}  # of this batch: reading others may push them out of memory
        self.missing: dict[Key, int] = {}

    def read(self, wire: Wire) -> None:
        """Read what was missing."""
        self._blocks |= self._memory.read(wire, self.missing, self._now)

    def rate(self, connection: ConnectionState, wanted: Wanted) -> Rate | None:
        """The rate in force for a destination, as far as it is known.

        By prefix, the longest code. By network the exact one, else its country's (MCC); when no network is named, the
        dearest of the number's country.
        """
        if connection.keyed_by == "prefix":
            block = self._block(connection, wanted.number[:HEAD])
            return None if block is None else block.longest(wanted.number, self._now)
        if not wanted.mccmnc:
            return self._dearest(connection, wanted.number)
        country = wanted.mccmnc[:3]
        block = self._block(connection, country)
        return None if block is None else block.exact(wanted.mccmnc, self._now) or block.exact(country, self._now)

    def _dearest(self, connection: ConnectionState, number: str) -> Rate | None:
        country = numbering.country_of(number)
        blocks = [self._block(connection, mcc) for mcc in (numbering.mccs_of(country) if country else ())]
        rates = [rate for block in blocks if block is not None and (rate := block.dearest(self._now)) is not None]
        return max(rates, key=price_of, default=None)

    def _block(self, connection: ConnectionState, head: str) -> Block | None:
        key = (connection.id, head)
        block = self._blocks.get(key) or self._memory.find(key, connection.rates_version, self._now)
        if block is None:
            self.missing[key] = connection.rates_version
        else:
            self._blocks[key] = block
        return block
