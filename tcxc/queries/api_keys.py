"""Finds API keys: by the secret that a request brings, and by their holder."""

from datetime import datetime
from ipaddress import ip_network

from django.db.models import QuerySet

from tcxc.crypto import hash_secret
from tcxc.models import ApiKey, Company, Holder
from tcxc.network import Address, is_within


def usable_key(secret: str, *, address: Address | None, at: datetime) -> ApiKey | None:
    """The key behind a secret, if it may be used from that address at that moment. One query, by the key's hash."""
    key = (
        ApiKey.objects.select_related("company", "platform", "user")
        .filter(key_hash=hash_secret(secret))
        .order_by()
        .first()
    )
    return key if key is not None and is_live(key, at=at) and is_near(key, address) else None


def is_live(key: ApiKey, *, at: datetime) -> bool:
    """Whether the key is neither revoked nor expired, and its holder still active."""
    if key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= at):
        return False
    if key.platform is not None:
        return key.platform.is_active
    if key.holder == Holder.OPERATOR:
        return key.user is not None and key.user.is_active and key.user.is_staff
    return True


def is_near(key: ApiKey, address: Address | None) -> bool:
    """Whether the address is in one of the key's networks; a key without networks works from anywhere."""
    return not key.networks or is_within(address, map(ip_network, key.networks))


def keys_of_company(company: Company) -> QuerySet[ApiKey]:
    """All keys of a company, the newest first, revoked ones too."""
    return ApiKey.objects.filter(company=company).order_by("-id")
