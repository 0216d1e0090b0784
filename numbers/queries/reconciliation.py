"""The last comparison of an account's numbers with its Restcomm's, and how to mend what differs."""

import shlex

from django.db.models import QuerySet

from buyers.models import Account, RestcommLogin
from buyers.restcomm_api import address_of
from numbers.models import Difference, Reconciliation


def last_reconciliation(account: Account) -> Reconciliation | None:
    """The newest comparison; None before the first."""
    return Reconciliation.objects.filter(account=account).order_by("-pk").first()


def differences_of(reconciliation: Reconciliation) -> QuerySet[Difference]:
    """What it found, by number."""
    return reconciliation.differences.select_related("reconciliation").order_by("number", "kind", "pk")


def find_difference(account: Account, pk: int) -> Difference | None:
    """One difference that was found for this account."""
    return Difference.objects.filter(reconciliation__account=account, pk=pk).first()


def login_of(account: Account) -> RestcommLogin | None:
    """With what the account's Restcomm is asked."""
    return RestcommLogin.objects.filter(account=account).first()


def how_to_mend(difference: Difference, login: RestcommLogin | None) -> str:
    """What to do about it; for a number that only Restcomm has, with the command that deletes it there."""
    match difference.kind:
        case Difference.Kind.ONLY_HERE:
            return "Mend it: the number is released here. Or add it in Restcomm."
        case Difference.Kind.OTHER_ACCOUNT:
            return "Mend it: the number is tied here to the sub-account that has it there."
        case Difference.Kind.OTHER_ROUTING:
            return "Mend it: calls are delivered to Restcomm's SIP domain."
    if login is None or not difference.there_sid:
        return "Delete it in Restcomm, or buy it here."
    address = address_of(login, difference.there_account_sid, difference.there_sid)
    command = shlex.join(["curl", "-X", "DELETE", address, "-u", f"{login.account_sid}:AUTH_TOKEN"])
    return f"Buy it here, or delete it in Restcomm: {command}"
