"""All Restcomm links of a buyer in one list, and many new ones by a CSV file."""

import csv
import io
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from buyers.models import RestcommLink
from buyers.operations import NewLink, link_accounts
from buyers.portal.views import buyer_page
from tcxc.errors import Invalid, Refused
from tcxc.pages.asking import Question, ask, posted
from tcxc.pages.filters import FilterForm
from tcxc.pages.gate import PageRequest
from tcxc.pages.paging import BY_ID, table_page
from tcxc.pages.seats import actor_of
from tcxc.roles import Permission

COLUMNS = ("account", "account_sid", "platform")
MOST_BYTES = 2_000_000
FAULTS_SHOWN = 20


class LinkFilter(FilterForm):
    """Links by their SID or their account's name."""

    sid = forms.CharField(label=gettext_lazy("SID"), required=False, max_length=34)
    account = forms.CharField(label=gettext_lazy("Account"), required=False, max_length=120)

    def lookups(self) -> dict[str, Any]:
        """The conditions."""
        paths = {"sid": "account_sid", "account": "account__name__icontains"}
        return {paths[name]: value.strip() for name, value in self.chosen.items()}


class ManyForm(forms.Form):
    """A file of links."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("A heading, then a row for each link: account (its name), account_sid, platform."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )


@require_GET
@buyer_page()
def links(request: PageRequest) -> HttpResponse:
    """Every linked sub-account, the newest first."""
    form = LinkFilter(request.GET)
    rows = RestcommLink.objects.filter(account__buyer=request.seat.buyer, **form.lookups())
    page = table_page(rows.select_related("account", "platform"), request, BY_ID)
    return render(request, "portal/links.html", {"page": page, "form": form})


@buyer_page(Permission.MANAGE_TRAFFIC)
def link_many(request: PageRequest) -> HttpResponse:
    """Link all sub-accounts of a file, or none of them."""
    question = Question(
        _("Link many"),
        _("Link all"),
        reverse("buyer:links"),
        _("Restcomm links"),
        says=_("All rows are linked or none: a row that is wrong is named, with how to mend it."),
        template="portal/link_many.html",
    )
    form = ManyForm(posted(request), request.FILES or None)

    def do(given: dict[str, Any]) -> str:
        rows = _rows(given["file"])
        try:
            made = link_accounts(buyer=request.seat.buyer, rows=rows, by=actor_of(request))
        except Invalid as refused:
            raise _on_the_file(refused) from refused
        return ngettext("%(count)s sub-account is linked.", "%(count)s sub-accounts are linked.", len(made)) % {
            "count": f"{len(made):,}"
        }

    return ask(request, question, form, do)


def _rows(file: Any) -> list[NewLink]:
    """The rows of the file. Raises `Invalid` for one that is no CSV of these columns."""
    if file.size > MOST_BYTES:
        raise _wrong(_("The file is larger than 2 MB."))
    try:
        text = file.read().decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if not {"account", "account_sid"} <= set(names) <= set(COLUMNS):
            raise _wrong(_("The heading must be: account,account_sid,platform"))
        reader.fieldnames = names
        return [_row(row) for row in reader]
    except UnicodeDecodeError as error:
        raise _wrong(_("The file is not UTF-8 text. Save it as CSV UTF-8.")) from error
    except csv.Error as error:
        raise _wrong(_("The file is not CSV: %(why)s") % {"why": error}) from error


def _row(row: dict[str, Any]) -> NewLink:
    cells = {name: str(row.get(name) or "").strip() for name in COLUMNS}
    return NewLink(cells["account"], cells["platform"], cells["account_sid"])


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, errors={"file": [sentence]})


def _on_the_file(refused: Refused) -> Refused:
    """What is wrong with the rows, as sentences beside the file; the first of them when there are many."""
    said = [f"{row}: {' '.join(sentences)}" for row, sentences in refused.errors.items()]
    more = [_("And %(count)d rows more.") % {"count": len(said) - FAULTS_SHOWN}] if len(said) > FAULTS_SHOWN else []
    return Invalid(refused.detail, errors={"file": [refused.detail, *said[:FAULTS_SHOWN], *more]})
