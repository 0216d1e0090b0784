"""Which form a reply takes."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JsonUnlessAsked(DefaultContentNegotiation):
    """JSON, whatever Accept says, unless it or `?format=` names another form that the view has."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer, and the media type of the reply."""
        choices = list(renderers)
        asked = request.query_params.get("format", "")
        accepted = [part.split(";")[0].strip() for part in request.headers.get("Accept", "").split(",")]
        for renderer in choices:
            if renderer.format == asked or (not asked and renderer.media_type in accepted):
                return renderer, renderer.media_type
        return choices[0], choices[0].media_type
