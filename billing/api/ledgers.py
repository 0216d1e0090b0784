"""Ledgers: what moved in an account's wallet, or to a seller."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from billing.api.serializers import EntryFilters, EntrySerializer
from billing.models import Entry
from billing.queries import entries_of_seller, entries_of_wallet
from buyers.queries.accounts import find_account
from tcxc.api.access import allow
from tcxc.api.lists import FORMAT, ListOrFile, list_or_file
from tcxc.api.paging import BY_ID
from tcxc.models import Holder
from tcxc.scopes import Scope

PATHS = {
    "since": "recorded_at__gte",
    "until": "recorded_at__lt",
    "kind": "transfer__kind",
    "account": "transfer__account_id",
}


class LedgerPart(ListOrFile):
    """A list of entries."""

    row = EntrySerializer
    file_name = "ledger.csv"

    def entries(self, rows: QuerySet[Entry]) -> HttpResponseBase:
        """The entries that the filters leave, the newest first."""
        filters: dict[str, Any] = self.query(EntryFilters)
        return self.listed(rows.filter(**{PATHS[name]: value for name, value in filters.items()}), BY_ID)


class AccountLedgerView(LedgerPart):
    """The ledger of an account's wallet."""

    access = {"GET": allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.MONEY_READ)}

    @extend_schema(
        parameters=[EntryFilters, FORMAT], responses=list_or_file(EntrySerializer), operation_id="accounts_ledger"
    )
    def get(self, request: Request, account_id: int) -> HttpResponseBase:
        """List the entries of the wallet that the account spends, the newest first.

        A shared wallet's ledger has the entries of all accounts that spend it: `account` tells them apart.
        """
        buyer_id = None if self.caller.is_operator else self.caller.company_id
        account = find_account(account_id, buyer_id=buyer_id)
        if account is None:
            raise Http404
        return self.entries(entries_of_wallet(account.wallet_id))


class SellerLedgerView(LedgerPart):
    """The ledger of what is owed to a seller."""

    access = {"GET": allow(Holder.SELLER, Holder.OPERATOR, scope=Scope.MONEY_READ)}

    @extend_schema(
        parameters=[EntryFilters, FORMAT], responses=list_or_file(EntrySerializer), operation_id="seller_ledger"
    )
    def get(self, request: Request) -> HttpResponseBase:
        """List what the seller earned by each call and message, the newest first."""
        return self.entries(entries_of_seller(None if self.caller.is_operator else self.caller.company_id))
