"""Calls and messages as the engine leaves them."""

from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from authz.models import Cdr, DailySpend, MessageRecord, Session
from billing import ledger
from billing.models import LedgerAccount, Transfer
from tests.pages.cast import Cast

_serial = count(1)


def _facts(cast: Cast, **other: Any) -> dict[str, Any]:
    now = timezone.now()
    return {
        "recorded_at": now,
        "started_at": now,
        "platform_id": cast.platform.pk,
        "session_id": f"CA{next(_serial):032x}",
        "buyer_id": cast.buyer.company.pk,
        "account_id": cast.account.pk,
        "account_sid": cast.link.account_sid,
        "seller_id": cast.seller.company.pk,
        "connection_id": cast.connection.pk,
        "direction": "outbound",
        "caller": "442071838750",
        "callee": "447700900123",
        "prefix": "44",
        "price_1": Decimal("0.0125"),
        "price_n": Decimal("0.0125"),
        "interval_1": 60,
        "interval_n": 1,
        "commission_rate": Decimal("0.05"),
        "currency": "USD",
        "amount": Decimal("0.025"),
        "commission": Decimal("0.00125"),
        **other,
    }


def make_call(cast: Cast, **other: Any) -> Cdr:
    """An answered call of two minutes for 0.025 USD."""
    return Cdr.objects.create(
        **_facts(cast, **({"result": "answered", "used_seconds": 118, "billed_seconds": 120} | other))
    )


def make_message(cast: Cast, **other: Any) -> MessageRecord:
    """A message of two parts."""
    return MessageRecord.objects.create(**_facts(cast, **({"result": "sent", "parts": 2, "billed_parts": 2} | other)))


def make_live_call(cast: Cast, **other: Any) -> Session:
    """A live call, reported once at 60 seconds."""
    now = timezone.now()
    route = [1, cast.connection.pk, cast.seller.company.pk, "Northern", "sip:1@host", "", "1#", 0, 1, None, 0]
    route += ["0.05", 1, 1, "44", "prefix", False, "0.0125", "0.0125", 60, 1]
    facts: dict[str, Any] = {
        "platform": cast.platform,
        "session_id": f"CA{next(_serial):032x}",
        "state": "live",
        "service": "voice",
        "direction": "outbound",
        "account": cast.account,
        "buyer_id": cast.buyer.company.pk,
        "wallet_id": cast.account.wallet_id,
        "account_sid": cast.link.account_sid,
        "caller": "442071838750",
        "callee": "447700900123",
        "routes": [route],
        "connection_id": cast.connection.pk,
        "granted_units": 180,
        "used_units": 60,
        "charged": Decimal("0.0125"),
        "authorized_at": now,
        "heard_at": now,
        "sweep_at": now,
    }
    return Session.objects.create(**(facts | other))


def earn(cast: Cast, amount: str) -> None:
    """A charge in the ledger: what the buyer paid went to the seller, a twentieth of it to the exchange."""
    paid = Decimal(amount)
    commission = paid / 20
    seller = ledger.ledger_account(LedgerAccount.Kind.SELLER, "USD", cast.seller.company.pk)
    exchange = ledger.ledger_account(LedgerAccount.Kind.COMMISSION, "USD")
    legs = [
        ledger.Leg(cast.account.wallet_id, -paid, "USD"),
        ledger.Leg(seller, paid - commission, "USD"),
        ledger.Leg(exchange, commission, "USD"),
    ]
    key = f"charge:{next(_serial)}"
    ledger.post_transfer(
        kind=Transfer.Kind.CHARGE, key=key, legs=legs, made_by="system", now=timezone.now(), facts={"key": key}
    )


def spend(cast: Cast, amount: str) -> None:
    """What the account was charged today."""
    DailySpend.objects.create(account=cast.account, day=timezone.now().date(), amount=Decimal(amount))
