"""The decision tester: what an account's call or message would be answered, and why; nothing of it counts."""

import json
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from authz.explaining import Explained, explain_decision
from buyers.models import Account
from buyers.portal import reads
from buyers.portal.tester_form import TesterForm
from buyers.portal.views import buyer_page
from tcxc.errors import Refused
from tcxc.pages.asking import posted
from tcxc.pages.forms import add_refusal
from tcxc.pages.gate import PageRequest


@buyer_page()
def tester(request: PageRequest, pk: int) -> HttpResponse:
    """Ask the engine itself, and show each check and each route. The transaction is rolled back."""
    account = reads.account_of(request.seat.buyer, pk)
    form = TesterForm(posted(request), links=reads.links_of(account), first=request.GET)
    found = _explained(account, form) if form.is_bound and form.is_valid() else None
    context: dict[str, Any] = {"account": account, "form": form, "found": found}
    if found is not None:
        reply = found.reply
        context |= {"reply": reply, "held": Decimal(reply.get("held", 0))}
        context |= {"request_text": _text(found.request), "reply_text": _text(reply)}
    template = "portal/tester.html#tester" if request.htmx else "portal/tester.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _explained(account: Account, form: TesterForm) -> Explained | None:
    try:
        return explain_decision(account=account, link=form.asked_for, facts=form.facts)
    except Refused as refused:
        add_refusal(form, form.renamed(refused))
    return None


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
