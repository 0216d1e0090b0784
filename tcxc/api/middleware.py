"""Makes the trailing slash of API addresses optional."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

ROOT = "/api/"


@sync_and_async_middleware
def api_trailing_slash(get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> object:
    """Serve `/api/v1/accounts` as `/api/v1/accounts/`, in place: a redirect would lose the body of a POST."""

    async def served_async(request: HttpRequest) -> HttpResponseBase:
        add_slash(request)
        response: HttpResponseBase = await get_response(request)  # type: ignore[misc]
        return response

    def served(request: HttpRequest) -> HttpResponseBase:
        add_slash(request)
        return get_response(request)  # type: ignore[return-value]

    return served_async if iscoroutinefunction(get_response) else served


def add_slash(request: HttpRequest) -> None:
    """Give an API path its trailing slash."""
    if request.path_info.startswith(ROOT) and not request.path_info.endswith("/"):
        request.path_info += "/"
        request.path += "/"
