"""Every row lock of this app: documents, numbers in ascending order, then their subscriptions, and wallets last.

Traffic waits for wallets, so none is held while somebody waits for a number.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from billing import ledger
from buyers.models import Account
from numbers.models import Document, Number, Subscription
from numbers.models.prices import PRICES

_CLAIMED = (
    *("number__number", "seller__commission_rate", "buyer_id", "account_id", "currency", "state", "auto_renew"),
    *("first_day", "time_zone", "period", "period_start", "period_end", *PRICES),
)


def lock_document(pk: int) -> Document:
    """The document, locked until the transaction ends: before the subscriptions that it was shown for."""
    found = Document.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("buyer__company").get(pk=pk)


def lock_number(pk: int) -> Number:
    """The number, locked until the transaction ends."""
    found = Number.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("seller__company").get(pk=pk)


def lock_numbers(digits: Iterable[str]) -> dict[str, Number]:
    """Those of these numbers that are hosted, or ever were, locked, by their digits."""
    found = Number.objects.filter(number__in=list(digits)).order_by("pk").select_related("seller__company")
    return {number.number: number for number in found.select_for_update(of=("self",), no_key=True)}


def lock_numbers_by_id(ids: Iterable[int]) -> list[int]:
    """The ids of these numbers, locked."""
    found = Number.objects.filter(pk__in=list(ids)).order_by("pk")
    return list(found.select_for_update(no_key=True).values_list("pk", flat=True))


def lock_subscription(pk: int) -> Subscription:
    """The subscription, locked until the transaction ends."""
    found = Subscription.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("number", "seller__company", "buyer__company", "account__wallet", "link").get(pk=pk)


def lock_number_and_subscription(subscription: Subscription) -> Subscription:
    """Both, locked in order; the number is that of the subscription for ever."""
    number = lock_number(subscription.number_id)
    held = lock_subscription(subscription.pk)
    held.number = number
    return held


def claim_subscriptions(which: Q, *, order: Sequence[str], limit: int) -> list[Subscription]:
    """Some of these subscriptions that nobody holds, locked: several workers share the work without waiting.

    They come with what their months and their letters are about; all else of them is read when it is asked for.
    """
    found = (
        Subscription.objects.filter(which)
        .order_by(*order)
        .select_for_update(skip_locked=True, of=("self",), no_key=True)
    )
    return list(found.select_related("number", "seller").only(*_CLAIMED)[:limit])


def lock_wallet_of(account: Account) -> int:
    """The id of the wallet that the account spends, locked. It spends no other until the transaction ends."""
    wallet_id: int = account.wallet_id
    while True:
        ledger.lock_wallets([wallet_id])
        now = Account.objects.values_list("wallet_id", flat=True).get(pk=account.pk)
        if now == wallet_id:
            return wallet_id
        wallet_id = now  # it moved to another wallet before we had the lock
