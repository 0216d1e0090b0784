"""Connections: listed, made, changed, paused and resumed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sellers.console.forms import CHANGEABLE, ConnectionChangeForm, ConnectionForm, UploadForm
from sellers.console.views import seller_page
from sellers.models import Connection
from sellers.operations.connections import create_connection, pause_connection, resume_connection, update_connection
from sellers.queries.connections import connection_of, connections_of
from sellers.queries.uploads import uploads_of
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.forms import ReasonForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

UPLOADS_SHOWN = 20


@require_GET
@seller_page()
def connections(request: PageRequest) -> HttpResponse:
    """The seller's routes."""
    page = table_page(connections_of(request.seat.seller).order_by(), request, BY_ID)
    return render(request, "console/connections.html", {"page": page})


@require_GET
@seller_page()
def connection(request: PageRequest, pk: int) -> HttpResponse:
    """One route: its terms, its price list, the lists that were uploaded."""
    found = connection_of(request.seat.seller, pk)
    page = table_page(uploads_of(found).order_by(), request, BY_ID, size=UPLOADS_SHOWN)
    return render(request, "console/connection.html", {"connection": found, "page": page, "form": UploadForm()})


@seller_page(Permission.MANAGE_TRAFFIC)
def make(request: PageRequest) -> HttpResponse:
    """A new route."""
    form = ConnectionForm(posted(request), initial={"service": "voice"})
    question = Question(
        _("New connection"),
        _("Make the connection"),
        reverse("seller:connections"),
        _("Connections"),
        says=_("A route that you offer: where its traffic goes, and at which prices."),
    )

    def do(given: dict[str, Any]) -> str:
        made = create_connection(seller=request.seat.seller, by=actor_of(request), **given)
        return _("%(name)s is made. Upload its price list next.") % {"name": made.name}

    return ask(request, question, form, do)


@seller_page(Permission.MANAGE_TRAFFIC)
def edit(request: PageRequest, pk: int) -> HttpResponse:
    """Other terms for a route."""
    found = connection_of(request.seat.seller, pk)
    form = ConnectionChangeForm(posted(request), initial={name: getattr(found, name) for name in CHANGEABLE})
    question = Question(_("Change %(name)s") % {"name": found.name}, _("Save"), *_back_to(found))

    def do(given: dict[str, Any]) -> str:
        update_connection(
            connection=found, changes={name: given[name] for name in form.changed_data}, by=actor_of(request)
        )
        return _("Saved.")

    return ask(request, question, form, do)


@seller_page(Permission.MANAGE_TRAFFIC)
def pause(request: PageRequest, pk: int) -> HttpResponse:
    """Take a route off the market."""
    found = connection_of(request.seat.seller, pk)
    says = _("No new call or message goes over it; those under way run on. Buyers keep their interconnects.")
    question = Question(_("Pause %(name)s") % {"name": found.name}, _("Pause"), *_back_to(found), says, is_grave=True)

    def do(given: dict[str, Any]) -> str:
        pause_connection(connection=found, by=actor_of(request), reason=given["reason"])
        return _("%(name)s is paused.") % {"name": found.name}

    return ask(request, question, ReasonForm(posted(request)), do)


@seller_page(Permission.MANAGE_TRAFFIC)
def resume(request: PageRequest, pk: int) -> HttpResponse:
    """Put a route back on the market."""
    found = connection_of(request.seat.seller, pk)
    question = Question(_("Resume %(name)s") % {"name": found.name}, _("Resume"), *_back_to(found))

    def do(given: dict[str, Any]) -> str:
        resume_connection(connection=found, by=actor_of(request), reason=given["reason"])
        return _("%(name)s is on the market again.") % {"name": found.name}

    return ask(request, question, ReasonForm(posted(request)), do)


def _back_to(connection: Connection) -> tuple[str, str]:
    return reverse("seller:connection", args=[connection.pk]), connection.name
