"""Finds accounts with all that is shown of them."""

from django.db.models import Prefetch, QuerySet

from buyers.models import Account, DestinationRule, ProvisioningPair, RestcommLink
from buyers.restcomm import SID


def accounts_seen_by(buyer_id: int | None) -> QuerySet[Account]:
    """The accounts of one buyer (its company's id), or with None all of them, for an operator.

    Three queries however many: the accounts with their wallets, their destinations, their links.
    """
    rules = Prefetch("destination_rules", DestinationRule.objects.order_by("id"))
    links = Prefetch("links", RestcommLink.objects.order_by("id"))
    found = Account.objects.select_related("wallet", "own_wallet", "buyer").prefetch_related(rules, links)
    return found if buyer_id is None else found.filter(buyer_id=buyer_id)


def find_account(pk: int, *, buyer_id: int | None) -> Account | None:
    """One account that this buyer (None: an operator) may see, without its lists."""
    found = Account.objects.select_related("wallet", "buyer__company")
    return (found if buyer_id is None else found.filter(buyer_id=buyer_id)).filter(pk=pk).first()


def find_link(account: Account, account_sid: str, *, platform_id: int | None) -> RestcommLink | None:
    """The account's link to a sub-account; without a platform the oldest one of that SID."""
    if not SID.fullmatch(account_sid):
        return None
    found = links_of(account).filter(account_sid=account_sid).order_by("id")
    return (found if platform_id is None else found.filter(platform_id=platform_id)).first()


def provisioning_pair(key: str) -> ProvisioningPair | None:
    """The pair of this key, with its account; whoever asks compares the secret."""
    found = ProvisioningPair.objects.select_related("account__wallet", "account__buyer__company")
    return None if "\x00" in key else found.filter(key=key).first()


def links_of(account: Account) -> QuerySet[RestcommLink]:
    """The links of an account with their platforms."""
    return RestcommLink.objects.filter(account=account).select_related("platform", "account__buyer__company")
