"""What the views of accounts share."""

from django.http import Http404

from buyers.models import Account
from buyers.queries.accounts import find_account
from tcxc.api.views import ApiView


class AccountPart(ApiView):
    """Something of one account, which the caller must be able to see."""

    @property
    def buyer_id(self) -> int | None:
        """Whose accounts the caller sees; None: an operator, who sees all."""
        return None if self.caller.is_operator else self.caller.company_id

    def account(self, account_id: int) -> Account:
        """The account, or 404."""
        found = find_account(account_id, buyer_id=self.buyer_id)
        if found is None:
            raise Http404
        return found
