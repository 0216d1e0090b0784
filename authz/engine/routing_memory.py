"""Rules and interconnects of accounts in the memory of an engine.

An account's `routing_version` moves with every change of them, in the same transaction (triggers of their tables). It
is read with the account in each batch, and what is remembered counts for that version alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from authz.engine import statements
from authz.engine.destinations import Rule
from authz.engine.state import AccountState, Interconnect
from authz.engine.wire import Rows, Wire
from tcxc.bulk import array

MOST = 100_000


@dataclass(frozen=True, slots=True)
class _Routing:
    version: int
    rules: tuple[Rule, ...]
    interconnects: Mapping[str, Sequence[Interconnect]]


class RoutingMemory:
    """What one engine knows of where accounts may send their traffic."""

    def __init__(self) -> None:
        self._known: dict[int, _Routing] = {}

    def connections(self, routed: Iterable[tuple[int, str]]) -> set[int]:
        """The connections that these accounts may use for a service: a hint of what to read with them."""
        known = ((self._known.get(account), service) for account, service in routed)
        found = (routing.interconnects.get(service, ()) for routing, service in known if routing is not None)
        return {one.connection for interconnects in found for one in interconnects}

    def unknown(self, accounts: Iterable[int]) -> set[int]:
        """Those of these accounts that nothing is known of."""
        return {account for account in accounts if account not in self._known}

    def attach(self, wire: Wire, accounts: Iterable[AccountState]) -> None:
        """Give each account its rules and interconnects, and read those that are not known at its version."""
        every = list(accounts)
        stale = [account for account in every if not self._knows(account)]
        if stale:
            ids = {"unrouted": array(account.id for account in stale)}
            self.learn(stale, *wire.run([(statement, ids) for statement in statements.routing()]))
        for account in every:
            known = self._known[account.id]
            account.rules, account.interconnects = known.rules, known.interconnects
        if len(self._known) > MOST:
            self._known.clear()

    def learn(self, accounts: Iterable[AccountState], rules: Rows, interconnects: Rows) -> None:
        """Note what was read after the versions of these accounts, for those that both statements were asked of."""
        ruled: defaultdict[int, list[Rule]] = defaultdict(list)
        interconnected: dict[int, dict[str, list[Interconnect]]] = {}
        for account_id, *rule in rules:
            ruled[account_id] += [] if rule[0] is None else [Rule(*rule)]
        for account_id, service, *interconnect in interconnects:
            by_service = interconnected.setdefault(account_id, {})
            if service is not None:
                by_service.setdefault(service, []).append(Interconnect(*interconnect))
        for a in accounts:
            if a.id in ruled and a.id in interconnected:
                self._known[a.id] = _Routing(a.routing_version, tuple(ruled[a.id]), interconnected[a.id])

    def _knows(self, account: AccountState) -> bool:
        known = self._known.get(account.id)
        return known is not None and known.version == account.routing_version
