"""One log line a request, and a request id on every line in between."""

import logging
import re
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars

from tcxc.network import client_address

NAME = RequestMiddleware.__module__  # of the logger, by which lines are told apart

# Of a request, as proxies write it: shorter than any key of ours, which this header must not bring into the log.
_ID = re.compile(r"[\w.=-]{1,40}", re.ASCII)

logger = structlog.get_logger(NAME)


class AccessLog(RequestMiddleware):
    """django-structlog's middleware, which never asks the database who the user is and believes our proxies only.

    Of what it does for each request only what is used here: no signals, no line when a request begins unless it would
    be seen. Secrets in paths and queries are masked with every other line's, by `tcxc.masking`.
    """

    def prepare(self, request: HttpRequest) -> None:
        """Name the request and its client on every line until it ends."""
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        names = {"request_id": given if _ID.fullmatch(given) else str(uuid4())}
        if correlation_id := request.META.get("HTTP_X_CORRELATION_ID"):
            names["correlation_id"] = correlation_id
        bind_contextvars(**names, ip=str(client_address(request)))
        if logging.getLogger(NAME).isEnabledFor(logging.DEBUG):
            agent = request.META.get("HTTP_USER_AGENT")
            logger.debug("request_started", request=self.format_request(request), user_agent=agent)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Say how the request ended. One that failed has a line of its own already; a file gets one at its end too."""
        if response.streaming or hasattr(request, "_raised_exception"):
            super().handle_response(request, response)
            return
        self.bind_user_id(request)
        level = self._log_level_for_status_code(response.status_code)
        logger.log(level, "request_finished", code=response.status_code, request=self.format_request(request))
        clear_contextvars()

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the user when the request has looked them up anyway."""
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk is not None:
            bind_contextvars(user_id=user.pk)
