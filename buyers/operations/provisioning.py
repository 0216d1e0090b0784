"""The key and secret by which a stock Restcomm buys numbers for one account."""

import secrets
from dataclasses import dataclass

from django.db import transaction

from buyers.locks import lock_account
from buyers.models import Account, ProvisioningPair
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import hash_secret


@dataclass(frozen=True, slots=True)
class NewPair:
    """A key and its secret, which is shown this once."""

    pair: ProvisioningPair
    secret: str


@transaction.atomic
def rotate_provisioning_pair(*, account: Account, by: Actor) -> NewPair:
    """Give an account a key and secret, its first or new ones; the old ones end at once.

    Both travel in URLs, so they are hex digits only.
    """
    held = lock_account(account.pk)
    secret = secrets.token_hex(20)
    fresh = {"key": secrets.token_hex(8), "secret_hash": hash_secret(secret), "rotated_at": utc_now()}
    pair, _ = ProvisioningPair.objects.update_or_create(account=held, defaults=fresh)
    audit.record("provisioning_pair.rotate", pair, by=by, company=held.buyer.company, after={"key": pair.key})
    return NewPair(pair, secret)
