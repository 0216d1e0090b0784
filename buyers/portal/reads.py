"""What the buyer's pages show. Every query begins at one buyer."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import dropwhile
from typing import Any

from django.db.models import Case, CharField, Count, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext

from authz.models import Cdr, DailySpend, MessageRecord, Session
from billing.models import Entry, Wallet
from buyers.models import Account, Buyer, Interconnect, RestcommLink
from sellers.models import Connection, Service
from tcxc.clock import local_day
from tcxc.errors import NotFound
from tcxc.money import ZERO
from tcxc.pages.picking import Picks

DAYS_SHOWN = 30
MOST_IN_TREE = 200
MOST_WALLETS = 10


@dataclass(frozen=True, slots=True)
class Money:
    """All of a buyer's wallets together, in the buyer's currency."""

    currency: str
    balance: Decimal
    held: Decimal
    credit_limit: Decimal

    @property
    def available(self) -> Decimal:
        """What may still be spent or reserved."""
        return self.balance + self.credit_limit - self.held


@dataclass(frozen=True, slots=True)
class Spend:
    """What was charged today and this month, in the company's time zone, and each of the last thirty days."""

    today: Decimal
    month: Decimal
    days: list[Decimal]

    def runway(self, available: Decimal) -> int | None:
        """For how many whole days the money lasts at the pace of the last seven days before today; None without any.

        Days before the first spend do not slow the pace down.
        """
        week = list(dropwhile(lambda amount: not amount, self.days[-8:-1]))
        pace = sum(week, ZERO) / len(week) if week else ZERO
        return int(max(available, ZERO) / pace) if pace > 0 else None


def wallets_of(buyer: Buyer) -> QuerySet[Wallet]:
    """The buyer's wallets, the shared one first, by name: that of the account that spends it, else its number."""
    spender = Account.objects.filter(wallet=OuterRef("pk")).order_by("name").values("name")[:1]
    number = Concat(Value("#"), Cast("pk", CharField()))
    name = Case(When(is_shared=True, then=Value(gettext("Shared"))), default=Coalesce(Subquery(spender), number))
    return Wallet.objects.filter(company_id=buyer.pk).annotate(name=name).order_by("-is_shared", "pk")


def names_of_wallets(buyer: Buyer) -> dict[int, str]:
    """What all of the buyer's wallets are called, by their number: for files."""
    rows: QuerySet[Any] = wallets_of(buyer)
    return dict(rows.values_list("pk", "name"))


def ledger_accounts_of(buyer: Buyer) -> list[int]:
    """The numbers of the buyer's wallets."""
    return list(Wallet.objects.filter(company_id=buyer.pk).values_list("pk", flat=True))


def spent_wallets_of(buyer: Buyer) -> QuerySet[Wallet]:
    """The buyer's wallets that any account spends, with how many do."""
    return (
        Wallet.objects.filter(company_id=buyer.pk).annotate(account_count=Count("accounts")).filter(account_count__gt=0)
    )


def spenders_of(wallets: list[Wallet]) -> dict[int, list[Account]]:
    """The accounts that spend each of these wallets, by name; of those that share one, no more than two hundred."""
    shared = [wallet.pk for wallet in wallets if wallet.is_shared]
    alone = [wallet.pk for wallet in wallets if not wallet.is_shared]
    found = list(Account.objects.filter(wallet__in=shared).order_by("name")[:MOST_IN_TREE])
    found += Account.objects.filter(wallet__in=alone).order_by("name")
    by_wallet: defaultdict[int, list[Account]] = defaultdict(list)
    for account in found:
        by_wallet[account.wallet_id].append(account)
    return by_wallet


def money_of(buyer: Buyer) -> Money:
    """The sum of the buyer's wallets."""
    sums = Wallet.objects.filter(company_id=buyer.pk, currency=buyer.currency).aggregate(
        balance=Sum("balance", default=ZERO), held=Sum("held", default=ZERO), limit=Sum("credit_limit", default=ZERO)
    )
    return Money(buyer.currency, sums["balance"], sums["held"], sums["limit"])


def spend_of(buyer: Buyer, *, at: datetime) -> Spend:
    """What the buyer's accounts were charged lately."""
    today = local_day(at, buyer.company.time_zone)
    first = min(today.replace(day=1), today - timedelta(days=DAYS_SHOWN - 1))
    rows = (
        DailySpend.objects.filter(account__buyer=buyer, day__gte=first).values_list("day").annotate(sum=Sum("amount"))
    )
    by_day: dict[date, Decimal] = dict(rows)
    shown = [by_day.get(today - timedelta(days=n), ZERO) for n in reversed(range(DAYS_SHOWN))]
    month = sum((amount for day, amount in by_day.items() if (day.year, day.month) == (today.year, today.month)), ZERO)
    return Spend(by_day.get(today, ZERO), month, shown)


