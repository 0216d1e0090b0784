"""The page of live calls, which both sides have: who calls whom, how long, at which rate, and what it costs so far."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from authz import live_calls
from authz.models import Session
from tcxc.clock import utc_now
from tcxc.pages.filters import FilterForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page

TEMPLATE = "live/calls.html"


class LiveCallFilter(FilterForm):
    """Live calls by whose they are and by the number called. Each side says what `of` is called, and where it is."""

    path: ClassVar[str]
    of = forms.ChoiceField(required=False)
    number = forms.CharField(label=_("Number begins with"), required=False, max_length=20)

    def clean_number(self) -> str:
        """The digits, without a plus."""
        number: str = self.cleaned_data["number"].strip().removeprefix("+")
        return number

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"of": self.path, "number": "callee__startswith"}
        return {paths[name]: value for name, value in self.chosen.items()}


def page_of_calls(
    request: PageRequest,
    calls: QuerySet[Session],
    form: LiveCallFilter,
    names: Callable[[Sequence[Session]], Mapping[int, str]],
    **more: Any,
) -> HttpResponse:
    """The table of live calls, the newest first; or its rows alone for a page that looks again.

    `names` tells what those are called whose the calls of a page are.
    """
    now = utc_now()
    page = table_page(calls.filter(**form.lookups()), request, BY_ID)
    context = {
        "page": page,
        "calls": [live_calls.seen(call, at=now) for call in page.rows],
        "together": live_calls.standing(calls),
        "form": form,
        "names": names(page.rows),
        "now": now,
    }
    template = f"{TEMPLATE}#rows" if request.htmx else TEMPLATE
    answer = render(request, template, context | more)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
