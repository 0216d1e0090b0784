"""The form for an account's log-in to its Restcomm."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RestcommLoginForm(forms.Form):
    """Where the Restcomm answers, and with what. The token is written anew each time: it is never shown."""

    api_url = forms.CharField(
        label=_("REST address"),
        max_length=255,
        help_text=_("As in https://cloud.example/restcomm, without the version."),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )
    account_sid = forms.CharField(
        label=_("Account SID"), max_length=34, widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"})
    )
    auth_token = forms.CharField(
        label=_("AuthToken"),
        max_length=255,
        help_text=_("Kept encrypted, and never shown again."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    sip_domain = forms.CharField(
        label=_("SIP domain"),
        max_length=255,
        required=False,
        help_text=_("Where calls to its numbers should go; empty: that is not compared."),
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
    )
