"""The one writer of money.

A `LedgerBatch` holds wallets that the caller's transaction has locked, moves money between them and other ledger
accounts in memory, refusing what the wallets don't cover, and then writes everything with one statement a table. One
transfer is a batch of one (`post_transfer`); the AAA engine flushes hundreds at once. The database's own guards
(CHECK on the wallet, zero-sum and append-only triggers) stand behind every line of this.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction

from billing.models import Hold, LedgerAccount, Transfer, Wallet
from tcxc import live
from tcxc.bulk import BulkInsert, Statement, array
from tcxc.crypto import hash_secret
from tcxc.errors import InsufficientBalance, KeyReused
from tcxc.models import Company
from tcxc.money import ZERO

# Wallets are locked in ascending order of their ids, by everybody, so that no two batches wait for each other.
LOCK_WALLETS = """
SELECT ledger_account_id, currency, balance, held, credit_limit FROM billing_wallet
WHERE ledger_account_id = ANY(%s::bigint[]) ORDER BY ledger_account_id FOR NO KEY UPDATE
"""

INSERT_TRANSFERS = BulkInsert(
    "billing_transfer",
    id="bigint",
    kind="text",
    key="text",
    input_hash="text",
    occurred_at="timestamptz",
    recorded_at="timestamptz",
    made_by="text",
    buyer_id="bigint",
    account_id="bigint",
    note="text",
    reverses_id="bigint",
)
INSERT_ENTRIES = BulkInsert(
    "billing_entry",
    transfer_id="bigint",
    ledger_account_id="bigint",
    currency="text",
    amount="numeric",
    balance_after="numeric",
    recorded_at="timestamptz",
)
INSERT_HOLDS = BulkInsert(
    "billing_hold",
    id="bigint",
    wallet_id="bigint",
    buyer_id="bigint",
    account_id="bigint",
    purpose="text",
    amount="numeric",
    state="text",
    posted_amount="numeric",
    opened_at="timestamptz",
    resolved_at="timestamptz",
)
CHANGE_HOLDS = """
UPDATE billing_hold h SET amount = coalesce(h.posted_amount + t.amount, h.amount),
  posted_amount = h.posted_amount + t.posted,
  state = CASE WHEN t.state <> 'pending' AND h.posted_amount + t.posted > 0 THEN 'posted' ELSE t.state END,
  resolved_at = CASE WHEN t.state <> 'pending' THEN %s::timestamptz END
FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::numeric[]) t(id, state, amount, posted) WHERE h.id = t.id
"""
UPDATE_WALLETS = """
UPDATE billing_wallet w SET balance = t.balance, held = t.held, overrun = t.overrun
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) t(id, balance, held, overrun)
WHERE w.ledger_account_id = t.id
"""


@dataclass(slots=True)
class LockedWallet:
    """A wallet under lock, and where it will stand when the batch is flushed. Amounts are in its currency."""

    id: int
    currency: str
    balance: Decimal
    held: Decimal
    credit_limit: Decimal
    touched: bool = False

    @property
    def available(self) -> Decimal:
        """What may still be spent or reserved."""
        return self.balance + self.credit_limit - self.held

    @property
    def overrun(self) -> Decimal:
        """How far marked overruns and reversals have taken the wallet past its limit."""
        return max(ZERO, -self.available)


@dataclass(slots=True)
class Leg:
    """One side of a transfer: the ledger account, and what it gets (above zero) or gives (below)."""

    ledger_account_id: int
    amount: Decimal
    currency: str


@dataclass(slots=True)
class ChangedHold:
    """What becomes of a hold: how much of it is posted, and (when it is renewed) its amount, counted from before."""

    state: str = Hold.State.PENDING
    amount: Decimal | None = None
    posted: Decimal = ZERO


@dataclass(slots=True)
class OpenedHold(ChangedHold):
    """A hold that this batch opens; it may also be resolved in the same batch."""

    wallet_id: int = 0
    buyer_id: int = 0
    account_id: int = 0
    purpose: str = ""


@dataclass(slots=True)
class LedgerBatch:
    """Money that moves in one transaction. `ids` are fresh ids, given by `next_ids`, for transfers and holds."""

    wallets: dict[int, LockedWallet]
    now: datetime
    made_by: str
    transfers: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    opened: dict[int, OpenedHold] = field(default_factory=dict)
    changed: dict[int, ChangedHold] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Iterable[Sequence[Any]], *, now: datetime, made_by: str) -> "LedgerBatch":
        """A batch over the rows that `LOCK_WALLETS` returned."""
        return cls({row[0]: LockedWallet(*row) for row in rows}, now, made_by)

    def hold(
        self,
        hold_id: int,
        wallet_id: int,
        amount: Decimal,
        *,
        buyer_id: int,
        account_id: int,
        purpose: str,
        may_overrun: bool = False,
    ) -> None:
        """Set money aside. Raises `InsufficientBalance` when the wallet does not cover it.

        `may_overrun` is for what was granted before, and is only set aside anew.
        """
        self._set_aside(wallet_id, amount, may_overrun=may_overrun)
        self.opened[hold_id] = OpenedHold(Hold.State.PENDING, amount, ZERO, wallet_id, buyer_id, account_id, purpose)

    def resolve(self, hold_id: int, wallet_id: int, amount: Decimal, *, posted: Decimal, expired: bool = False) -> None:
        """End a hold that holds `amount`, of which `posted` becomes a charge (post that by a transfer of its own)."""
        wallet = self.wallets[wallet_id]
        wallet.held -= amount
        wallet.touched = True
        hold = self._changed(hold_id)
        hold.posted += posted
        hold.state = Hold.State.POSTED if hold.posted else Hold.State.EXPIRED if expired else Hold.State.VOIDED

    def renew(self, hold_id: int, wallet_id: int, amount: Decimal, *, may_overrun: bool = False) -> None:
        """Let a hold that this batch has just resolved go on after all, and hold `amount` beyond what it has posted.

        Raises `InsufficientBalance` as `hold` does.
        """
        self._set_aside(wallet_id, amount, may_overrun=may_overrun)
        hold = self._changed(hold_id)
        hold.amount, hold.state = hold.posted + amount, Hold.State.PENDING

    def _set_aside(self, wallet_id: int, amount: Decimal, *, may_overrun: bool) -> None:
        wallet = self.wallets[wallet_id]
        if amount > wallet.available and not may_overrun:
            raise InsufficientBalance(f"{amount} is needed and {wallet.available} is available.")
        wallet.held += amount
        wallet.touched = True

    def _changed(self, hold_id: int) -> ChangedHold:
        return self.opened.get(hold_id) or self.changed.setdefault(hold_id, ChangedHold())

    def transfer(
        self,
        transfer_id: int,
        *,
        kind: str,
        key: str,
        input_hash: str,
        legs: Sequence[Leg],
        may_overrun: bool = False,
        occurred_at: datetime | None = None,
        buyer_id: int | None = None,
        account_id: int | None = None,
        note: str = "",
        reverses_id: int | None = None,
    ) -> None:
        """Move money between accounts; the legs must sum to zero.

        Raises `InsufficientBalance` when a wallet would pass its limit, unless `may_overrun` (traffic that happened,
        or a reversal); then nothing has moved, and the batch may go on.
        """
        if not may_overrun:
            self._check_covered(legs)
        for leg in legs:
            after = self._move(leg)
            self.entries.append((transfer_id, leg.ledger_account_id, leg.currency, leg.amount, after, self.now))
        occurred_at = occurred_at or self.now
        head = (transfer_id, kind, key, input_hash, occurred_at, self.now, self.made_by)
        self.transfers.append((*head, buyer_id, account_id, note, reverses_id))

    def _check_covered(self, legs: Sequence[Leg]) -> None:
        for leg in legs:
            wallet = self.wallets.get(leg.ledger_account_id)
            if wallet is not None and leg.amount < 0 and wallet.available + leg.amount < 0:
                raise InsufficientBalance(f"{-leg.amount} is needed and {wallet.available} is available.")

    def _move(self, leg: Leg) -> Decimal | None:
        """Move a wallet's balance. Returns what it is then; None for an account that is only appended to."""
        wallet = self.wallets.get(leg.ledger_account_id)
        if wallet is None:
            return None
        wallet.balance += leg.amount
        wallet.touched = True
        return wallet.balance

    def statements(self) -> list[Statement]:
        """Everything that the batch writes, in the order in which to execute it."""
        found: list[Statement] = []
        if self.transfers:
            found.append(INSERT_TRANSFERS.statement(self.transfers))
            found.append(INSERT_ENTRIES.statement(self.entries))
        if self.opened:
            found.append(INSERT_HOLDS.statement([self._hold_row(*item) for item in self.opened.items()]))
        if self.changed:
            rows = ((hold_id, hold.state, hold.amount, hold.posted) for hold_id, hold in self.changed.items())
            found.append((CHANGE_HOLDS, [self.now, *map(array, zip(*rows, strict=True))]))
        touched = [w for w in self.wallets.values() if w.touched]
        if touched:
            columns = zip(*((w.id, w.balance, w.held, w.overrun) for w in touched), strict=True)
            found.append((UPDATE_WALLETS, [array(column) for column in columns]))
        return found

    def _hold_row(self, hold_id: int, hold: OpenedHold) -> tuple[Any, ...]:
        resolved_at = None if hold.state == Hold.State.PENDING else self.now
        head = (hold_id, hold.wallet_id, hold.buyer_id, hold.account_id, hold.purpose, hold.amount)
        return (*head, hold.state, hold.posted, self.now, resolved_at)


