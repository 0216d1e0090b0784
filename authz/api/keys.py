"""Platform keys at the AAA door, remembered for a few seconds so that a call costs no query for its key."""

import time

from django.contrib.auth.models import AnonymousUser
from rest_framework.request import Request

from tcxc.actors import Actor
from tcxc.addresses import client_address
from tcxc.api.authentication import BearerKey
from tcxc.api.caller import Caller
from tcxc.clock import utc_now
from tcxc.crypto import hash_secret
from tcxc.models import ApiKey, Holder, User
from tcxc.queries.api_keys import is_near

REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 1_000

_remembered: dict[str, tuple[float, ApiKey]] = {}


class RememberedKey(BearerKey):
    """As `BearerKey`, from memory where it can be.

    A platform's key that was revoked or has expired still decides nothing: the engine looks at the key again in the
    transaction of each decision.
    """

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Caller] | None:
        """The caller behind the key; see `BearerKey`."""
        given = request.META.get("HTTP_AUTHORIZATION", "")
        digest = hash_secret(given)
        known = _remembered.get(digest)
        address = client_address(request._request)
        if known is not None and known[0] > time.monotonic() and is_near(known[1], address):
            return AnonymousUser(), Caller(api_key=known[1], actor=Actor(api_key=known[1], address=address))
        found = super().authenticate(request)
        if found is not None and found[1].holder is Holder.PLATFORM:
            _remember(digest, found[1].api_key)
        return found


def _remember(digest: str, key: ApiKey) -> None:
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    key.last_used_at = utc_now()
    _remembered[digest] = (time.monotonic() + REMEMBERED_SECONDS, key)
