"""Turns every exception of a view into a problem document."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions as drf
from rest_framework.response import Response

from tcxc.api.problems import MEDIA_TYPE, problem
from tcxc.errors import Refused

logger = logging.getLogger(__name__)

WHOLE = "non_field_errors"


@dataclass(slots=True)
class _Answer:
    """The parts of a problem that an exception decides."""

    code: str
    status: int
    detail: str
    errors: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def problem_response(exc: Exception, context: Mapping[str, Any]) -> Response:
    """The reply to an exception: DRF's `EXCEPTION_HANDLER`. What nobody foresaw is logged and answered with 500."""
    answer = _answer(exc)
    request = context["request"]
    if answer.status >= 500:
        logger.error("%s %s failed", request.method, request.path, exc_info=exc)
    document = problem(answer.code, status=answer.status, detail=answer.detail, request=request, errors=answer.errors)
    return Response(document, status=answer.status, headers=answer.headers, content_type=MEDIA_TYPE)


def _answer(exc: Exception) -> _Answer:
    if isinstance(exc, Refused):
        wait = getattr(exc, "retry_after", None)
        headers = {"Retry-After": str(wait)} if wait is not None else {}
        return _Answer(exc.type, exc.status, exc.detail, exc.errors, headers)
    if isinstance(exc, drf.APIException):
        return _of_rest_framework(exc)
    return _of_django(exc)


def _of_rest_framework(exc: drf.APIException) -> _Answer:
    if isinstance(exc, drf.ValidationError):
        return _Answer("invalid", 400, "Some of what was given is not right: see errors.", dict(flatten(exc.detail)))
    if isinstance(exc, drf.NotAuthenticated | drf.AuthenticationFailed):
        headers = {"WWW-Authenticate": 'Bearer realm="tcxc"'}
        return _Answer("unauthorized", 401, "Give a valid key: Authorization: Bearer <key>.", headers=headers)
    if isinstance(exc, drf.Throttled):
        wait = max(1, round(getattr(exc, "wait", None) or 1))
        return _Answer("rate_limited", 429, f"Wait {wait} s.", headers={"Retry-After": str(wait)})
    code = next((code for kind, code in _REST_FRAMEWORK_CODES.items() if isinstance(exc, kind)), "refused")
    return _Answer(code, exc.status_code, str(exc.detail))


_REST_FRAMEWORK_CODES: dict[type[drf.APIException], str] = {
    drf.ParseError: "malformed",
    drf.PermissionDenied: "not_allowed",
    drf.NotFound: "not_found",
    drf.MethodNotAllowed: "method_not_allowed",
    drf.NotAcceptable: "not_acceptable",
    drf.UnsupportedMediaType: "unsupported_media_type",
}


def _of_django(exc: Exception) -> _Answer:
    match exc:
        case Http404():
            return _Answer("not_found", 404, "There is no such thing among those that your key may see.")
        case PermissionDenied():
            return _Answer("not_allowed", 403, "This key may not do that.")
        case RequestDataTooBig():
            return _Answer("too_large", 413, "The body is larger than this address takes.")
        case SuspiciousOperation():
            return _Answer("malformed", 400, "The request can't be read.")
        case OperationalError() | InterfaceError():
            detail = "The database does not answer, so nothing was changed."
            return _Answer("unavailable", 503, detail, headers={"Retry-After": "1"})
    return _Answer("failed", 500, "It is logged. Nothing was changed.")


def flatten(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """The sentences of a validation error by dotted field: `allowed_destinations.0.prefix`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = name == WHOLE and path
            yield from flatten(inner, path if own else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list) and any(isinstance(item, Mapping | list) for item in detail):
        for place, inner in enumerate(detail):
            yield from flatten(inner, f"{path}.{place}".lstrip(".")) if inner else ()
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield path or WHOLE, [str(text) for text in texts]
