"""One log line a request, and a request id on every line in between."""

from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars

from tcxc.network import client_address


class AccessLog(RequestMiddleware):
    """django-structlog's middleware, which never asks the database who the user is and believes our proxies only.

    Secrets in paths and queries are masked with every other line's, by `tcxc.masking`.
    """

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Name the user when the request has looked them up anyway."""
        user = getattr(request, "_cached_user", None)
        if user is not None and user.pk is not None:
            bind_contextvars(user_id=user.pk)

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Name the client."""
        bind_contextvars(ip=str(client_address(request)))
