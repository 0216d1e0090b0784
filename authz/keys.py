"""Platform keys at the AAA doors, remembered for a few seconds so that a call costs no query for its key.

A key that was revoked, has expired, or whose platform was switched off decides nothing all the same: the engine looks
at it again in the transaction of each decision, and what it finds dead is forgotten here at once.
"""

import time
from collections.abc import Callable

from tcxc.clock import utc_now
from tcxc.crypto import hash_secret
from tcxc.models import ApiKey, Holder
from tcxc.network import Address
from tcxc.queries.api_keys import is_near, usable_key
from tcxc.scopes import Scope, key_grants

REMEMBERED_SECONDS = 5.0
MOST_REMEMBERED = 1_000


class KeyMemory:
    """The keys that this process has seen lately, by the hash of their secret."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, ApiKey]] = {}

    def recall(self, secret: str, address: Callable[[], Address | None]) -> ApiKey | None:
        """The key if it was seen lately and may be used from this address. No query."""
        known = self._known.get(hash_secret(secret))
        if known is None or known[0] < time.monotonic():
            return None
        return known[1] if not known[1].networks or is_near(known[1], address()) else None

    def look_up(self, secret: str, address: Address | None) -> ApiKey | None:
        """The key behind a secret, by one query; one that may ask at the AAA doors is remembered."""
        key = usable_key(secret, address=address, at=utc_now())
        if key is not None and key.holder == Holder.PLATFORM and key_grants(key.holder, key.scopes, Scope.AAA):
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[hash_secret(secret)] = (time.monotonic() + REMEMBERED_SECONDS, key)
        return key

    def forget(self, key: ApiKey) -> None:
        """Drop a key that the engine found dead."""
        self._known = {digest: known for digest, known in self._known.items() if known[1].pk != key.pk}


memory = KeyMemory()
