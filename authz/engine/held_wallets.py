"""Which requests need a wallet that another transaction holds.

Whoever keeps a wallet locked for long (a stalled process, a person at a prompt) may keep its own traffic waiting, and
nobody else's.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from authz.engine import parameters, statements
from authz.engine.hints import Hints
from authz.engine.state import Ask
from tcxc.clock import utc_now


def held_up(connection: "psycopg.Connection[Any]", asks: Sequence[Ask]) -> set[int]:
    """The places of the asks whose wallets can't all be had at this moment. Takes no lock beyond its end."""
    every = parameters.of_asks(asks, utc_now(), Hints())
    with connection.transaction():
        free = {row[0] for row in connection.execute(statements.lock_free(every.present), every.arrays)}
    each = [parameters.of_asks([ask], utc_now(), Hints()) for ask in asks]
    with connection.pipeline():
        cursors = [connection.execute(statements.wallets(one.present), one.arrays) for one in each]
    return {place for place, cursor in enumerate(cursors) if not {row[0] for row in cursor} <= free}
