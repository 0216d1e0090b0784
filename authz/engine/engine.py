"""Decides a batch of asks in one database transaction: read under lock, decide in memory, write, commit.

The decision takes two round trips however many asks there are, and one durable commit. Nothing is decided from memory
that could be stale about money, ownership or blocking: what is kept between batches never changes (ids of ledger
accounts) or is checked by version in the transaction (destination rules, interconnects, rates).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import psycopg

from authz import stages
from authz.engine import (
    events,
    explaining,
    notices,
    offers,
    parameters,
    reading,
    replies,
    sessions,
    statements,
    usage,
    writing,
)
from authz.engine.attempts import Attempts, Job
from authz.engine.explaining import Explanation
from authz.engine.hints import Hints
from authz.engine.ids import Ids
from authz.engine.rate_memory import RateMemory
from authz.engine.requests import Event, Terminate
from authz.engine.routing_memory import RoutingMemory
from authz.engine.state import Answer, Ask, Batch
from authz.engine.wire import Wire
from tcxc.clock import utc_now
from tcxc.errors import NotAllowed, Refused

MADE_BY = "aaa"
_DENY_KEY = NotAllowed("The key is revoked, has expired, or its platform is not active.", type_="key_not_valid")


class Engine:
    """The engine over one connection of its own. Not for two threads at once; a process may have several."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._wire = Wire(connection)
        self._attempts = Attempts(connection, roll_back=self._roll_back, prepare_anew=self._wire.prepare_anew)
        self._ids = Ids()
        self._hints = Hints()
        self._routing = RoutingMemory()
        self._rates = RateMemory()
        self._ledger_accounts: dict[tuple[str, str, int | None], int] = {}

    @property
    def is_broken(self) -> bool:
        """Whether the connection is lost, so that another engine is needed."""
        return self._connection.closed or self._connection.broken

    def close(self) -> None:
        """Give the connection back to the system."""
        self._connection.close()

    def decide(self, asks: Sequence[Ask], now: datetime | None = None) -> list[Answer]:
        """Answer every ask, in order; what was granted or charged is durable when this returns.

        A batch that fails as a whole is split, so that a request which can't be decided harms no other. Raises
        `psycopg.OperationalError` when the database can't be written: then what was asked is unknown, and asking again
        with the same ids is safe.
        """
        return self._attempts.run(
            asks, Job(lambda part: self._decide_once(part, now or utc_now()), lambda answer: answer)
        )

    def explain(self, ask: Ask, now: datetime | None = None) -> Explanation:
        """What an authorize would be answered now, and why; nothing of it is kept, and no session id is used up.

        Raises `psycopg.OperationalError` when the database can't be asked.
        """
        job = Job(lambda part: [self._explain_once(part[0], now or utc_now())], Explanation)
        return self._attempts.run([ask], job)[0]

    def expire(self, now: datetime, at_most: int = 200) -> int:
        """Settle every session that fell silent by `now`, so many in one transaction. Returns how many.

        One that can't be settled is left for the next sweep. Raises `psycopg.OperationalError`.
        """
        settled, place = 0, (now - timedelta(days=36_500), 0)
        job = Job(lambda part: self._expire_once(part, now), lambda answer: False)
        while due := self._silent_after(place, now, at_most):
            place = due[-1][:2]
            asks = [Ask(platform, None, Terminate(session_id=name, used_seconds=0)) for _, _, platform, name in due]
            settled += sum(self._attempts.run(asks, job))
        return settled

    def _silent_after(self, place: tuple[datetime, int], now: datetime, at_most: int) -> list[Any]:
        wanted = {"now": now, "sweep_at": place[0], "id": place[1], "at_most": at_most}
        return self._connection.execute(statements.SILENT, wanted).fetchall()

    def _expire_once(self, asks: Sequence[Ask], now: datetime) -> list[bool]:
        """Settle those that are still silent now that they are locked. Returns which were."""
        batch = self._read(asks, now)
        due = {
            place: session
            for place, session in batch.sessions.items()
            if session.sweep_at is not None and session.sweep_at <= now
        }
        silent = {place for place, session in due.items() if sessions.sweep(batch, session)}
        writing.write(self._wire, batch)
        notices.tell(batch)
        return [parameters.open_session_of(ask) in silent for ask in asks]

    def _decide_once(self, asks: Sequence[Ask], now: datetime) -> list[Answer]:
        began = monotonic()
        batch = self._read(asks, now)
        was_read = monotonic()
        answers = [self._answer(batch, ask, index) for index, ask in enumerate(asks)]
        decided = monotonic()
        writing.write(self._wire, batch)
        stages.READ.observe(was_read - began)
        stages.DECIDE.observe(decided - was_read)
        self._hints.follow(batch)
        stages.WRITE.observe(monotonic() - decided)
        notices.tell(batch)
        return answers

    def _explain_once(self, ask: Ask, now: datetime) -> Explanation:
        try:
            return explaining.explain(self._read([ask], now), ask)
        finally:
            self._roll_back()

    def _read(self, asks: Sequence[Ask], now: datetime) -> Batch:
        batch = reading.read(
            *(self._wire, asks), now=now, made_by=MADE_BY, hints=self._hints, ids=self._ids, routing=self._routing
        )
        offers.attach(self._wire, batch, asks, self._routing, self._rates)
        self._price_what_was_denied(batch, asks)
        self._find_ledger_accounts(batch)
        return batch

    def _answer(self, batch: Batch, ask: Ask, index: int) -> Answer:
        if ask.key_id is not None and ask.key_id not in batch.live_keys:
            return replies.problem(_DENY_KEY, status=401)
        decider = events.decide if isinstance(ask.request, Event) else sessions.DECIDERS[type(ask.request)]
        try:
            return decider(batch, ask, index)
        except Refused as refusal:
            return replies.problem(refusal)

    def _price_what_was_denied(self, batch: Batch, asks: Sequence[Ask]) -> None:
        """Ways to the owner for inbound sessions that were denied and used all the same: rare, so a round trip."""
        denied = {index: offers.used_though_denied(batch, ask) for index, ask in enumerate(asks)}
        inbound = {index: one for index, one in denied.items() if one is not None and one.direction == "inbound"}
        if inbound:
            batch.offers.update(reading.read_offers_to_owners(self._wire, inbound))

    def _find_ledger_accounts(self, batch: Batch) -> None:
        """The ids of the ledger accounts that charges of this batch may go to; they are opened when first needed."""
        wanted = set(_ledger_accounts_of(batch))
        missing = sorted(wanted - self._ledger_accounts.keys(), key=str)
        for kind, currency, company in missing:
            (rows,) = self._wire.run([(statements.LEDGER_ACCOUNT, [kind, currency, company] * 3)])
            self._ledger_accounts[kind, currency, company] = rows[0][0]
        batch.ledger_accounts = self._ledger_accounts

    def _roll_back(self) -> None:
        """Undo what is not committed. Raises `psycopg.OperationalError` when the connection is of no more use."""
        self._ledger_accounts.clear()  # one that was opened in this transaction is gone again
        self._hints.clear()  # one of them may be why
        try:
            self._connection.rollback()
        except psycopg.Error as error:
            self._connection.close()
            raise psycopg.OperationalError(f"The connection is lost: {error}") from error


def _ledger_accounts_of(batch: Batch) -> Iterable[tuple[str, str, int | None]]:
    currencies = {wallet.currency for wallet in batch.ledger.wallets.values()}
    sellers = {route.seller_id for offers in batch.offers.values() for route in offers}
    sellers |= {route.seller_id for session in batch.sessions.values() for route in session.routes}
    sellers |= {event.route.seller_id for event in batch.events.values() if event.route is not None}
    sellers |= {number.seller_id for number in batch.numbers.values()}
    for currency in currencies:
        yield usage.COMMISSION, currency, None
        for seller in sellers:
            yield usage.SELLER, currency, seller
