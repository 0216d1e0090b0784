"""The form of the decision tester. It reads what people write; the engine's own request says what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from authz.models import Direction
from buyers.models import RestcommLink
from sellers.models import Service
from tcxc.errors import Refused

_MONO = {"class": "mono", "spellcheck": "false", "autocomplete": "off"}


class TesterForm(forms.Form):
    """A call or message that is asked about, as a gateway would ask."""

    service = forms.ChoiceField(label=_("Service"), choices=Service.choices, widget=forms.RadioSelect)
    to = forms.CharField(
        label=_("To"), max_length=32, widget=forms.TextInput(attrs=_MONO),
        help_text=_("The number called, with its country code."),
    )  # fmt: skip
    caller = forms.CharField(label=_("From"), max_length=32, required=False, widget=forms.TextInput(attrs=_MONO))
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    link = forms.ChoiceField(
        label=_("Asked for"), required=False, help_text=_("The sub-account whose call or message it is.")
    )
    seconds = forms.IntegerField(
        label=_("Seconds wanted"), required=False, min_value=1, max_value=86_400,
        help_text=_("Of a call. Empty: the account's slice."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), required=False, max_length=40_000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Of a message; its parts are counted. Empty: one part. It is not kept."),
    )  # fmt: skip
    mccmnc = forms.CharField(
        label=_("Network"), required=False, max_length=6, widget=forms.TextInput(attrs=_MONO),
        help_text=_("MCC and MNC of the destination, when known."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, *, links: list[RestcommLink], first: Mapping[str, Any]) -> None:
        begin = {"service": Service.VOICE, "direction": Direction.OUTBOUND}
        super().__init__(data, initial=begin | {name: first[name] for name in self.base_fields if name in first})
        self._links = {str(link.pk): link for link in links}
        names = [(pk, f"{link.account_sid} ({link.platform.name})") for pk, link in self._links.items()]
        field = self.fields["link"]
        assert isinstance(field, forms.ChoiceField), "declared above"
        field.choices = names or [("", _("No sub-account is linked yet"))]

    @property
    def asked_for(self) -> RestcommLink | None:
        """The sub-account that asks; None where none is linked."""
        return self._links.get(self.cleaned_data["link"])

    @property
    def facts(self) -> dict[str, Any]:
        """The fields of an authorize, those left empty left out."""
        given = self.cleaned_data
        facts = {name: given[name].strip() for name in ("service", "direction", "to", "mccmnc") if given[name]}
        if given["caller"]:
            facts["from"] = given["caller"].strip()
        if given["service"] == Service.VOICE:
            return facts | ({"requested_seconds": given["seconds"]} if given["seconds"] else {})
        return facts | ({"text": given["text"]} if given["text"] else {"parts": 1})

    def renamed(self, refused: Refused) -> Refused:
        """A refusal by the names of this form's fields."""
        names = {"from": "caller", "requested_seconds": "seconds"}
        errors = {names.get(name, name): sentences for name, sentences in refused.errors.items()}
        return Refused(refused.detail, errors=errors, type_=refused.type)
