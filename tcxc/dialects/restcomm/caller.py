"""Who provisions: the key and secret of the path name one account."""

from dataclasses import dataclass
from typing import Self

from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from buyers.models import Account
from buyers.queries.accounts import provisioning_pair
from tcxc.actors import Actor
from tcxc.crypto import hash_secret
from tcxc.dialects.quotas import check_quotas
from tcxc.dialects.restcomm.replies import UnknownPair
from tcxc.network import client_address


@dataclass(frozen=True, slots=True)
class Provisioner:
    """One Restcomm, as the account for which it buys."""

    account: Account
    actor: Actor

    @classmethod
    def of(cls, request: HttpRequest, *, key: str, secret: str) -> Self:
        """The account of this pair. Raises `UnknownPair`, and `TooMany` beyond its quotas."""
        pair = provisioning_pair(key)
        if pair is None or not constant_time_compare(pair.secret_hash, hash_secret(secret)):
            raise UnknownPair
        check_quotas(f"pair:{pair.pk}")
        address = client_address(request)
        return cls(pair.account, Actor(via=f"pair:{pair.pk}", address=str(address) if address else None))
