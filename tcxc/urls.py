"""Every address of the house. `/healthz` and `/readyz` are answered before this, by `tcxc.health.Probes`."""

from django.contrib import admin
from django.urls import include, path, re_path, register_converter

from tcxc.api.resources import UnknownPath
from tcxc.api.routing import IdConverter
from tcxc.metrics import metrics

register_converter(IdConverter, "id")

# Addresses are tried in their order, some ten microseconds for each list: what is asked most comes first.
api_v1 = [
    path("aaa/", include("authz.api.urls")),
    path("", include("billing.api.urls")),
    path("", include("sellers.api.urls")),
    path("", include("buyers.api.urls")),
    path("", include("numbers.api.urls")),
    path("", include("numbers.api.document_urls")),
    path("", include("tcxc.api.urls")),
    path("", include("authz.api.record_urls")),
]

urlpatterns = [
    path("api/v1/", include(api_v1)),
    path("", include("tcxc.pages.urls")),
    path("buyer/", include("buyers.portal.urls")),
    path("gallery/", include("tcxc.pages.gallery")),
    path("views/", include("tcxc.pages.saved_views")),
    path("exports/", include("tcxc.pages.exports")),
    path("seller/", include("sellers.console.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("metrics", metrics),
    path("", include("tcxc.dialects.tcxc.urls")),
    path("", include("tcxc.dialects.restcomm.urls")),
    re_path(r"^api/", UnknownPath.as_view()),
]
