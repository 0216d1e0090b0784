"""Replies as a number provider of that dialect gives them: 200 is done, anything else is not."""

from typing import Any

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from tcxc.errors import NotAllowed, Refused

REFUSED = 420  # what this dialect answers to what can't be done
LIKE_OURS = frozenset({402, 429, 503})

log = structlog.get_logger(__name__)


class UnknownPair(Exception):  # noqa: N818  (an answer, not a fault)
    """No account has this key and secret."""


def done() -> JsonResponse:
    """It was done."""
    return _reply(200, "success")


def numbers(count: int, rows: list[dict[str, Any]]) -> JsonResponse:
    """What a search found; a page without numbers has an empty list, never none."""
    return _plain({"count": count, "numbers": rows})


def failure_of(exc: Exception, request: HttpRequest) -> JsonResponse:
    """The reply to an exception. What nobody foresaw is logged, without the path, which holds the secret."""
    if isinstance(exc, UnknownPair):
        return _reply(401, "authentication failed")
    if isinstance(exc, Refused):
        return _refusal(exc)
    if isinstance(exc, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return _reply(400, "The request can't be read.")
    if isinstance(exc, OperationalError | InterfaceError):
        return _later(503, "The database does not answer, so nothing was changed.", 2)
    route = request.resolver_match.route if request.resolver_match else ""
    log.error("provisioning_failed", method=request.method, route=route, exc_info=exc)
    return _reply(500, "Something failed here. It is logged, and nothing was changed.")


def wrong_method(allowed: str) -> JsonResponse:
    """405, with the one method that there is."""
    response = _reply(405, f"Use {allowed}.")
    response["Allow"] = allowed
    return response


def _refusal(refused: Refused) -> JsonResponse:
    sentences = [f"{name}: {' '.join(texts)}" for name, texts in refused.errors.items()]
    label = " ".join([refused.detail, *sentences])
    if refused.status in LIKE_OURS:
        return _later(refused.status, label, getattr(refused, "retry_after", None))
    return _reply(403 if isinstance(refused, NotAllowed) else REFUSED, label)


def _later(status: int, label: str, seconds: int | None) -> JsonResponse:
    response = _reply(status, label)
    if seconds is not None:
        response["Retry-After"] = str(seconds)
    return response


def _reply(status: int, label: str) -> JsonResponse:
    return _plain({"error-code": str(status), "error-code-label": label}, status)


def _plain(body: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
