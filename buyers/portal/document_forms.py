"""The form by which a buyer shows a document."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from numbers.models.documents import ANY_KIND, DocumentKind, kind_label
from tcxc.pages.filters import DateInput

MILLION = 1_000_000


class DocumentForm(forms.Form):
    """What it is, the file, and until when it is valid. `needed` are the kinds that the number needs."""

    kind = forms.ChoiceField(label=_("What it is"))
    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF, JPEG or PNG. It is made anew from its pages or pixels, so nothing hidden is kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
    )
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=DateInput, help_text=_("If it says so, such as a passport.")
    )

    def __init__(self, *args: Any, needed: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(DocumentKind.values) if list(needed) == [ANY_KIND] else needed
        self.fields["kind"].choices = [(kind, kind_label(kind)) for kind in kinds]  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """The file, unless it is larger than what is taken."""
        file = self.cleaned_data["file"]
        if file.size > settings.DOCUMENT_MAX_BYTES:
            most = settings.DOCUMENT_MAX_BYTES // MILLION
            raise forms.ValidationError(_("The file is larger than %(most)d MB."), params={"most": most})
        return file
