"""Asking again: whoever moves money or gives power away has shown who they are within the last minutes."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect


def is_recent(request: HttpRequest) -> bool:
    """Whether the person signed in, or confirmed that it is them, within `ACCOUNT_REAUTHENTICATION_TIMEOUT` seconds.

    Of an operator who acts for somebody it is the operator who counts.
    """
    records = get_authentication_records(request, getattr(request, "operator", None) or request.user)
    return any(time.time() - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT for record in records)


def ask_again(request: HttpRequest) -> HttpResponse:
    """The way to the confirmation, and from there to the page that was asked for; what was posted is not kept."""
    address = f"{reverse('account_reauthenticate')}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", False) else redirect(address)
