"""Price lists: uploaded with progress, looked at before and after, published, taken back, exported."""

from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sellers.console import reads
from sellers.console.forms import RateFilter, UploadForm
from sellers.console.views import seller_page
from sellers.decks.writing import csv_lines
from sellers.models import PriceListUpload
from sellers.operations.price_lists import (
    needs_another_publisher,
    publish_price_list,
    restore_price_list,
    upload_price_list,
)
from sellers.queries.connections import connection_of
from sellers.queries.price_lists import current_list
from sellers.queries.publications import published_changes
from sellers.queries.uploads import View, is_stale, position, preview, problem_lines, problems_of, upload_of
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.pages import csv_safe
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.forms import add_refusal
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import leave
from tcxc.pages.paging import Order, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

ROWS = 50
BY_CODE = Order(("prefix", "id"), newest_first=False)
Status = PriceListUpload.Status


@require_GET
@seller_page()
def rates(request: PageRequest, pk: int) -> HttpResponse:
    """The prices in force, by code."""
    connection = connection_of(request.seat.seller, pk)
    form = RateFilter(request.GET)
    rows = reads.live_rates(connection, at=utc_now()).filter(**form.lookups())
    page = table_page(rows, request, BY_CODE)
    return render(request, "console/rates.html", {"connection": connection, "page": page, "form": form})


@require_GET
@seller_page()
def export(request: PageRequest, pk: int) -> StreamingHttpResponse:
    """The list as it stands, as CSV; uploading it again changes nothing."""
    connection = connection_of(request.seat.seller, pk)
    name = f"{slugify(connection.name) or 'price-list'}-v{connection.prices_version}.csv"
    return csv_safe.download(csv_lines(current_list(connection)), name)


@require_POST
@seller_page(Permission.MANAGE_PRICES)
def upload(request: PageRequest, pk: int) -> HttpResponse:
    """Take in a price list, and go to where its checking can be watched."""
    connection = connection_of(request.seat.seller, pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return leave(request, "seller:upload", pk, _take_in(request, connection, form.cleaned_data).pk)
        except Refused as refused:
            add_refusal(form, refused)
    return render(request, "console/upload_form.html", {"connection": connection, "form": form}, status=422)


def _take_in(request: PageRequest, connection: Any, given: dict[str, Any]) -> PriceListUpload:
    file = given["file"]
    if file.size > settings.PRICE_LIST_MAX_BYTES:
        most = settings.PRICE_LIST_MAX_BYTES // 1_000_000
        sentence = _("The file is larger than %(most)d MB. Split it, or take out what does not change.") % {
            "most": most
        }
        raise Refused(sentence, errors={"file": [sentence]})
    return upload_price_list(
        connection=connection, file=file, file_name=file.name, mode=given["mode"], by=actor_of(request)
    )


@require_GET
@seller_page()
def shown(request: PageRequest, pk: int, upload_pk: int) -> HttpResponse:
    """How far an upload is; what is wrong with it, or what it would change, or what it changed."""
    connection = connection_of(request.seat.seller, pk)
    found = upload_of(connection, upload_pk)
    context: dict[str, Any] = {"connection": connection, "upload": found, "stale": is_stale(found)}
    if found.status == Status.REJECTED:
        context["errors"] = list(problems_of(found)[:ROWS])
    if found.status == Status.READY:
        context |= _preview(request, found) | {"warnings": list(problems_of(found, is_warning=True)[:ROWS])}
    if found.status == Status.PUBLISHED:
        context |= {"changes": list(islice(published_changes(found), ROWS)), "told": reads.told_of(found)}
    template = "console/upload.html"
    return render(request, f"{template}#state" if request.htmx else template, context)


def _preview(request: PageRequest, upload: PriceListUpload) -> dict[str, Any]:
    """A page of the preview: the rows of one kind, after the row that the address names."""
    text = request.GET.get("view", "")
    view = View(text) if text in list(View) else View.CHANGED
    change, _comma, code = request.GET.get("after", "").partition(",")
    rows = preview(upload, view=view, after=(change, code) if code else None, limit=ROWS + 1)
    following = ",".join(position(rows[ROWS - 1])) if len(rows) > ROWS else ""
    return {"view": view, "rows": rows[:ROWS], "following": following}


@require_GET
@seller_page()
def errors(request: PageRequest, pk: int, upload_pk: int) -> StreamingHttpResponse:
    """The error file: every kept error and warning by row."""
    found = upload_of(connection_of(request.seat.seller, pk), upload_pk)
    heading = ("Row", "Column", "Kind", "Message")
    return csv_safe.download(csv_safe.lines([heading], problem_lines(found)), f"errors-{found.pk}.csv")


@seller_page(Permission.MANAGE_PRICES)
def publish(request: PageRequest, pk: int, upload_pk: int) -> HttpResponse:
    """Ask once, with the totals; then make all changes or none."""
    connection = connection_of(request.seat.seller, pk)
    found = upload_of(connection, upload_pk)
    back = reverse("seller:upload", args=[pk, upload_pk])
    question = Question(
        _("Publish this price list?"), _("Publish"), back, found.file_name, template="console/publish.html"
    )

    def do(_given: dict[str, Any]) -> str:
        published = publish_price_list(upload=found, by=actor_of(request))
        return _("Published as version %(version)s of %(name)s.") % {
            "version": published.version,
            "name": connection.name,
        }

    more = {"upload": found, "connection": connection, "needs_another": needs_another_publisher(upload=found)}
    return ask(request, question, forms.Form(posted(request)), do, **more)


@seller_page(Permission.MANAGE_PRICES)
def restore(request: PageRequest, pk: int, upload_pk: int) -> HttpResponse:
    """Bring back the list as it stood before a publication, to be looked at and published as any other."""
    connection = connection_of(request.seat.seller, pk)
    found = upload_of(connection, upload_pk)
    question = Question(
        _("Go back to before version %(version)s?") % {"version": found.version},
        _("Make the preview"),
        reverse("seller:upload", args=[pk, upload_pk]),
        found.file_name,
        says=_(
            "The list as it stood before is checked and shown first; nothing changes until you publish it. "
            "Increases that it brings back take their seven days."
        ),
    )

    def do(_given: dict[str, Any]) -> Done:
        made = restore_price_list(publication=found, by=actor_of(request))
        return Done(_("The earlier list is being checked."), reverse("seller:upload", args=[pk, made.pk]))

    return ask(request, question, forms.Form(posted(request)), do)
