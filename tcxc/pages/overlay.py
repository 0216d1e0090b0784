"""Pages that open over another one as a dialog or a drawer, and stand alone without script."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from tcxc.pages.gate import PageRequest

KINDS = {"dialog", "drawer"}


def render_over(request: PageRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, or only its inside when a dialog or drawer asks for it. Templates extend `frame`."""
    over = request.htmx.target if request.htmx and request.htmx.target in KINDS else ""
    frame = "over/inside.html" if over else "over/page.html"
    answer = render(
        request, template, context | {"frame": frame, "over": over or "dialog", "is_over": bool(over)}, status=status
    )
    patch_vary_headers(answer, ["HX-Request", "HX-Target"])
    return answer


def leave(request: PageRequest, to: str, *args: Any) -> HttpResponse:
    """After a deed: go to that page, out of the dialog if there is one."""
    answer = redirect(to, *args)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer
