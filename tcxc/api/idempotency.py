"""One effect and one reply for each Idempotency-Key of a caller.

The effect and the row that keeps its reply commit in one transaction, so a crash leaves both or neither, and never a
key that answers 409 for ever. An advisory lock on caller and key, which PostgreSQL drops with the connection, stands
for "under way": a repeat waits for it a little, then gets the kept reply, or 409 when the first one still runs.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from psycopg.errors import LockNotAvailable
from rest_framework.request import Request, is_form_media_type
from rest_framework.response import Response

from tcxc.api.parsing import NestedTooDeeplyError
from tcxc.crypto import decrypt, encrypt
from tcxc.errors import Invalid, KeyReused, Refused
from tcxc.models import IdempotentReply

HEADER = "Idempotency-Key"
NOT_KEPT = frozenset({400, 401, 403, 404, 405, 406, 413, 415, 429})
_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class InFlight(Refused):
    """The first request with this key has not ended yet."""

    type = "idempotency_key_in_flight"
    retry_after = 1


def key_of(request: Request) -> str | None:
    """The request's Idempotency-Key, or None; a 400 for one that is empty, too long or not printable ASCII."""
    key = request.headers.get(HEADER)
    if key is not None and not _KEY.fullmatch(key):
        raise Invalid("The Idempotency-Key is not usable.", errors={HEADER: ["1 to 255 printable ASCII characters."]})
    return key


def answer_once(
    request: Request, key: str, answer: Callable[[], Response], *, caller: str, one_transaction: bool
) -> HttpResponseBase:
    """What `answer` makes, or what it made before for the same key and request of this caller.

    With `one_transaction` the effect commits with its kept reply. Without, `answer` commits by itself and must be
    harmless to repeat: after a crash in between it is asked again.
    """
    fingerprint = fingerprint_of(request)
    under_way = _locked_in_transaction if one_transaction else _locked_in_session
    with under_way(_lock_number(caller, key)):
        kept = IdempotentReply.objects.filter(caller=caller, key=key).first()
        if kept is not None:
            return _replay(kept, fingerprint)
        response = answer()
        if response.status_code not in NOT_KEPT and response.status_code < 500:
            _keep(response, caller=caller, key=key, fingerprint=fingerprint)
        return response


def fingerprint_of(request: Request) -> str:
    """SHA-256 of method, path, query and what the body says; the boundary and order of a form do not count."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if not is_form_media_type(request.content_type):
        _ = request.body  # kept by Django, so that views may still read the body as it came
    data: Any = request.data
    if isinstance(data, QueryDict):
        fields = {name: values for name, values in data.lists() if not isinstance(values[0], UploadedFile)}
        data = {"fields": fields, "files": {name: _file_digest(file) for name, file in request.FILES.items()}}
    try:
        digest.update(json.dumps(data, sort_keys=True).encode())
    except RecursionError as exc:
        raise NestedTooDeeplyError from exc
    return digest.hexdigest()


def _file_digest(file: "UploadedFile[bytes]") -> list[str]:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return [file.name or "", digest.hexdigest()]


def _lock_number(caller: str, key: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{caller}\n{key}".encode()).digest()[:8], signed=True)


@contextmanager
def _locked_in_transaction(number: int) -> Iterator[None]:
    with transaction.atomic():
        _lock(number, "pg_advisory_xact_lock")
        yield


@contextmanager
def _locked_in_session(number: int) -> Iterator[None]:
    with transaction.atomic():
        _lock(number, "pg_advisory_lock")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def _lock(number: int, function: str) -> None:
    """Take the lock, waiting at most `API_IDEMPOTENCY_WAIT` seconds; other locks then wait as they did before."""
    milliseconds = round(settings.API_IDEMPOTENCY_WAIT * 1000)
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(milliseconds)])
            cursor.execute(f"SELECT {function}(%s)", [number])
        except OperationalError as exc:
            if isinstance(exc.__cause__, LockNotAvailable):
                raise InFlight("The first request with this Idempotency-Key is still under way.") from exc
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def _keep(response: Response, *, caller: str, key: str, fingerprint: str) -> None:
    """Keep the reply. Its body is encrypted, since it may show a secret that is shown once."""
    IdempotentReply.objects.create(
        caller=caller,
        key=key,
        request_hash=fingerprint,
        status=response.status_code,
        content_type=response.get("Content-Type", ""),
        body=encrypt(response.content.decode()).encode(),
    )


def _replay(kept: IdempotentReply, fingerprint: str) -> HttpResponse:
    if kept.request_hash != fingerprint:
        raise KeyReused("This Idempotency-Key came before with another request.")
    body = decrypt(bytes(kept.body).decode())
    response = HttpResponse(body, status=kept.status, content_type=kept.content_type or None)
    if not kept.content_type:
        del response["Content-Type"]
    response["Idempotent-Replayed"] = "true"
    return response
