"""The addresses of provisioning. The configured uri ends in a slash, so paths come with two of them."""

from django.urls import re_path

from tcxc.dialects.restcomm.views import WORK, provision

_PAIR = r"(?P<key>[^/]+)/(?P<secret>[^/]+)/(?P<country>[^/]+)"
_BEFORE = r"^(?:/*restcomm/+|/*)number/+"
_WITH_NUMBER = "|".join(verb for verb in WORK if verb != "search")

urlpatterns = [
    re_path(rf"{_BEFORE}(?P<verb>search)/{_PAIR}/?$", provision),
    re_path(rf"{_BEFORE}(?P<verb>{_WITH_NUMBER})/{_PAIR}/(?P<msisdn>[^/]+)/?$", provision),
]
