"""Parameters from forms and queries: an empty one was not given, and what the dialect does not know is ignored."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from rest_framework import serializers

from tcxc.api.exceptions import flatten
from tcxc.api.fields import AmountField, MomentField, PriceField
from tcxc.errors import Invalid

Row = TypeVar("Row")
PAGE, LARGEST_PAGE, FURTHEST = 50, 1_000, 100_000
LARGEST_ID = 2**63 - 1


def parameters_of(request: HttpRequest) -> dict[str, Any]:
    """Every parameter that says something; the form's over the query's, the last of several."""
    given: dict[str, Any] = {}
    for source in (request.GET, request.POST):
        given |= {name: value for name, value in source.items() if str(value).strip()}
    return given | dict(request.FILES.items())


class Parameters(serializers.Serializer[Any]):
    """The parameters of one address."""


class Paged(Parameters):
    """`pager` rows from row `off` on."""

    pager = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    off = serializers.IntegerField(min_value=0, max_value=FURTHEST, default=0)


def read(kind: type[Parameters], given: Mapping[str, Any]) -> Any:
    """The parameters as values. Raises `Invalid` with the sentences for each that is wrong."""
    parsed = kind(data=given)
    if not parsed.is_valid():
        raise Invalid("Some parameters are not right.", errors=dict(flatten(parsed.errors)))
    return parsed.validated_data


def page(rows: "QuerySet[Any, Row] | Sequence[Row]", given: Mapping[str, Any]) -> list[Row]:
    """The rows that `pager` and `off` ask for."""
    return list(rows[given["off"] : given["off"] + given["pager"]])


class Text(serializers.CharField):
    """A text that may be left out."""

    def __init__(self, *, max_length: int = 120, required: bool = False) -> None:
        super().__init__(max_length=max_length, required=required, allow_blank=False)


class Digits(serializers.RegexField):
    """Digits such as a prefix or a number; a plus before them is taken."""

    def __init__(self, *, most: int = 15, required: bool = False) -> None:
        super().__init__(
            rf"^\+?[0-9]{{1,{most}}}$",
            max_length=most + 1,
            required=required,
            error_messages={"invalid": f"Give up to {most} digits."},
        )

    def to_internal_value(self, data: Any) -> str:
        """The digits alone."""
        return str(super().to_internal_value(data)).removeprefix("+")


class Id(serializers.IntegerField):
    """One of our identifiers."""

    def __init__(self, *, required: bool = True) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, required=required)


class Flag(serializers.BooleanField):
    """0 or 1, as the dialect writes it; words such as `yes` are taken."""

    default_empty_html = serializers.empty  # a form without the field says nothing of it

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required, error_messages={"invalid": "Give 0 or 1."})


class Amount(AmountField):
    """An amount of money."""

    def __init__(self, *, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, **options)


class Price(PriceField):
    """A price a minute or a part."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(required=required)


class Moment(MomentField):
    """`YYYY-MM-DD HH:MM:SS` in UTC; the day alone is its beginning."""

    def __init__(self, *, required: bool = False) -> None:
        super().__init__(
            required=required,
            input_formats=["%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "iso-8601"],
            error_messages={"invalid": "Write it YYYY-MM-DD HH:MM:SS, in UTC."},
        )
