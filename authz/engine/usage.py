"""Moves the money of a session or event: posts what was used, sets aside what is granted.

Every charge is one transfer from the buyer's wallet to the seller and, for its share, the exchange. Amounts are
totals: each posting is the difference between the charge of all that is used and what was charged before, so the sum of
the slices is the charge of the whole, to the last decimal.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from authz.engine import rating
from authz.engine.state import AccountState, Batch, Route, SessionState
from billing.ledger import Leg, legs_hash
from billing.models import LedgerAccount, Transfer
from tcxc.money import ZERO

SELLER = LedgerAccount.Kind.SELLER.value
COMMISSION = LedgerAccount.Kind.COMMISSION.value


def release_hold(batch: Batch, session: SessionState, *, posted: Decimal, expired: bool = False) -> None:
    """End the session's hold; `posted` of it becomes a charge, as far as it goes."""
    if session.hold_id is None:
        return
    held, part = session.held, min(max(posted, ZERO), session.held)
    batch.ledger.resolve(session.hold_id, session.wallet_id or 0, held, posted=part, expired=expired)
    account = batch.accounts.get(session.account_id or 0)
    if account is not None:
        account.open_holds -= held
    session.hold_id, session.held = None, ZERO


def set_aside(
    batch: Batch, session: SessionState, account: AccountState, *, granted_before: int, renewed: int | None = None
) -> None:
    """Hold what the granted units will cost beyond what is charged already, by the hold `renewed` if it had one."""
    amount = max(rating.charge(session.price, session.granted_units) - session.charged, ZERO)
    if not amount:
        return
    wallet_id = account.wallet_id if session.wallet_id is None else session.wallet_id
    may_overrun = session.granted_units == granted_before
    session.held = amount
    account.open_holds += amount
    if renewed is not None:
        session.hold_id = renewed
        batch.ledger.renew(renewed, wallet_id, amount, may_overrun=may_overrun)
        return
    session.hold_id = next(batch.ids.hold)
    batch.ledger.hold(
        session.hold_id,
        wallet_id,
        amount,
        buyer_id=account.buyer_id,
        account_id=account.id,
        purpose="session",
        may_overrun=may_overrun,
    )


def unposted(session: SessionState, used: int) -> Decimal:
    """What these used units cost beyond what is charged already; below zero when too much was charged."""
    return rating.charge(session.price, used) - session.charged


def post(batch: Batch, session: SessionState, amount: Decimal) -> None:
    """Charge what is `unposted`, once: the wallet may pass its limit for what was used beyond the grant.

    When the call has moved to another route, that route's seller gets the whole, and the one before nothing.
    """
    route = session.chosen
    if route is None:
        return
    paid, session.moved_from = session.moved_from or route, None
    if not amount and paid is route:
        return
    commission = rating.commission_of(session.charged + amount, route.commission_rate)
    earned: dict[int, Decimal] = defaultdict(Decimal)
    earned[paid.seller_id] -= session.charged - session.commission
    earned[route.seller_id] += session.charged + amount - commission
    legs = _legs(batch, session.wallet_id or 0, amount, earned, commission - session.commission)
    if not legs:
        return
    session.postings += 1
    transfer_id = next(batch.ids.transfer)
    _transfer(
        batch,
        transfer_id,
        kind=Transfer.Kind.CHARGE if amount > 0 else Transfer.Kind.ADJUSTMENT,
        key=f"session:{session.id}:{session.postings}",
        legs=legs,
        buyer_id=session.buyer_id,
        account_id=session.account_id,
        note=f"{session.service} {session.session_id}",
        reverses_id=None if amount > 0 else session.last_transfer_id,
    )
    session.charged += amount
    session.commission = commission
    session.last_transfer_id = transfer_id
    count_as_spent(batch, session.account_id, amount)


def count_as_spent(batch: Batch, account_id: int | None, amount: Decimal) -> None:
    """Count a charge, or what comes back, against the account's daily spend."""
    account = batch.accounts.get(account_id or 0)
    if account is not None:
        account.spend(amount, batch.now)


def charge_event(
    batch: Batch, event_key: str, route: Route, account: AccountState, amount: Decimal
) -> tuple[int, Decimal]:
    """Charge an event at once. Returns the transfer's id and the commission in it."""
    commission = rating.commission_of(amount, route.commission_rate)
    transfer_id = next(batch.ids.transfer)
    _transfer(
        batch,
        transfer_id,
        kind=Transfer.Kind.CHARGE,
        key=event_key,
        legs=_legs(batch, account.wallet_id, amount, {route.seller_id: amount - commission}, commission),
        buyer_id=account.buyer_id,
        account_id=account.id,
        note=event_key,
        reverses_id=None,
    )
    account.spend(amount, batch.now)
    return transfer_id, commission


def refund(
    batch: Batch,
    key: str,
    *,
    wallet_id: int,
    account_id: int | None,
    seller_id: int,
    amounts: tuple[Decimal, Decimal],
    reverses_id: int | None,
) -> int:
    """Give a charge and its commission back, whole. Returns the transfer's id."""
    amount, commission = amounts
    transfer_id: int = next(batch.ids.transfer)
    account = batch.accounts.get(account_id or 0)
    _transfer(
        batch,
        transfer_id,
        kind=Transfer.Kind.REFUND,
        key=key,
        legs=_legs(batch, wallet_id, -amount, {seller_id: commission - amount}, -commission),
        buyer_id=account.buyer_id if account is not None else None,
        account_id=account_id,
        note=key,
        reverses_id=reverses_id,
    )
    count_as_spent(batch, account_id, -amount)
    return transfer_id


def _legs(
    batch: Batch, wallet_id: int, amount: Decimal, earned: Mapping[int, Decimal], commission: Decimal
) -> list[Leg]:
    """The wallet gives an amount, of which each seller gets what it earned and the exchange its commission."""
    currency = batch.ledger.wallets[wallet_id].currency
    sides = [(wallet_id, -amount)]
    sides += [(batch.ledger_accounts[SELLER, currency, seller], share) for seller, share in earned.items()]
    sides.append((batch.ledger_accounts[COMMISSION, currency, None], commission))
    return [Leg(account, share, currency) for account, share in sides if share]


def _transfer(
    batch: Batch,
    transfer_id: int,
    *,
    kind: str,
    key: str,
    legs: list[Leg],
    buyer_id: int | None,
    account_id: int | None,
    note: str,
    reverses_id: int | None,
) -> None:
    batch.ledger.transfer(
        transfer_id,
        kind=kind,
        key=key,
        input_hash=legs_hash(legs),
        legs=legs,
        may_overrun=True,
        buyer_id=buyer_id,
        account_id=account_id,
        note=note[:255],
        reverses_id=reverses_id,
    )
