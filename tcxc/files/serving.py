"""Sends a kept file to somebody who may see it, so that a browser does nothing with it but show or save it."""

from django.http import HttpResponse

from tcxc.files.kinds import Kind


def file_response(content: bytes, *, kind: Kind, name: str, inline: bool = False) -> HttpResponse:
    """The file, kept by no cache. `name` is ours, without a suffix; `inline` shows an image in a page of ours."""
    shown = inline and kind is not Kind.PDF
    response = HttpResponse(content, content_type=kind.value)
    response["Content-Disposition"] = f'{"inline" if shown else "attachment"}; filename="{name}.{kind.suffix}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
