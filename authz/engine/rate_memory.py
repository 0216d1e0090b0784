"""Rates in the memory of an engine, block by block as they are looked for.

A connection's `rates_version` moves with every change of its rates, in the same transaction (a trigger of
`sellers_rate`). It is read with each batch, and what is remembered counts for that version alone: so a rate from memory
is the one that would be read.
"""

from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.conf import settings
from msgspec import Struct

from authz.engine.wire import Wire
from tcxc.bulk import array

HEAD = 3  # the digits that the codes of one block have in common

# A block as one text, a line a rate: every code that begins with its head, and the shorter ones that the head begins
# with. What has ended stays away, what is yet to begin is there.
_READ = """
SELECT q.i, string_agg(concat_ws(',', r.prefix, r.id, r.published_in_id, r.forbidden::int, r.price_1, r.price_n,
  r.interval_1, r.interval_n, r.effective_from, coalesce(r.effective_until::text, '')), ';')
FROM unnest(%s::int[], %s::bigint[], %s::text[], %s::text[]) q(i, connection, head, below)
CROSS JOIN LATERAL (
  SELECT * FROM sellers_rate WHERE connection_id = q.connection AND prefix >= q.head AND prefix < q.below
  UNION ALL
  SELECT shorter.* FROM generate_series(1, length(q.head) - 1) digits CROSS JOIN LATERAL (
    SELECT * FROM sellers_rate WHERE connection_id = q.connection AND prefix = left(q.head, digits)) shorter) r
WHERE r.effective_until IS NULL OR r.effective_until > %s
GROUP BY q.i
"""

Key = tuple[int, str]  # a connection, and a head


class Rate(Struct, frozen=True, gc=False):
    """A price of a code for one stretch of time; see `sellers.models.Rate`."""

    code: str
    id: int
    price_list: int
    forbidden: bool
    price_1: Decimal
    price_n: Decimal
    interval_1: int
    interval_n: int
    effective_from: datetime
    effective_until: datetime | None


def price_of(rate: Rate) -> tuple[Decimal, Decimal]:
    """By which the dearest of several is found."""
    return rate.price_1, rate.price_n


class Block:
    """The rates of one head, as they were at one version, without those that had ended by `since`.

    They come as text, of which most is never asked for: a code's rates take the place of its text when they first are.
    """

    __slots__ = ("_codes", "_depth", "count", "since", "version")

    def __init__(self, version: int, since: datetime, text: str) -> None:
        self.version, self.since = version, since
        self._codes: dict[str, str | tuple[Rate, ...]] = {}
        lines = text.split(";") if text else []
        for line in lines:
            code = line[: line.index(",")]
            before = self._codes.get(code)
            self._codes[code] = line if before is None else f"{before};{line}"
        self.count = len(lines)
        self._depth = max(map(len, self._codes), default=0)

    def longest(self, digits: str, now: datetime) -> Rate | None:
        """The rate in force of the longest code that begins these digits; a forbidden one too."""
        for length in range(min(self._depth, len(digits)), 0, -1):
            rate = self.exact(digits[:length], now)
            if rate is not None:
                return rate
        return None

    def exact(self, code: str, now: datetime) -> Rate | None:
        """The rate in force of one code."""
        rates = self._codes.get(code)
        if rates is None:
            return None
        if isinstance(rates, str):
            rates = self._codes[code] = tuple(map(_rate, rates.split(";")))
        for rate in rates:
            if rate.effective_from <= now and (rate.effective_until is None or rate.effective_until > now):
                return rate
        return None

    def dearest(self, now: datetime) -> Rate | None:
        """The rate in force that costs most, of those that are not forbidden."""
        live = (rate for code in self._codes if (rate := self.exact(code, now)) is not None and not rate.forbidden)
        return max(live, key=price_of, default=None)


# Many rates share their list, their prices and their times, which are therefore there once.
_whole = lru_cache(10_000)(int)
_price = lru_cache(100_000)(Decimal)
_moment = lru_cache(10_000)(datetime.fromisoformat)


def _rate(line: str) -> Rate:
    code, number, price_list, forbidden, price_1, price_n, interval_1, interval_n, begins, ends = line.split(",")
    return Rate(
        code=code,
        id=int(number),
        price_list=_whole(price_list),
        forbidden=forbidden == "1",
        price_1=_price(price_1),
        price_n=_price(price_n),
        interval_1=_whole(interval_1),
        interval_n=_whole(interval_n),
        effective_from=_moment(begins),
        effective_until=_moment(ends) if ends else None,
    )


class RateMemory:
    """The blocks that one engine has used lately; beyond `AAA_RATES_IN_MEMORY` rates, the older half is forgotten."""

    def __init__(self) -> None:
        self._young: dict[Key, Block] = {}
        self._old: dict[Key, Block] = {}
        self._held = 0

    def find(self, key: Key, version: int, now: datetime) -> Block | None:
        """The block of a head at this version; None when it has to be read."""
        block = self._young.get(key)
        if block is None:
            block = self._old.pop(key, None)
            if block is not None:
                self._keep(key, block)
        return block if block is not None and block.version == version and block.since <= now else None

    def read(self, wire: Wire, wanted: dict[Key, int], now: datetime) -> dict[Key, Block]:
        """Read the blocks of these heads, each of which is wanted at a version."""
        connections, heads = zip(*wanted, strict=True)
        arrays = [array(range(len(wanted))), array(connections), array(heads), array(map(_below, heads))]
        texts: dict[int, str] = dict(wire.run([(_READ, [*arrays, now])])[0])
        blocks = {key: Block(wanted[key], now, texts.get(place, "")) for place, key in enumerate(wanted)}
        for key, block in blocks.items():
            self._keep(key, block)
        return blocks

    def _keep(self, key: Key, block: Block) -> None:
        replaced = self._young.get(key)
        self._young[key] = block
        self._held += block.count - replaced.count if replaced is not None else 1 + block.count
        if self._held > settings.AAA_RATES_IN_MEMORY // 2:
            self._young, self._old, self._held = {}, self._young, 0


def _below(head: str) -> str:
    """What sorts above every code that is in the block of a head: a short head, of a short number, is alone in it."""
    return head + (" " if len(head) < 3 else ":")
