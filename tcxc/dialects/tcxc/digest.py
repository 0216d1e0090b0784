"""HTTP Digest (RFC 7616) with MD5 and qop=auth, as TCXC clients speak it.

A nonce carries its own time and a signature of it, so none is stored. Of a nonce each count is taken once: whoever
repeats one is asked again with `stale=true`, which an honest client answers by itself and an eavesdropper can't.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac

NONCE_LIVES = timedelta(minutes=5)
# From the beginning of a name only: a long one is read once, not again from each of its letters.
_PARAMETER = re.compile(r'(?<![\w*])([\w*]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))')
_NONCE = re.compile(r"([0-9a-f]{1,12})-([0-9a-f]{24})-([0-9a-f]{64})", re.ASCII)
_COUNT = re.compile(r"[0-9a-f]{8}", re.ASCII | re.IGNORECASE)
_SALT: Final = "tcxc.dialects.digest"


def challenge(*, now: datetime, stale: bool = False) -> str:
    """The value of WWW-Authenticate: realm, nonce and qop quoted, as its clients want them."""
    aged = ", stale=true" if stale else ""
    return f'Digest realm="{settings.API_LOGIN_REALM}", nonce="{make_nonce(now)}", qop="auth", algorithm=MD5{aged}'


def parse(header: str) -> dict[str, str]:
    """The parameters of an Authorization header after the word Digest; quoted ones without their quotes."""
    found = _PARAMETER.findall(header.partition(" ")[2])
    return {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in found}


def is_well_formed(given: dict[str, str]) -> bool:
    """Whether these are parameters that we can check. Clients may leave out `opaque` and `algorithm`."""
    return (
        all(given.get(name) for name in ("username", "nonce", "uri", "response", "cnonce"))
        and given.get("qop") == "auth"
        and given.get("algorithm", "MD5").upper() == "MD5"
        and given.get("realm", settings.API_LOGIN_REALM) == settings.API_LOGIN_REALM
        and _COUNT.fullmatch(given.get("nc", "")) is not None
    )


def response_of(ha1: str, method: str, given: dict[str, str]) -> str:
    """The response that a client with this HA1 gives (RFC 7616, section 3.4.1)."""
    ha2 = md5(f"{method}:{given['uri']}")
    return md5(":".join((ha1, given["nonce"], given["nc"], given["cnonce"], given["qop"], ha2)))


def is_right(ha1: str, method: str, given: dict[str, str]) -> bool:
    """Whether the response proves the key."""
    return constant_time_compare(response_of(ha1, method, given), given["response"].lower())


def make_nonce(now: datetime) -> str:
    """A fresh nonce of this moment, in our signature."""
    head = f"{int(now.timestamp()):x}-{secrets.token_hex(12)}"
    return f"{head}-{_seal(head)}"


def is_ours(nonce: str) -> bool:
    """Whether we made this nonce, at whatever time."""
    match = _NONCE.fullmatch(nonce)
    return match is not None and constant_time_compare(_seal(f"{match[1]}-{match[2]}"), match[3])


def is_fresh(nonce: str, count: str, *, now: datetime) -> bool:
    """Whether a nonce of ours is young enough and did not come with this count before.

    Counts may arrive out of order, since clients send requests at the same time. Without Redis only the age decides.
    """
    age = now.timestamp() - int(nonce.partition("-")[0], 16)
    if not -1 <= age <= NONCE_LIVES.total_seconds():
        return False
    return bool(cache.add(f"digest:{nonce}:{count.lower()}", 1, int(NONCE_LIVES.total_seconds()) + 1))


def md5(text: str) -> str:
    """MD5 in hex, which the scheme asks for."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _seal(head: str) -> str:
    return salted_hmac(_SALT, head, algorithm="sha256").hexdigest()
