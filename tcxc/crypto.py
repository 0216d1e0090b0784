"""Secrets: made, hashed for comparison, or encrypted where they must be read again."""

import hashlib
import secrets

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def new_secret(prefix: str) -> str:
    """A fresh secret of 160 random bits, recognisable by its prefix (secret scanners look for those)."""
    return f"{prefix}_{secrets.token_hex(20)}"


def hash_secret(secret: str) -> str:
    """SHA-256 in hex: enough for a random secret, which no dictionary holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


def encrypt(text: str) -> str:
    """Encrypt a text with the newest of `FIELD_ENCRYPTION_KEYS` (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """The text that `encrypt` was given, by whichever of the keys made it. Raises `InvalidToken`."""
    return _fernet().decrypt(token.encode()).decode()
