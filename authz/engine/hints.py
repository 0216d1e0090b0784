"""What earlier batches found, which spares the next ones most look-ups before their locks.

A hint decides nothing: it says what to lock and read, and what is then read under those locks has to agree with it.
Where it does not, the batch is rolled back and read again without hints.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # it is made of what stands here
    from authz.engine.state import Batch

MOST = 100_000

# A platform, and the sub-account SID or our account id that it names; or -1, and the number that traffic comes in to.
Payer = tuple[int, str | int]
Place = tuple[int, str]  # of a session: its platform, and the id that it has there


class StaleHintError(Exception):
    """What was read under lock is not what was locked; read again."""


@dataclass(frozen=True, slots=True)
class Hint:
    """The account that a payer was, and its wallet."""

    account_id: int
    wallet_id: int


class Hints:
    """The hints of one engine, by payer and by live session."""

    def __init__(self) -> None:
        self._known: dict[Payer, Hint] = {}
        self._sessions: dict[Place, tuple[int, int]] = {}

    def get(self, payer: Payer) -> Hint | None:
        """What is known of a payer."""
        return self._known.get(payer)

    def learn(self, payer: Payer, account_id: int, wallet_id: int) -> None:
        """Note what a batch found for a payer."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[payer] = Hint(account_id, wallet_id)

    def of_session(self, place: Place) -> tuple[int, int] | None:
        """The account and the wallet of a live session, as far as is known."""
        return self._sessions.get(place)

    def follow(self, batch: "Batch") -> None:
        """Note whose the live sessions of a batch are, and forget those that are over."""
        if len(self._sessions) >= MOST:
            self._sessions.clear()
        for place, session in batch.sessions.items():
            account = batch.accounts.get(session.account_id or 0)
            if session.state == "live" and account is not None and account.wallet_id == session.wallet_id:
                self._sessions[place] = (account.id, account.wallet_id)
            else:
                self._sessions.pop(place, None)

    def clear(self) -> None:
        """Forget everything."""
        self._known.clear()
        self._sessions.clear()
