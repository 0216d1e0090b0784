"""How every reply looks: JSON with a status, business errors with HTTP 200, since clients decide by the JSON."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from tcxc.clock import utc_now
from tcxc.dialects.tcxc import digest
from tcxc.dialects.tcxc.sign_in import WRONG_SIGNATURE, NotSignedIn, WrongAddress, WrongSignature
from tcxc.errors import NotAllowed, Refused

log = structlog.get_logger(__name__)

# Fields of our operations by the names that this dialect has for them.
WORDS = {
    "sms_price": "smpp_price",
    "sip_contact": "contact",
    "account": "i_account",
    "connection": "id",
}
_TRANSPORT = frozenset({429, 503})
_FORESEEN: tuple[tuple[type[Exception] | tuple[type[Exception], ...], int, str], ...] = (
    (WrongAddress, 400, "The digest's uri is not the address that was asked for."),
    (RequestDataTooBig, 413, "The body is larger than this address takes."),
    ((SuspiciousOperation, MultiPartParserError, UnreadablePostError), 400, "The request can't be read."),
    ((OperationalError, InterfaceError), 503, "The database does not answer, so nothing was changed."),
)


def success(body: Mapping[str, Any]) -> JsonResponse:
    """What was asked for."""
    return _json({"status": "success", **body})


def failure(message: str, *, status: int = 200, **more: Any) -> JsonResponse:
    """Why it was not done."""
    return _json({"status": "error", "success": False, "message": message, **more}, status=status)


def failure_of(exc: Exception, request: HttpRequest) -> JsonResponse:
    """The reply to an exception. What nobody foresaw is logged and answered with 500."""
    if isinstance(exc, NotSignedIn):
        return _challenge(exc)
    if isinstance(exc, WrongSignature):
        return _json(WRONG_SIGNATURE, status=403)
    if isinstance(exc, Refused):
        return _refusal(exc)
    for kinds, status, message in _FORESEEN:
        if isinstance(exc, kinds):
            return _later(message, status, 2) if status == 503 else failure(message, status=status)
    log.error("dialect_failed", method=request.method, path=request.path, exc_info=exc)
    return failure("Something failed here. It is logged, and nothing was changed.", status=500)


def message_of(response: JsonResponse) -> str:
    """What a reply of failure says."""
    body = json.loads(response.content)
    return str(body.get("message") or body["error"])


def sentence_of(refused: Refused) -> str:
    """The refusal in one text: what happened, and each field with what is wrong with it."""
    faults = [f"{_word(name)}: {' '.join(texts)}" for name, texts in refused.errors.items()]
    whole = refused.detail if _says_more(refused) else ""
    return " ".join([*([whole] if whole else []), *faults])


def _says_more(refused: Refused) -> bool:
    """Whether the whole sentence is not just the one of its only field."""
    return [refused.detail] not in list(refused.errors.values())


def _word(field: str) -> str:
    first, dot, rest = field.partition(".")
    return f"{WORDS.get(first, first)}{dot}{rest}"


def _challenge(exc: NotSignedIn) -> JsonResponse:
    response = failure("Unauthorized", status=401)
    response["WWW-Authenticate"] = digest.challenge(now=utc_now(), stale=exc.stale)
    return response


def _refusal(refused: Refused) -> JsonResponse:
    if isinstance(refused, NotAllowed):
        return failure(sentence_of(refused), status=403)
    if refused.status in _TRANSPORT:
        return _later(sentence_of(refused), refused.status, getattr(refused, "retry_after", 1))
    return failure(sentence_of(refused))


def _later(message: str, status: int, seconds: int) -> JsonResponse:
    response = failure(message, status=status)
    response["Retry-After"] = str(seconds)
    return response


def _json(body: Mapping[str, Any], *, status: int = 200) -> JsonResponse:
    response = JsonResponse(dict(body), status=status)
    response["Cache-Control"] = "no-store"
    return response


def method_not_allowed(allowed: Iterable[str]) -> JsonResponse:
    """405, with the methods that there are."""
    response = failure(f"Use {' or '.join(allowed)}.", status=405)
    response["Allow"] = ", ".join(allowed)
    return response
