"""How a JSON body is read."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class NestedTooDeeplyError(ParseError):
    """A body whose lists and objects lie so deep in each other that it can't be read."""

    default_detail = "The body is nested too deeply."


class BoundedJson(JSONParser):
    """JSON as REST framework reads it, with a 400 also for what is nested too deeply."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of the body."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as exc:
            raise NestedTooDeeplyError from exc
