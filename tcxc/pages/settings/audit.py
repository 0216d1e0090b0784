"""The audit log: who did what in the company, when and from where, with every field before and after."""

import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc.api.csv import rows_by_key
from tcxc.models import AuditEvent
from tcxc.pages import csv_safe
from tcxc.pages.filters import PeriodFilter
from tcxc.pages.gate import PageRequest
from tcxc.pages.overlay import render_over
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.settings import reads, settings_page, trail
from tcxc.queries.people import members_of
from tcxc.roles import Permission

COLUMNS = (
    "At (UTC)", "Who", "E-mail", "On behalf of", "What", "Action", "Thing", "From", "Reason", "Before", "After",
)  # fmt: skip
TCXC = "tcxc"


class AuditFilter(PeriodFilter):
    """The log by days, by who did it, and by what it is about."""

    person = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("About"), required=False)

    def condition(self) -> Q:
        """The condition on the rows."""
        chosen, condition = self.chosen, Q(**self.period("at"))
        if person := chosen.get("person"):
            condition &= (
                Q(user__is_staff=True) | Q(user=None, api_key=None, via="") if person == TCXC else Q(user_id=person)
            )
        if kind := chosen.get("kind"):
            condition &= trail.of_kind(kind)
        return condition


def _narrowed(request: PageRequest) -> tuple[AuditFilter, QuerySet[AuditEvent]]:
    company = request.seat.company
    people = [(str(member.user_id), member.user.get_full_name()) for member in members_of(company)]
    kinds = [(kind, label) for kind, (label, _parts) in trail.KINDS.items()]
    form = AuditFilter(request.GET, person=[*people, (TCXC, _("TCXC itself"))], kind=kinds)
    return form, reads.audit_of(company).filter(form.condition())


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        "event": event,
        "who": trail.actor_of_event(event),
        "what": trail.action_of(event),
        "thing": trail.thing_of(event),
        "address": trail.address_of(event),
        "changes": trail.changes_of(event),
    }


@require_GET
@settings_page(Permission.MANAGE_TEAM)
def audit_log(request: PageRequest) -> HttpResponse:
    """What was done, the newest first."""
    form, rows = _narrowed(request)
    page = table_page(rows, request, BY_ID)
    context = {"form": form, "page": page, "rows": [_row(event) for event in page.rows]}
    return render(request, "settings/audit.html", context)


@require_GET
@settings_page(Permission.MANAGE_TEAM)
def event(request: PageRequest, pk: int) -> HttpResponse:
    """One row of the log, with each field before and after."""
    found = reads.audit_of(request.seat.company).filter(pk=pk).first()
    if found is None:
        raise Http404
    row = _row(found)
    back = {"back": reverse("settings:audit"), "back_label": _("Audit log")}
    return render_over(request, "settings/audit_event.html", row | back | {"heading": row["what"]})


@require_GET
@settings_page(Permission.MANAGE_TEAM)
def download_log(request: PageRequest) -> StreamingHttpResponse:
    """The rows that the filters leave, all of them, as CSV."""
    _form, rows = _narrowed(request)
    return csv_safe.download(csv_safe.lines([COLUMNS], _cells(rows)), f"audit-log-{request.seat.company.pk}.csv")


def _cells(rows: QuerySet[AuditEvent]) -> Iterator[list[str]]:
    for chunk in rows_by_key(rows, BY_ID):
        for event in chunk:
            yield [
                event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                trail.actor_of_event(event),
                event.user.email if event.user else "",
                event.acting_for.email if event.acting_for else "",
                trail.action_of(event),
                event.action,
                trail.thing_of(event),
                trail.address_of(event),
                event.reason,
                _json(event.before),
                _json(event.after),
            ]


def _json(values: dict[str, Any] | None) -> str:
    return "" if values is None else json.dumps(values, ensure_ascii=False, sort_keys=True)