def input_hash(**facts: Any) -> str:
    """A hash of what a transfer was asked to do, to tell a retry from another request under the same key."""
    return hash_secret(_FACTS.encode(facts))


_FACTS = json.JSONEncoder(sort_keys=True, default=str)


def legs_hash(legs: Iterable[Leg]) -> str:
    """As `input_hash`, of who gets how much, for those who make a transfer of nothing else."""
    return hash_secret(" ".join([f"{leg.ledger_account_id} {leg.amount}" for leg in legs]))


def find_transfer(*, key: str, digest: str) -> Transfer | None:
    """The transfer of this key, if it was made. Raises `KeyReused` when it was made from another input."""
    made = Transfer.objects.filter(key=key).first()
    if made is not None and made.input_hash != digest:
        raise KeyReused("This key was already used for another transfer; use a new one.")
    return made


def lock_wallets(ids: Iterable[int]) -> list[tuple[Any, ...]]:
    """Lock wallets until the transaction ends, in the one order. Returns their rows, for `LedgerBatch.of_rows`."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_WALLETS, [array(ids)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def post_transfer(
    *,
    kind: str,
    key: str,
    legs: Sequence[Leg],
    made_by: str,
    now: datetime,
    facts: Mapping[str, Any],
    may_overrun: bool = False,
    account_id: int | None = None,
    note: str = "",
    reverses_id: int | None = None,
) -> Transfer:
    """Make one transfer, durable when the caller's transaction commits, and once for each key.

    A retry gives the first transfer, even when the money is spent meanwhile; the same key with other `facts` raises
    `KeyReused`, a wallet that does not cover its leg raises `InsufficientBalance`. Legs name any wallets and other
    ledger accounts; the first wallet's company is noted as the buyer.
    """
    digest = input_hash(kind=kind, **facts)
    try:
        with transaction.atomic():
            batch = LedgerBatch.of_rows(lock_wallets(leg.ledger_account_id for leg in legs), now=now, made_by=made_by)
            made = find_transfer(key=key, digest=digest)  # made before, or by whoever held the locks before us
            if made is not None:
                return made
            batch.transfer(
                next_transfer_ids(1)[0],
                kind=kind,
                key=key,
                input_hash=digest,
                legs=legs,
                may_overrun=may_overrun,
                buyer_id=_owner_of(batch),
                account_id=account_id,
                note=note,
                reverses_id=reverses_id,
            )
            write(batch)
    except IntegrityError:  # meanwhile the key was used for other wallets, so that no lock of ours made anybody wait
        made = find_transfer(key=key, digest=digest)
        if made is None:
            raise
        return made
    return Transfer.objects.get(key=key)


def next_transfer_ids(count: int) -> list[int]:
    """So many fresh ids for the transfers of a batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('billing_transfer_id_seq') FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def _owner_of(batch: LedgerBatch) -> int | None:
    """The company of the first wallet; all that own one are told that their money has moved."""
    owners = list(Wallet.objects.filter(pk__in=batch.wallets).order_by("pk").values_list("company_id", flat=True))
    live.tell_on_commit(*((live.What.TRAFFIC, company) for company in owners))
    return next(iter(owners), None)


def write(batch: LedgerBatch) -> None:
    """Write all that moved in a batch, in the transaction that locked its wallets."""
    with connection.cursor() as cursor:
        for sql, params in batch.statements():
            cursor.execute(sql, params)


def ledger_account(kind: LedgerAccount.Kind, currency: str, company_id: int | None = None) -> int:
    """The id of a company's account of this kind, or of the exchange's own; opened when first asked for."""
    company = None if company_id is None else Company.objects.get(pk=company_id)
    found, _ = LedgerAccount.objects.get_or_create(kind=kind, company=company, currency=currency)
    return found.pk


def seller_accounts(owners: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The ids of what sellers (their companies' ids) are owed in a currency; those not there yet are opened."""
    wanted = set(owners)
    companies = {company_id for company_id, _ in wanted}
    found = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.SELLER, company_id__in=companies)
    ids = {(row[0], row[1]): row[2] for row in found.values_list("company_id", "currency", "pk") if row[0] is not None}
    for company_id, currency in sorted(wanted - ids.keys()):  # once in a seller's life
        ids[company_id, currency] = ledger_account(LedgerAccount.Kind.SELLER, currency, company_id)
    return {owner: ids[owner] for owner in wanted}
