"""Saved views: a page's filters under a name, opened from the page's filters. They are each person's own."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, path, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tcxc.models import SavedView
from tcxc.operations.saved_views import delete_view, save_view
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.gate import PageRequest, page_of


class ViewForm(forms.Form):
    """What the filters are called."""

    name = forms.CharField(label=gettext_lazy("Keep the filters as"), max_length=60)


@page_of(None)
def views(request: PageRequest) -> HttpResponse:
    """The views of one page, and a form that keeps its filters as another."""
    page, query = _page(request.GET.get("page", "")), request.GET.get("query", "")
    mine = list(SavedView.objects.filter(user=request.user, company=request.seat.company, page=page).order_by("name"))
    question = Question(
        _("Saved views"), _("Keep"), f"{page}?{query}", _("Back to the list"), template="over/saved_views.html"
    )

    def do(given: dict[str, Any]) -> Done:
        made = save_view(user=request.user, company=request.seat.company, page=page, name=given["name"], query=query)
        return Done(_("%(name)s is kept.") % {"name": made.name}, f"{page}?{query}")

    return ask(request, question, ViewForm(posted(request)), do, views=mine, query=query)


@require_POST
@page_of(None)
def delete(request: PageRequest, pk: int) -> HttpResponse:
    """Keep one no longer."""
    view = SavedView.objects.filter(user=request.user, pk=pk).first()
    if view is None:
        raise Http404
    delete_view(view=view)
    messages.success(request, _("%(name)s is deleted.") % {"name": view.name})
    return redirect(view.page)


def _page(address: str) -> str:
    """The path of a page of ours. Raises Http404 for anything else."""
    try:
        resolve(address)
    except Resolver404 as unknown:
        raise Http404 from unknown
    if len(address) > 64 or "//" in address or "\\" in address:
        raise Http404
    return address


app_name = "views"
urlpatterns = [
    path("", views, name="views"),
    path("<id:pk>/delete/", delete, name="view_delete"),
]
