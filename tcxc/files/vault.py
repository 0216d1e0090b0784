"""Keeps files encrypted, under random names, outside of what any web server serves.

Each file has a key of its own (AES-256-GCM over the whole file, bound to its name), which is kept in the file's row,
encrypted with `DOCUMENT_ENCRYPTION_KEYS`. So a stolen disk says nothing without the database, nor the database without
the setting; a new setting encrypts the small keys anew and leaves the files alone; and who forgets a key has destroyed
every copy of its file.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages

_NONCE_BYTES = 12
_FOLDERS = 2  # hexadecimal digits of the name of a folder


class SealBrokenError(Exception):
    """A kept file is not what was put there, or its key is not among ours."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Where a file is kept, and its key, encrypted; `digest` is the SHA-256 of what was put in, in hex."""

    name: str
    key: str
    digest: str
    size: int


class DurableFiles(FileSystemStorage):
    """Files that are on the disk when they are acknowledged, and that only we may read."""

    def _save(self, name: str, content: object) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        path = Path(self.path(saved))
        for place in (path, path.parent):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        return saved


def put(content: bytes) -> Sealed:
    """Keep a file under a fresh name and key. Before the transaction that notes it commits: `strays` finds the rest."""
    token = secrets.token_hex(24)
    name = f"{token[:_FOLDERS]}/{token[_FOLDERS:]}"
    key, nonce = AESGCM.generate_key(256), secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, name.encode())
    kept = storages["documents"].save(name, ContentFile(sealed))
    return Sealed(kept, _keys().encrypt(key).decode(), digest_of(content), len(content))


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file, in hex: by which the same one is known again."""
    return hashlib.sha256(content).hexdigest()


def read(name: str, key: str) -> bytes:
    """A kept file. Raises `SealBrokenError` when it, its name or its key was changed, and `FileNotFoundError`."""
    with storages["documents"].open(name) as file:
        sealed = file.read()
    try:
        plain_key = _keys().decrypt(key)
        return AESGCM(plain_key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (InvalidTag, InvalidToken) as error:
        raise SealBrokenError(name) from error


def remove(name: str) -> None:
    """Remove a file for ever; harmless when it is gone."""
    storages["documents"].delete(name)


def sealed_anew(key: str) -> str:
    """The same key of a file, encrypted with the newest of the setting's keys. Raises `SealBrokenError`."""
    try:
        return _keys().rotate(key.encode()).decode()
    except InvalidToken as error:
        raise SealBrokenError("the key of a file") from error


def names_before(moment: datetime) -> Iterator[list[str]]:
    """The names of all files kept before a moment, folder by folder."""
    store = storages["documents"]
    if not store.exists(""):
        return
    for folder in sorted(store.listdir("")[0]):
        names = (f"{folder}/{file}" for file in store.listdir(folder)[1])
        yield [name for name in names if store.get_modified_time(name) < moment]


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.DOCUMENT_ENCRYPTION_KEYS])
