"""Exports: asked for on any long list, shown with their progress, fetched, deleted. The same on both sides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tcxc.errors import Refused
from tcxc.exports import files
from tcxc.exports.sheets import kind_of
from tcxc.models import Export
from tcxc.operations.exports import ask_for_export, delete_export, note_fetched
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.gate import PageRequest, page_of
from tcxc.pages.paging import table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

PIECE = 256 * 1024
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@require_GET
@page_of(None)
def exports(request: PageRequest) -> HttpResponse:
    """The company's exports on this side, the newest first; the rows alone for a page that looks again."""
    page = table_page(_exports_of(request).select_related("made_by"), request)
    rows = [(export, kind.label if (kind := kind_of(export.kind)) else export.kind) for export in page.rows]
    template = "exports/exports.html#rows" if request.htmx else "exports/exports.html"
    return render(request, template, {"page": page, "rows": rows})


@require_POST
@page_of(None)
def new(request: PageRequest) -> HttpResponse:
    """Ask for the list that one was looking at, with its filters."""
    kind = f"{request.seat.side}.{request.POST.get('of', '')}"
    facts = {"format_": request.POST.get("format", ""), "query": request.POST.get("query", "")}
    try:
        ask_for_export(company=request.seat.company, kind=kind, by=actor_of(request), **facts)
        messages.success(request, _("It is being written. You may go on working: it stays here for seven days."))
    except Refused as refusal:
        messages.error(request, refusal.detail)
    return redirect("exports:exports")


@require_GET
@page_of(None)
def fetch(request: PageRequest, pk: int) -> StreamingHttpResponse:
    """The file, for people of the company; who took it is written down."""
    export = _export_of(request, pk)
    place = files.folder() / export.file
    if export.status != Export.Status.READY or not place.is_file():
        raise Http404
    note_fetched(export=export, by=actor_of(request))
    answer = StreamingHttpResponse(_pieces(place), content_type=TYPES[export.format])
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
    answer["Content-Length"] = str(export.size)
    answer["Cache-Control"] = "private, no-store"
    return answer


@page_of(None)
def delete(request: PageRequest, pk: int) -> HttpResponse:
    """Delete an export, once it is confirmed: one's own, or any for who manages the team."""
    export = _export_of(request, pk)
    if export.made_by_id != request.user.pk and not request.seat.may(Permission.MANAGE_TEAM):
        raise PermissionDenied(_("Only who asked for it, or an owner, deletes an export."))
    question = Question(
        _("Delete this export?"),
        _("Delete"),
        reverse("exports:exports"),
        _("Exports"),
        says=_("Its file is gone for everybody of your company. The list itself stays as it is."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        delete_export(export=export, by=actor_of(request))
        return _("The export is deleted.")

    return ask(request, question, forms.Form(posted(request)), do)


def _exports_of(request: PageRequest) -> Any:
    return Export.objects.filter(company=request.seat.company, kind__startswith=f"{request.seat.side}.")


def _export_of(request: PageRequest, pk: int) -> Export:
    export: Export | None = _exports_of(request).filter(pk=pk).select_related("company").first()
    if export is None:
        raise Http404
    return export


def _pieces(place: Path) -> Iterator[bytes]:
    with place.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


app_name = "exports"
urlpatterns = [
    path("", exports, name="exports"),
    path("new/", new, name="export_new"),
    path("<id:pk>/file/", fetch, name="export_file"),
    path("<id:pk>/delete/", delete, name="export_delete"),
]
