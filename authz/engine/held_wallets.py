"""Wallets that another transaction keeps locked for long: a stalled process, a person at a prompt.

Their own traffic waits a little and is refused; nobody else's waits for them more than once.
"""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg

from authz.engine import parameters, statements
from authz.engine.hints import Hints
from authz.engine.routing_memory import RoutingMemory
from authz.engine.state import Ask
from tcxc.clock import utc_now

REMEMBERED = 1.0  # seconds since a request for it was last refused


class HeldWallets:
    """What one engine knows of them."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._until: dict[int, float] = {}

    def remember(self, wallets: Iterable[int]) -> None:
        """Note wallets that could not be had in time."""
        self._until |= dict.fromkeys(wallets, time.monotonic() + REMEMBERED)

    def remembered(self) -> set[int]:
        """The wallets that could not be had lately."""
        if self._until:
            now = time.monotonic()
            self._until = {wallet: until for wallet, until in self._until.items() if until > now}
        return set(self._until)

    def needed_by(self, asks: Sequence[Ask]) -> list[set[int]]:
        """For each ask the wallets that it needs and that can't be had at this moment. Keeps no lock."""
        now, nothing = utc_now(), (Hints(), RoutingMemory())
        every = parameters.of_asks(asks, now, *nothing)
        with self._connection.transaction():
            free = {row[0] for row in self._connection.execute(statements.lock_free(every.present), every.arrays)}
        each = [parameters.of_asks([ask], now, *nothing) for ask in asks]
        with self._connection.pipeline():
            found = [self._connection.execute(statements.wallets(one.present), one.arrays) for one in each]
        return [{row[0] for row in cursor} - free for cursor in found]
