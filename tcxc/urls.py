"""Every address of the house. `/healthz` and `/readyz` are answered before this, by `tcxc.health.Probes`."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from tcxc.metrics import metrics

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("metrics", metrics),
]
