"""Takes fees from wallets: one transfer a fee, to the seller and, for its share, the exchange.

The caller's transaction locks the wallets. Everything moves in memory first, where what a wallet does not cover is
refused, and is then written by one statement a table.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from billing import ledger
from billing.ledger import LedgerBatch, Leg
from billing.models import LedgerAccount, Transfer
from numbers import events
from numbers.events import Event
from numbers.models import Collection, NumberEvent, Subscription
from tcxc.actors import Actor
from tcxc.bulk import BulkInsert
from tcxc.errors import InsufficientBalance
from tcxc.money import ZERO, round_amount

_TRANSFERS = {Collection.Kind.SETUP: Transfer.Kind.NUMBER_SETUP, Collection.Kind.MONTH: Transfer.Kind.NUMBER_MONTH}
_EVENTS = {Collection.Kind.SETUP: NumberEvent.Kind.SETUP_COLLECTED, Collection.Kind.MONTH: NumberEvent.Kind.COLLECTED}

_INSERT_COLLECTIONS = BulkInsert(
    "numbers_collection",
    subscription_id="bigint",
    kind="text",
    period_start="timestamptz",
    period_end="timestamptz",
    amount="numeric",
    transfer_id="bigint",
    collected_at="timestamptz",
)


@dataclass(frozen=True, slots=True)
class Fee:
    """What is owed for a subscription's period, in its currency."""

    subscription: Subscription
    kind: Collection.Kind
    amount: Decimal

    @property
    def key(self) -> str:
        """The key of its transfer: a fee is taken once for a period."""
        subscription = self.subscription
        return f"number:{subscription.pk}:{self.kind}:{subscription.period_start.isoformat()}"


@dataclass(slots=True)
class Till:
    """Fees that are collected in one transaction, from wallets that it has locked."""

    ledger: LedgerBatch
    ids: list[int]
    sellers: dict[tuple[int, str], int]
    exchange: dict[str, int]
    by: Actor
    collections: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @classmethod
    def over(
        cls, wallet_ids: Iterable[int], subscriptions: Iterable[Subscription], *, now: datetime, by: Actor
    ) -> "Till":
        """Lock the wallets, and be ready to collect two fees for each of the subscriptions."""
        taken = list(subscriptions)
        sellers = ledger.seller_accounts((one.seller_id, one.currency) for one in taken)
        currencies = {one.currency for one in taken}
        exchange = {name: ledger.ledger_account(LedgerAccount.Kind.COMMISSION, name) for name in sorted(currencies)}
        ids = ledger.next_transfer_ids(2 * len(taken))
        rows = ledger.lock_wallets(wallet_ids)
        return cls(LedgerBatch.of_rows(rows, now=now, made_by=by.label), ids, sellers, exchange, by)

    def has(self, wallet_id: int) -> bool:
        """Whether this wallet is among those that are locked."""
        return wallet_id in self.ledger.wallets

    def available(self, wallet_id: int) -> Decimal:
        """What a wallet can still give."""
        return self.ledger.wallets[wallet_id].available

    def collect(self, wallet_id: int, fees: Iterable[Fee]) -> None:
        """Take fees from a wallet, all or none. Raises `InsufficientBalance`, and nothing has moved."""
        due = list(fees)
        total, available = sum((fee.amount for fee in due), ZERO), self.available(wallet_id)
        if total and total > available:
            currency = due[0].subscription.currency
            raise InsufficientBalance(
                f"{total} {currency} are needed and {available} {currency} are available: top up first."
            )
        for fee in due:
            self._take(wallet_id, fee)

    def _take(self, wallet_id: int, fee: Fee) -> None:
        transfer_id = self._move(wallet_id, fee) if fee.amount else None
        subscription, now = fee.subscription, self.ledger.now
        period = (subscription.period_start, subscription.period_end)
        self.collections.append((subscription.pk, fee.kind, *period, fee.amount, transfer_id, now))
        facts: dict[str, Any] = {"amount": fee.amount, "transfer_id": transfer_id}
        self.events.append(events.of_subscription(subscription, _EVENTS[fee.kind], by=self.by, now=now, **facts))

    def _move(self, wallet_id: int, fee: Fee) -> int:
        subscription, transfer_id = fee.subscription, self.ids.pop()
        commission = round_amount(fee.amount * subscription.seller.commission_rate)
        legs = [
            (wallet_id, -fee.amount),
            (self.sellers[subscription.seller_id, subscription.currency], fee.amount - commission),
            (self.exchange[subscription.currency], commission),
        ]
        self.ledger.transfer(
            transfer_id,
            kind=_TRANSFERS[fee.kind],
            key=fee.key,
            input_hash=ledger.input_hash(subscription=subscription.pk, amount=fee.amount, wallet=wallet_id),
            legs=[Leg(account, share, subscription.currency) for account, share in legs if share],
            buyer_id=subscription.buyer_id,
            account_id=subscription.account_id,
            note=f"+{subscription.number.number}",
        )
        return transfer_id

    def write(self) -> None:
        """Write the money, the collections and their events; the subscriptions are there already."""
        ledger.write(self.ledger)
        if self.collections:
            with connection.cursor() as cursor:
                cursor.execute(*_INSERT_COLLECTIONS.statement(self.collections))
        events.write(self.events)
