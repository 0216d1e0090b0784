"""Says "come back soon" instead of "broken" when the database can't be reached."""

import sys
from collections.abc import Callable
from time import monotonic
from typing import Any

import structlog
from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

RETRY_AFTER = 2  # seconds
PATIENCE = 1.5  # seconds that a request waits for a thread, as it does for a connection
HURRY = 0.4  # the same when it would wait for a connection in vain: both together are less than two seconds

logger = structlog.get_logger(__name__)


class Outage:
    """Turns a lost or missing database connection, a lock not had in time, or a long wait, into 503 with Retry-After.

    Nothing was granted or written then, or it is unknown; every mutating call can be repeated with its key.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._in_trouble_until = 0.0
        got_request_exception.connect(_keep_failure)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless it waited too long for a thread. What middleware raised is a 500 by now.

        `process_exception` sees what views raise, and nothing else.
        """
        patience = HURRY if monotonic() < self._in_trouble_until else PATIENCE
        if getattr(request, "waited", 0) > patience:
            return unavailable(request)
        response = self.get_response(request)
        if response.status_code == 500:
            response = self.process_exception(request, getattr(request, "failure", None)) or response
        if response.status_code == 503:
            self._in_trouble_until = monotonic() + RETRY_AFTER
        return response

    def process_exception(self, request: HttpRequest, exception: BaseException | None) -> HttpResponse | None:
        """The 503, or None for any other exception."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("database_unavailable", problem=str(exception))
        return unavailable(request)


def _keep_failure(request: HttpRequest | None, **_facts: Any) -> None:
    if request is not None:
        request.failure = sys.exc_info()[1]  # type: ignore[attr-defined]


def unavailable(request: HttpRequest) -> HttpResponse:
    """The 503 reply, as a problem document or a page, whichever the client reads."""
    title = _("Temporarily unavailable")
    response: HttpResponse
    if request.accepts("text/html") and not request.path.startswith("/api/"):
        response = HttpResponse(render_to_string("503.html"))
    else:
        problem = {"type": "about:blank", "title": title, "status": 503}
        response = JsonResponse(problem, content_type="application/problem+json")
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
