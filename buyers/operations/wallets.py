"""Which wallet an account spends."""

from billing.models import Hold, Wallet
from billing.operations import open_wallet
from buyers.models import Account, Buyer
from tcxc.errors import Refused


def new_wallet(buyer: Buyer, mode: str) -> Wallet:
    """The wallet of a new account: the buyer's shared one, opened when it is first wanted, or a fresh one."""
    if mode == Account.WalletMode.SHARED:
        return shared_wallet(buyer)
    return open_wallet(company=buyer.company, currency=buyer.currency, is_shared=False)


def shared_wallet(buyer: Buyer) -> Wallet:
    """The buyer's shared wallet. The caller holds the buyer's lock, so it is opened once."""
    found = Wallet.objects.filter(company_id=buyer.pk, currency=buyer.currency, is_shared=True).first()
    return found or open_wallet(company=buyer.company, currency=buyer.currency, is_shared=True)


def other_wallet(account: Account) -> None:
    """Move a locked account (its wallets locked too) from its own wallet to the shared one, or back.

    Money stays where it is: an own wallet waits with its balance. Raises `Refused` (`live_holds`) while calls or
    messages of the account hold money, since those are charged where they were granted.
    """
    if Hold.objects.filter(wallet_id=account.wallet_id, account_id=account.pk, state=Hold.State.PENDING).exists():
        raise Refused(
            "Calls or messages of this account are under way: try again when they have ended.", type_="live_holds"
        )
    if account.wallet_mode == Account.WalletMode.OWN:
        account.own_wallet = account.wallet
        account.wallet = shared_wallet(account.buyer)
        account.wallet_mode = Account.WalletMode.SHARED
    else:
        account.wallet = account.own_wallet or new_wallet(account.buyer, Account.WalletMode.OWN)
        account.own_wallet = account.wallet
        account.wallet_mode = Account.WalletMode.OWN
