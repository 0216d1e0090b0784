"""Documents from the seller's side: what waits for a verdict, reviewed beside its facts; what numbers need."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from numbers.models import Document, DocumentLook, Requirement, Verdict
from numbers.operations import (
    approve_document,
    drop_requirement,
    look_at,
    reject_document,
    require_document,
)
from numbers.queries.documents import document_shown_to, requirements_seen_by, shown_to
from sellers.console.document_forms import ApprovalForm, RequirementForm, ReviewFilter
from sellers.console.views import seller_page
from tcxc.errors import NotFound
from tcxc.files.kinds import Kind
from tcxc.files.serving import file_response
from tcxc.pages.asking import Done, Question, ask, posted
from tcxc.pages.forms import ReasonForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


@require_GET
@seller_page()
def documents(request: PageRequest) -> HttpResponse:
    """What buyers showed, what waits for a verdict first asked for."""
    form = ReviewFilter(request.GET)
    state = form.cleaned_data.get("state") or Verdict.State.PENDING
    rows = shown_to(request.seat.seller.pk, state="" if state == ReviewFilter.ALL else state)
    page = table_page(rows.order_by(), request, BY_ID)
    return render(request, "console/documents/documents.html", {"page": page, "form": form})


@require_GET
@seller_page()
def document(request: PageRequest, pk: int) -> HttpResponse:
    """One document beside what it has to show, and for which numbers."""
    found = document_shown_to(pk, seller_id=request.seat.seller.pk)
    context = {
        "document": found,
        "verdict": _verdict_of(found),
        "is_picture": found.media_type != Kind.PDF.value,
        "required": _required(request, found),
    }
    return render(request, "console/documents/document.html", context)


@require_GET
@seller_page(Permission.MANAGE_TRAFFIC)
def file(request: PageRequest, pk: int) -> HttpResponse:
    """Open a document's file; the look is noted."""
    found = document_shown_to(pk, seller_id=request.seat.seller.pk)
    content = look_at(document=found, side=DocumentLook.Side.SELLER, by=actor_of(request))
    return file_response(content, kind=Kind(found.media_type), name=f"document-{found.pk}", inline=True)


@seller_page(Permission.MANAGE_TRAFFIC)
def approve(request: PageRequest, pk: int) -> HttpResponse:
    """Say that a document will do."""
    found = document_shown_to(pk, seller_id=request.seat.seller.pk)
    says = _("The numbers it was shown for take calls and messages as soon as nothing else is missing.")
    question = _question(found, _("Approve this document"), _("Approve"), says)

    def do(given: dict[str, Any]) -> Done:
        approve_document(document=found, seller=request.seat.seller, by=actor_of(request), **given)
        return Done(_("Approved. The buyer is told."), reverse("seller:documents"))

    return ask(request, question, ApprovalForm(posted(request), initial={"expires_on": found.expires_on}), do)


@seller_page(Permission.MANAGE_TRAFFIC)
def reject(request: PageRequest, pk: int) -> HttpResponse:
    """Say that a document won't do, and why."""
    found = document_shown_to(pk, seller_id=request.seat.seller.pk)
    says = _("The buyer reads the reason, and may send another one. Numbers that need it carry nothing until then.")
    question = _question(found, _("Reject this document"), _("Reject"), says, is_grave=True)

    def do(given: dict[str, Any]) -> Done:
        reject_document(document=found, seller=request.seat.seller, by=actor_of(request), reason=given["reason"])
        return Done(_("Rejected. The buyer is told why."), reverse("seller:documents"))

    return ask(request, question, ReasonForm(posted(request)), do)


@require_GET
@seller_page()
def required(request: PageRequest) -> HttpResponse:
    """Which documents numbers need: by everybody's rules, and by the seller's own."""
    rows = requirements_seen_by(request.seat.seller.pk)
    return render(request, "console/documents/required.html", {"rows": rows})


@seller_page(Permission.MANAGE_TRAFFIC)
def require(request: PageRequest) -> HttpResponse:
    """Have numbers need a document."""
    says = _("It counts for whoever buys such a number from now on.")
    question = Question(
        _("Require a document"), _("Require it"), reverse("seller:documents_required"), _("Required documents"), says
    )

    def do(given: dict[str, Any]) -> str:
        require_document(seller=request.seat.seller, by=actor_of(request), **given)
        return _("Whoever buys such a number has to show it.")

    return ask(request, question, RequirementForm(posted(request)), do)


@seller_page(Permission.MANAGE_TRAFFIC)
def drop(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for a document no more."""
    found = Requirement.objects.filter(seller=request.seat.seller, pk=pk).first()
    if found is None:
        raise NotFound("There is no such requirement.")
    question = Question(
        _("Stop asking for this document?"),
        _("Stop asking"),
        reverse("seller:documents_required"),
        _("Required documents"),
        says=_("Numbers that were bought keep what they needed."),
        is_grave=True,
    )

    def do(_given: dict[str, Any]) -> str:
        drop_requirement(requirement=found, by=actor_of(request))
        return _("It is not asked for any more.")

    return ask(request, question, forms.Form(posted(request)), do)


def _verdict_of(found: Document) -> Verdict:
    """The seller's own verdict: `shown_to` brings no other."""
    return found.verdicts.all()[0]


def _required(request: PageRequest, found: Document) -> list[Requirement]:
    """What the rules say that a document of this kind has to show."""
    return [one for one in requirements_seen_by(request.seat.seller.pk) if one.kind == found.kind and one.note]


def _question(found: Document, heading: str, verb: str, says: str, **more: Any) -> Question:
    return Question(heading, verb, reverse("seller:document", args=[found.pk]), found.kind_name, says=says, **more)
