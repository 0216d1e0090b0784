"""Every row lock of this app: buyer, then wallets in ascending order, then account, as the engine takes them."""

from django.db.models import Q

from billing.models import Wallet
from buyers.models import Account, Buyer, Interconnect


def lock_buyer(pk: int) -> Buyer:
    """The buyer, locked until the transaction ends: what it opens is opened once."""
    found = Buyer.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("company").get(pk=pk)


def lock_account(pk: int) -> Account:
    """The account alone, locked until the transaction ends."""
    found = Account.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("wallet", "own_wallet", "buyer__company").get(pk=pk)


def lock_account_and_wallets(account: Account) -> Account:
    """The account, locked after its buyer, its own wallet and the shared one: meanwhile no traffic of it is decided.

    Accounts move between wallets under their buyer's lock only, so the wallets read after it are the right ones.
    """
    buyer = lock_buyer(account.buyer_id)
    now = Account.objects.values("wallet_id", "own_wallet_id").get(pk=account.pk)
    wanted = Q(pk__in=set(now.values()) - {None}) | Q(company_id=buyer.pk, is_shared=True)
    list(Wallet.objects.filter(wanted).order_by("pk").select_for_update(no_key=True))
    return lock_account(account.pk)


def lock_interconnect(pk: int) -> Interconnect:
    """The interconnect, locked after its account, whose version moves with it, until the transaction ends."""
    lock_account(Interconnect.objects.values_list("account_id", flat=True).get(pk=pk))
    found = Interconnect.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("account__buyer__company", "connection__seller__company").get(pk=pk)
