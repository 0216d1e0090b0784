"""What an API key may be allowed to do, and which of it each holder can have."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from tcxc.models import Holder


class Scope(models.TextChoices):
    """One right of a key. A right to write includes the right to read the same things."""

    ACCOUNTS_READ = "accounts:read", _("See accounts, links and interconnects")
    ACCOUNTS_WRITE = "accounts:write", _("Change accounts, links and interconnects")
    PRICES_READ = "prices:read", _("See connections and price lists")
    PRICES_WRITE = "prices:write", _("Change connections and price lists")
    NUMBERS_READ = "numbers:read", _("See phone numbers")
    NUMBERS_WRITE = "numbers:write", _("Buy, sell and route phone numbers")
    TRAFFIC_READ = "traffic:read", _("See calls and messages")
    MONEY_READ = "money:read", _("See ledgers")
    MONEY_WRITE = "money:write", _("Move money")
    AAA = "aaa", _("Ask whether traffic may go, and report it")


_COMPANY = frozenset(Scope) - {Scope.AAA}

SCOPES_OF_HOLDER: dict[Holder, frozenset[Scope]] = {
    Holder.BUYER: _COMPANY - {Scope.PRICES_WRITE},
    Holder.SELLER: _COMPANY,
    Holder.PLATFORM: frozenset({Scope.AAA}),
    Holder.OPERATOR: _COMPANY,
}


def key_grants(holder: str, scopes: Iterable[str], wanted: Scope) -> bool:
    """Whether a key of this holder with these scopes has the right; a key without scopes has all of its holder's."""
    given = set(scopes)
    if wanted not in SCOPES_OF_HOLDER[Holder(holder)]:
        return False
    return not given or wanted in given or _writing(wanted) in given


def _writing(scope: Scope) -> str:
    return scope.value.replace(":read", ":write")
