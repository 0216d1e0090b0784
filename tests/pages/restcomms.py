"""An account's Restcomm, and a number on which it differs."""

from buyers.operations import set_restcomm_login
from numbers.models import Difference, Reconciliation, Subscription
from tests.pages.cast import SYSTEM, Cast


def a_difference(cast: Cast, subscription: Subscription) -> Difference:
    """What the last comparison of the cast's account found: Restcomm does not have the number."""
    facts = {"api_url": "https://cloud.example/restcomm", "account_sid": cast.link.account_sid, "auth_token": "token"}
    set_restcomm_login(account=cast.account, by=SYSTEM, **facts)
    compared = Reconciliation.objects.create(account=cast.account, here=1, there=1)
    Difference.objects.create(reconciliation=compared, kind="only_there", number="442071838790", there_sid="PN1")
    return Difference.objects.create(
        reconciliation=compared, kind="only_here", number=subscription.number.number, subscription=subscription
    )
