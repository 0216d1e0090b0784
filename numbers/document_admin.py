"""Documents for operators: to look at, with each look noted, to approve or reject, and which ones numbers need."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from numbers.e164 import digits_of
from numbers.models import Document, DocumentLook, DocumentUse, Requirement, Verdict
from numbers.models.documents import kind_label
from numbers.operations import approve_document, drop_requirement, look_at, reject_document, require_document
from numbers.queries.documents import document_of
from sellers.models import Seller
from tcxc import numbering
from tcxc.actors import Actor
from tcxc.errors import NotFound
from tcxc.files.kinds import Kind
from tcxc.files.serving import file_response
from tcxc.pages.formats import NONE, moment
from tcxc.pages.forms import ReasonForm
from tcxc.pages.operators import shown
from tcxc.pages.operators.tables import BigTableAdmin, Deed
from tcxc.pages.seats import actor_of
from tcxc.pages.words import pill


class ApproveForm(forms.Form):
    """A word for the buyer, and how long the document is valid; neither has to be given."""

    reason = forms.CharField(label=gettext_lazy("Note for the buyer"), max_length=255, required=False)
    expires_on = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("The last day that the document says. Empty: it does not expire."),
    )


def _approve(document: Document, given: dict[str, Any], by: Actor) -> str:
    approve_document(document=document, reason=given["reason"], expires_on=given["expires_on"], by=by)
    return _("Approved, in the place of every seller that it was shown to.")


def _reject(document: Document, given: dict[str, Any], by: Actor) -> str:
    reject_document(document=document, reason=given["reason"], by=by)
    return _("Rejected. Its buyer is told why.")


@admin.register(Document)
class DocumentAdmin(BigTableAdmin[Document]):
    """What buyers showed for numbers."""

    list_display = ("uploaded_at", "kind_in_words", "buyer", "state", "numbers", "expires_on", "purged_at")
    list_select_related = ("buyer__company",)
    list_filter = ("verdicts__state", "kind")
    search_fields = ("uses__subscription__number__number",)
    exclude = ("sealed_key", "name")
    readonly_fields = ("numbers", "file", "said", "looks")
    deeds = (
        Deed(
            "approve",
            gettext_lazy("Approve"),
            ApproveForm,
            _approve,
            says=gettext_lazy("For every seller that it was shown to. Their numbers work once nothing is missing."),
            applies=lambda document: not document.is_purged,
            initial=lambda document: {"expires_on": document.expires_on},
        ),
        Deed(
            "reject",
            gettext_lazy("Reject"),
            ReasonForm,
            _reject,
            says=gettext_lazy("For every seller that it was shown to. Their numbers stop at once."),
            applies=lambda document: not document.is_purged,
            is_grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """With what was said of each, and for which numbers."""
        return super().get_queryset(request).prefetch_related("verdicts__seller__company", "uses__subscription__number")

    def named(self, rows: QuerySet[Document], text: str) -> QuerySet[Document]:
        """Those that were shown for the number with these digits."""
        return rows.filter(uses__subscription__number__number=digits_of(text))

    def get_urls(self) -> list[URLPattern]:
        """The file too."""
        view = self.admin_site.admin_view(self._file)
        return [path("<int:pk>/file/", view, name="numbers_document_file"), *super().get_urls()]

    def _file(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            document = document_of(pk, buyer_id=None)
            content = look_at(document=document, side=DocumentLook.Side.OPERATOR, by=actor_of(request))
        except NotFound as gone:
            raise Http404 from gone
        return file_response(content, kind=Kind(document.media_type), name=f"document-{pk}", inline=True)

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def kind_in_words(self, document: Document) -> str:
        """What it is."""
        return kind_label(document.kind)

    @admin.display(description=gettext_lazy("state"))
    def state(self, document: Document) -> SafeString:
        """What each seller says of it."""
        return format_html(" ".join(["{}"] * len(found)), *found) if (found := _pills(document)) else SafeString(NONE)

    @admin.display(description=gettext_lazy("numbers"))
    def numbers(self, document: Document) -> str:
        """For which it was shown."""
        return ", ".join(f"+{use.subscription.number.number}" for use in document.uses.all())

    @admin.display(description=gettext_lazy("file"))
    def file(self, document: Document) -> str | SafeString:
        """A link to it; each look is noted."""
        if document.is_purged:
            return _("Deleted; what was said of it stays.")
        address = reverse("admin:numbers_document_file", args=[document.pk])
        return format_html('<a href="{}">{}</a>', address, _("Open the file (the look is noted)"))

    @admin.display(description=gettext_lazy("verdicts"))
    def said(self, document: Document) -> str | SafeString:
        """What was said of it, by whom."""
        rows = [
            (
                verdict.seller,
                format_html("{} {}", pill(verdict.get_state_display(), verdict.state), verdict.reason),
                format_html("{}<br>{}", moment(verdict.decided_at), _("by an operator") if verdict.by_operator else ""),
            )
            for verdict in document.verdicts.all()
        ]
        return shown.table([_("Seller"), _("Verdict"), _("Decided")], rows)

    @admin.display(description=gettext_lazy("looks"))
    def looks(self, document: Document) -> str | SafeString:
        """Who opened the file, the last twenty times."""
        found = document.looks.select_related("user", "api_key").order_by("-id")[:20]
        rows = [
            (
                moment(one.looked_at),
                format_html("{}<br>{}", one.user or one.api_key, one.get_side_display()),
                one.address,
            )
            for one in found
        ]
        return shown.table([_("When"), _("Who"), _("From")], rows)


def _pills(document: Document) -> list[SafeString]:
    return [pill(verdict.get_state_display(), verdict.state) for verdict in document.verdicts.all()]


@admin.register(Verdict)
class VerdictAdmin(BigTableAdmin[Verdict]):
    """What sellers and operators said of documents; pending ones wait."""

    list_display = ("asked_at", "document", "seller", "shown_state", "reason", "decided_at", "decided_by")
    list_select_related = ("document", "seller__company", "decided_by")
    list_filter = ("state", "by_operator")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, verdict: Verdict) -> SafeString:
        """What was said."""
        return pill(verdict.get_state_display(), verdict.state)


@admin.register(DocumentUse)
class DocumentUseAdmin(BigTableAdmin[DocumentUse]):
    """Which document was shown for which number."""

    list_display = ("used_at", "document", "subscription")
    list_select_related = ("document", "subscription")


@admin.register(DocumentLook)
class DocumentLookAdmin(BigTableAdmin[DocumentLook]):
    """Who opened which file, for ever."""

    list_display = ("looked_at", "document", "side", "user", "api_key", "address")
    list_select_related = ("document", "user", "api_key")
    list_filter = ("side",)


class RequirementForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for type checkers only
    """A document that numbers need."""

    class Meta:
        model = Requirement
        fields = ("kind", "country", "type", "seller", "note")
        help_texts = {
            "kind": gettext_lazy("One word, such as identity, passport, address_proof or company_registration."),
            "country": gettext_lazy("Two letters of ISO 3166. Empty: every country."),
            "seller": gettext_lazy("Empty: the numbers of every seller."),
        }

    class Media:
        # The way from a chosen seller to its page.
        js = (
            "admin/js/vendor/jquery/jquery.min.js",
            "admin/js/jquery.init.js",
            "admin/js/admin/RelatedObjectLookups.js",
        )

    def clean_country(self) -> str:
        """A country that there is."""
        country: str = self.cleaned_data["country"].upper()
        if country and country not in numbering.countries():
            raise forms.ValidationError(_("There is no such country."))
        return country


@admin.register(Requirement)
class RequirementAdmin(BigTableAdmin[Requirement]):
    """Which documents numbers need, from their next buyers on."""

    form = RequirementForm
    list_display = ("kind", "country", "type", "seller", "note", "made_at")
    list_select_related = ("seller__company",)
    list_filter = ("country", "type")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The sellers with their names."""
        sellers = Seller.objects.select_related("company").order_by("company__name")
        return super().formfield_for_foreignkey(db_field, request, **{"queryset": sellers} | kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Operators say what is needed."""
        return self.has_module_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Requirement | None = None) -> bool:
        """And what no longer is: numbers that were bought keep what they needed."""
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: Requirement, form: RequirementForm, change: bool) -> None:
        """Through the operation, which writes the audit row."""
        given = form.cleaned_data
        facts = {name: given[name] for name in ("kind", "country", "seller", "note")}
        obj.pk = require_document(type_=given["type"], by=actor_of(request), **facts).pk

    def delete_model(self, request: HttpRequest, obj: Requirement) -> None:
        """Through the operation, likewise."""
        drop_requirement(requirement=obj, by=actor_of(request))
