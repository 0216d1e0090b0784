"""Subscriptions that were bought at a moment of the test's choosing."""

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from buyers.models import Account, Buyer
from numbers.models import Collection, Subscription
from numbers.operations import host_number, purchase
from sellers.models import Seller
from tcxc.models import Company, Membership, User
from tests.numbers.conftest import SYSTEM
from tests.world import make_account

_serial = count(1)


def a_seller(name: str = "Host") -> Seller:
    """A seller of whose charges the exchange keeps a tenth."""
    return Seller.objects.create(company=Company.objects.create(name=name), commission_rate=Decimal("0.10"))


def an_account(money: str, time_zone: str = "UTC") -> Account:
    """An account of a buyer of its own, with an owner to write to."""
    n = next(_serial)
    company = Company.objects.create(name=f"Buyer {n}", time_zone=time_zone)
    owner = User.objects.create_user(f"owner{n}@example.com")
    Membership.objects.create(user=owner, company=company, role="owner")
    return make_account(Buyer.objects.create(company=company), money=money)


def bought(seller: Seller, account: Account, now: datetime, **values: Any) -> Subscription:
    """A fresh number of the seller's, at 2.00 a month, bought at this moment."""
    digits = f"1212555{next(_serial):04}"
    facts: dict[str, Any] = {"monthly_fee": Decimal(2), **values}
    host_number(seller=seller, number=digits, by=SYSTEM, now=now, **facts)
    return purchase(number=digits, account=account, by=SYSTEM, now=now)


def collected(subscription: Subscription) -> list[datetime]:
    """When the months that were collected begin, in their order."""
    months = Collection.objects.filter(subscription=subscription, kind="month").order_by("period_start")
    return list(months.values_list("period_start", flat=True))
