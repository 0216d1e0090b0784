"""The Content-Security-Policy: one for all pages, so it is made once."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

DJANGOS_OWN = (404, 500)  # the pages that Django shows developers for these have scripts inside


class ContentPolicy:
    """Sends the policy of `CONTENT_SECURITY_POLICY` with every reply."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._policy = build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reply with the policy."""
        response = self._get_response(request)
        if not (settings.DEBUG and response.status_code in DJANGOS_OWN):
            response.headers.setdefault(HEADER, self._policy)
        return response