def spend_today(buyer: Buyer, accounts: list[Account], *, at: datetime) -> dict[int, Decimal]:
    """What each of these accounts was charged today."""
    today = local_day(at, buyer.company.time_zone)
    return dict(DailySpend.objects.filter(account__in=accounts, day=today).values_list("account_id", "amount"))


def live_calls(buyer: Buyer) -> int:
    """How many calls of the buyer are live."""
    return Session.objects.filter(account__buyer=buyer, state=Session.State.LIVE, service=Service.VOICE).count()


def live_by_account(accounts: list[Account]) -> dict[int, int]:
    """How many calls of each of these accounts are live."""
    live = Session.objects.filter(account__in=accounts, state=Session.State.LIVE, service=Service.VOICE)
    return dict(live.values_list("account_id").annotate(Count("pk")))


def accounts_of(buyer: Buyer) -> QuerySet[Account]:
    """The buyer's accounts with their wallets and how many sub-accounts are linked."""
    return Account.objects.filter(buyer=buyer).select_related("wallet").annotate(link_count=Count("links"))


def account_of(buyer: Buyer, pk: int) -> Account:
    """One account of the buyer. Raises `NotFound` for another buyer's too."""
    account = Account.objects.filter(buyer=buyer, pk=pk).select_related("wallet", "buyer__company").first()
    if account is None:
        raise NotFound("There is no such account.")
    return account


def attention_of(buyer: Buyer) -> list[Account]:
    """The accounts that are blocked, or whose available money is below their notice."""
    low = [
        account
        for account in Account.objects.filter(buyer=buyer)
        .filter(Q(status=Account.Status.BLOCKED) | Q(low_balance_threshold__isnull=False))
        .select_related("wallet")
        .order_by("name")[:200]
        if account.status == Account.Status.BLOCKED or is_low(account)
    ]
    return low[:10]


def is_low(account: Account) -> bool:
    """Whether less is available than the account's low-balance notice asks for."""
    return account.low_balance_threshold is not None and account.wallet.available < account.low_balance_threshold


def calls_of(buyer: Buyer) -> QuerySet[Cdr]:
    """The buyer's calls."""
    return Cdr.objects.filter(buyer_id=buyer.pk)


def messages_of(buyer: Buyer) -> QuerySet[MessageRecord]:
    """The buyer's messages."""
    return MessageRecord.objects.filter(buyer_id=buyer.pk)


def entries_of(buyer: Buyer) -> QuerySet[Entry]:
    """What came into the buyer's wallets and went out of them."""
    return Entry.objects.filter(ledger_account_id__in=ledger_accounts_of(buyer)).select_related("transfer")


def accounts_to_pick(buyer: Buyer) -> Picks:
    """The buyer's accounts, for a filter by account and for the names in a table."""
    return Picks(Account.objects.filter(buyer=buyer).order_by("name"))


def names_of_accounts(buyer: Buyer) -> dict[int, str]:
    """The names of all of the buyer's accounts by their number: for files."""
    return dict(Account.objects.filter(buyer=buyer).values_list("pk", "name"))


def name_of_account(buyer: Buyer, pk: int | None) -> str | None:
    """What an account of the buyer is called."""
    return Account.objects.filter(buyer=buyer, pk=pk or 0).values_list("name", flat=True).first()


def links_of(account: Account) -> list[RestcommLink]:
    """The sub-accounts tied to an account."""
    return list(RestcommLink.objects.filter(account=account).select_related("platform").order_by("pk"))


def link_of(account: Account, pk: int) -> RestcommLink:
    """One link of an account. Raises `NotFound`."""
    found = RestcommLink.objects.filter(account=account, pk=pk).select_related("platform", "account__buyer__company")
    link = found.first()
    if link is None:
        raise NotFound("There is no such link.")
    return link


def interconnects_of(account: Account) -> list[Interconnect]:
    """The routes of an account that are in use, asked for or rejected, in their order."""
    found = Interconnect.objects.filter(account=account).exclude(status=Interconnect.Status.ENDED)
    return list(found.select_related("connection__seller__company").order_by("connection__service", "position", "pk"))


def interconnect_of(account: Account, pk: int) -> Interconnect:
    """One interconnect of an account. Raises `NotFound`."""
    found = Interconnect.objects.filter(account=account, pk=pk).select_related("connection__seller__company").first()
    if found is None:
        raise NotFound("There is no such interconnect.")
    return found


def offers_for(account: Account) -> QuerySet[Connection]:
    """What the account could be interconnected with: on the market, in its currency, and not in use yet."""
    taken = Interconnect.objects.filter(account=account).exclude(status=Interconnect.Status.ENDED).values("connection")
    offers = Connection.objects.filter(
        status=Connection.Status.ACTIVE, seller__is_active=True, seller__currency=account.buyer.currency
    )
    return (
        offers.exclude(pk__in=taken)
        .select_related("seller__company")
        .order_by("service", "seller__company__name", "name")
    )
