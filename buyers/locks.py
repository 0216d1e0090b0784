"""Every row lock of this app: buyer, then wallets in ascending order, then account, as the engine takes them."""

from billing.models import Wallet
from buyers.models import Account, Buyer, Interconnect
from tcxc.errors import Refused


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

    Raises `Refused` (`changed_meanwhile`) when it was moved to another wallet since it was read.
    """
    buyer = lock_buyer(account.buyer_id)
    shared = Wallet.objects.filter(company_id=buyer.pk, is_shared=True).values_list("pk", flat=True)
    wanted = {account.wallet_id, account.own_wallet_id, *shared} - {None}
    list(Wallet.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True))
    held = lock_account(account.pk)
    if held.wallet_id != account.wallet_id:
        raise Refused("The account was changed at the same moment: look again.", type_="changed_meanwhile")
    return held


def lock_interconnect(pk: int) -> Interconnect:
    """The interconnect, locked until the transaction ends."""
    found = Interconnect.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("account__buyer__company", "connection__seller__company").get(pk=pk)
