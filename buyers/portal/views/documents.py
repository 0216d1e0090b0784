"""Documents from the buyer's side: what numbers need, shown with its file, shown again, looked at."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from buyers.portal import number_reads as reads
from buyers.portal.document_forms import DocumentForm
from buyers.portal.views import buyer_page
from numbers.models import DocumentLook, Subscription
from numbers.operations import look_at, reuse_document, upload_document
from numbers.queries.documents import document_of, documents_of
from tcxc.files.kinds import Kind
from tcxc.files.serving import file_response
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.formats import phone
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission


@require_GET
@buyer_page()
def documents(request: PageRequest) -> HttpResponse:
    """All that the buyer has shown, the newest first, with what was said of it; and what still misses something."""
    buyer = request.seat.buyer
    context = {"page": table_page(documents_of(buyer.pk).order_by(), request, BY_ID), "wanting": reads.wanting(buyer)}
    return render(request, "portal/documents/documents.html", context)


@buyer_page(Permission.MANAGE_TRAFFIC)
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Show a document for a number."""
    subscription = reads.subscription_of(request.seat.buyer, pk)
    form = DocumentForm(posted(request), request.FILES or None, needed=subscription.documents_needed)
    question = _question(
        subscription,
        _("Show a document for %(number)s"),
        _("Send it to the seller"),
        says=_("It is kept encrypted. Your company, its seller and operators can open it, and each look is noted."),
    )

    def do(given: dict[str, Any]) -> str:
        upload_document(subscription=subscription, by=actor_of(request), **given)
        return _("The document waits for %(seller)s's review.") % {"seller": subscription.seller}

    return ask(request, question, form, do)


@buyer_page(Permission.MANAGE_TRAFFIC)
def show_again(request: PageRequest, pk: int, document_pk: int) -> HttpResponse:
    """Show a document again that its seller has approved for another number."""
    subscription = reads.subscription_of(request.seat.buyer, pk)
    document = document_of(document_pk, buyer_id=request.seat.buyer.pk)
    says = _("Its seller has approved it for another number, so it counts at once.")
    question = _question(subscription, _("Show it for %(number)s too?"), _("Show it"), says=says)

    def do(_given: dict[str, Any]) -> str:
        reuse_document(subscription=subscription, document=document, by=actor_of(request))
        return _("The document is shown.")

    return ask(request, question, forms.Form(posted(request)), do)


@require_GET
@buyer_page(Permission.MANAGE_TRAFFIC)
def file(request: PageRequest, document_pk: int) -> HttpResponse:
    """Open a document's file; the look is noted."""
    document = document_of(document_pk, buyer_id=request.seat.buyer.pk)
    content = look_at(document=document, side=DocumentLook.Side.BUYER, by=actor_of(request))
    return file_response(content, kind=Kind(document.media_type), name=f"document-{document.pk}")


def _question(subscription: Subscription, heading: str, verb: str, says: str) -> Question:
    number = phone(subscription.number.number)
    back = reverse("buyer:number", args=[subscription.pk])
    return Question(heading % {"number": number}, verb, back, number, says=says)
