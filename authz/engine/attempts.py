"""How a batch comes through: tried again, split where it fails as a whole, or decided without what can't be decided."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, TypeVar

import psycopg
import structlog

from authz.engine import fibres, replies
from authz.engine.held_wallets import HeldWallets
from authz.engine.hints import StaleHintError
from authz.engine.state import Answer, Ask
from tcxc.errors import Refused

log = structlog.get_logger(__name__)

Result = TypeVar("Result")
ATTEMPTS = 4
# Milliseconds. Whoever waits longer for a lock than all other engines need for a batch waits for something else.
LOCK_TIMEOUT = 400
# What another batch on other wallets may do to this one; decided again, it finds what that one wrote.
_TRY_AGAIN = (
    StaleHintError,
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.ForeignKeyViolation,
)
# Somebody dropped our prepared statements, or a migration changed what they return.
_UNPREPARED = (psycopg.errors.InvalidSqlStatementName, psycopg.errors.FeatureNotSupported)
# Nothing can be written at all: no fault of what was asked.
_UNWRITABLE = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)
_UNDECIDABLE = replies.problem(
    Refused("This request could not be decided; nothing was granted or charged.", type_="undecidable"), status=500
)
_BUSY = replies.problem(
    Refused("The account's money is being changed elsewhere; nothing was granted. Ask again.", type_="unavailable"),
    status=503,
)


class Stage(IntEnum):
    """How far a batch has come that met a wallet which another transaction holds."""

    WHOLE = 0  # nothing is known against it
    SIFTED = 1  # without what needs a wallet that was held lately
    AGAIN = 2  # it has waited for a lock once


@dataclass(frozen=True, slots=True)
class Job(Generic[Result]):
    """What is done for asks in one transaction, giving a result for each; and the result of one that it can't do."""

    attempt: Callable[[Sequence[Ask]], list[Result]]
    give_up: Callable[[Answer], Result]


class Attempts:
    """The attempts of one engine; `roll_back` undoes one, `prepare_anew` sends statements afresh."""

    def __init__(
        self, connection: "psycopg.Connection[Any]", *, roll_back: Callable[[], None], prepare_anew: Callable[[], None]
    ) -> None:
        connection.execute(f"SET lock_timeout = {LOCK_TIMEOUT}")
        self._held = HeldWallets(connection)
        self._roll_back, self._prepare_anew = roll_back, prepare_anew

    def run(self, asks: Sequence[Ask], job: Job[Result], stage: Stage = Stage.WHOLE) -> list[Result]:
        """The job's result for each ask: in one transaction, or in several when one fails as a whole.

        Raises `psycopg.OperationalError` when nothing can be written.
        """
        if not asks:
            return []
        if stage is Stage.WHOLE and self._held.remembered():
            return self._without_those_held_lately(asks, job)
        for tried in range(ATTEMPTS):
            try:
                return job.attempt(asks)
            except _TRY_AGAIN:
                self._roll_back()
                fibres.pause(0.002 * tried)
            except _UNPREPARED:
                self._roll_back()
                self._prepare_anew()
            except psycopg.errors.LockNotAvailable:
                self._roll_back()
                return self._around_those_held(asks, job, stage)
            except _UNWRITABLE as error:
                self._roll_back()
                raise psycopg.OperationalError(str(error)) from error
            except Exception:
                self._roll_back()
                if len(asks) == 1:
                    log.exception("aaa_ask_failed", operation=type(asks[0].request).__name__)
                break
        if len(asks) == 1:
            return [job.give_up(_UNDECIDABLE)]
        middle = len(asks) // 2
        return self.run(asks[:middle], job, stage) + self.run(asks[middle:], job, stage)

    def _without_those_held_lately(self, asks: Sequence[Ask], job: Job[Result]) -> list[Result]:
        """Refuse at once what needs a wallet that could not be had lately and can't be had now; do the rest."""
        lately = self._held.remembered()
        missing = [wallets & lately for wallets in self._held.needed_by(asks)]
        held = _held_up(asks, missing)
        return self._apart(asks, held, job, Stage.SIFTED, self._refused(job, held, missing))

    def _around_those_held(self, asks: Sequence[Ask], job: Job[Result], stage: Stage) -> list[Result]:
        """Do what needs no wallet that others hold; then try once more for the rest, and refuse it."""
        missing = self._held.needed_by(asks)
        held = _held_up(asks, missing)
        if stage is not Stage.AGAIN:
            free = Stage.SIFTED if held else Stage.AGAIN
            return self._apart(asks, held, job, free, lambda: self.run([asks[p] for p in held], job, Stage.AGAIN))
        held = held or list(range(len(asks)))  # had by others, free, and had again: too much wants them
        return self._apart(asks, held, job, stage, self._refused(job, held, missing))

    def _apart(
        self, asks: Sequence[Ask], held: list[int], job: Job[Result], stage: Stage, rest: Callable[[], list[Result]]
    ) -> list[Result]:
        """The results of the free asks, and after them those of the held ones, in the order of the asks."""
        free = [place for place in range(len(asks)) if place not in set(held)]
        results = dict(zip(free, self.run([asks[place] for place in free], job, stage), strict=True))
        results |= zip(held, rest(), strict=True)
        return [results[place] for place in range(len(asks))]

    def _refused(self, job: Job[Result], held: list[int], missing: Iterable[set[int]]) -> Callable[[], list[Result]]:
        def refuse() -> list[Result]:
            if held:
                self._held.remember(set().union(*missing))
                log.warning("aaa_wallets_held", requests=len(held))
            return [job.give_up(_BUSY)] * len(held)

        return refuse


def _held_up(asks: Sequence[Ask], missing: Sequence[set[int]]) -> list[int]:
    """The places of the asks that miss a wallet, and of those that speak of the same sessions or events as one."""
    spoken_of = {name for ask, wallets in zip(asks, missing, strict=True) if wallets for name in _names(ask)}
    return [place for place, ask in enumerate(asks) if missing[place] or spoken_of & _names(ask)]


def _names(ask: Ask) -> set[tuple[int, str]]:
    named = (getattr(ask.request, field, None) for field in ("session_id", "event_id", "refund_of"))
    return {(ask.platform_id, name) for name in named if name is not None}
