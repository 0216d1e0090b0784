"""Reads of the ledger. Amounts are in the currency of their account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from billing.models import Entry, LedgerAccount, Wallet
from tcxc.bulk import array

# What is folded and what came since, in one statement and so from one snapshot.
_BALANCES = """
SELECT a.id, coalesce(w.balance, coalesce(f.balance, 0) + coalesce(
  (SELECT sum(e.amount) FROM billing_entry e
   WHERE e.ledger_account_id = a.id AND e.id > coalesce(f.through_entry_id, 0)), 0))
FROM billing_ledgeraccount a LEFT JOIN billing_wallet w ON w.ledger_account_id = a.id
  LEFT JOIN billing_fold f ON f.ledger_account_id = a.id
WHERE a.id = ANY(%s::bigint[])
"""
_DAYS = """
SELECT day, sum(received), sum(given), sum(entries)::bigint FROM (
  SELECT day, received, given, entries FROM billing_daytotal
  WHERE ledger_account_id = ANY(%(accounts)s::bigint[]) AND day BETWEEN %(first)s AND %(last)s
  UNION ALL
  SELECT (e.recorded_at AT TIME ZONE coalesce(c.time_zone, 'UTC'))::date, greatest(e.amount, 0), -least(e.amount, 0), 1
  FROM billing_entry e JOIN billing_ledgeraccount a ON a.id = e.ledger_account_id
    LEFT JOIN tcxc_company c ON c.id = a.company_id
  WHERE e.ledger_account_id = ANY(%(accounts)s::bigint[])
    AND e.id > coalesce((SELECT folded_through FROM billing_foldmark), 0)
) parts WHERE day BETWEEN %(first)s AND %(last)s GROUP BY day ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What some accounts received and gave on one day of their company's calendar; both amounts are above zero."""

    day: date
    received: Decimal
    given: Decimal
    entries: int


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a seller is owed in one currency: everything earned, less everything given back."""

    ledger_account_id: int
    currency: str
    balance: Decimal


def entries_of_wallet(wallet_id: int) -> QuerySet[Entry]:
    """What came into a wallet and went out of it, with each transfer."""
    return Entry.objects.filter(ledger_account_id=wallet_id).select_related("transfer")


def entries_of_seller(company_id: int | None) -> QuerySet[Entry]:
    """What a seller (its company's id) earned and gave back; with None all sellers."""
    accounts = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.SELLER)
    if company_id is not None:
        accounts = accounts.filter(company_id=company_id)
    return Entry.objects.filter(ledger_account__in=accounts).select_related("transfer")


def wallet_of(pk: int) -> Wallet:
    """A wallet as it stands now."""
    return Wallet.objects.get(pk=pk)


def wallets_of(company_id: int) -> QuerySet[Wallet]:
    """A buyer's wallets as they stand now, the shared ones first."""
    return Wallet.objects.filter(company_id=company_id).order_by("-is_shared", "currency", "pk")


def balances_of(ledger_account_ids: Sequence[int]) -> dict[int, Decimal]:
    """What each ledger account has, to the last committed entry: a wallet's balance, or the sum of the entries."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [array(ledger_account_ids)])
        return dict(cursor.fetchall())


def balance_of(ledger_account_id: int) -> Decimal:
    """What one ledger account has. Raises KeyError for one that does not exist."""
    return balances_of([ledger_account_id])[ledger_account_id]


def earnings_of(seller_id: int) -> list[Earnings]:
    """What the exchange owes a seller (its company's id), by currency."""
    accounts = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.SELLER, company_id=seller_id).order_by("currency")
    currencies = dict(accounts.values_list("pk", "currency"))
    balances = balances_of(list(currencies))
    return [Earnings(pk, currency, balances[pk]) for pk, currency in currencies.items()]


def totals_by_day(ledger_account_ids: Sequence[int], *, first: date, last: date) -> list[Day]:
    """What accounts of one currency received and gave on each day, for charts; days without an entry are left out."""
    wanted: dict[str, Any] = {"accounts": array(ledger_account_ids), "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, wanted)
        return [Day(*row) for row in cursor.fetchall()]
