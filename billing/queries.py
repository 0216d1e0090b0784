"""Reads of the ledger."""

from django.db.models import QuerySet

from billing.models import Entry, LedgerAccount, Wallet


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
