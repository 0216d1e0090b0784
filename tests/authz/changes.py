"""Changes to the world that tests make behind the engine's back, as other parts of the house would."""

from typing import Any

from buyers.models import Account, DestinationRule


def set_account(account: Account, **fields: Any) -> None:
    """Set fields of an account, and nothing else of it."""
    Account.objects.filter(pk=account.pk).update(**fields)


def add_rule(account: Account, verdict: str, **fields: Any) -> None:
    """Add a destination rule."""
    DestinationRule.objects.create(account=account, verdict=verdict, **fields)


def drop_rules(account: Account) -> None:
    """Remove an account's destination rules."""
    DestinationRule.objects.filter(account=account).delete()
