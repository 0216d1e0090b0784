"""The admin site: who may enter, and the search over everything."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tcxc.pages.formats import NONE
from tcxc.pages.operators.finding import find_everything


class OperatorSite(AdminSite):
    """Operators sign in as everybody does, with a second factor where `OPERATORS_NEED_SECOND_FACTOR` is set."""

    site_header = gettext_lazy("TCXC operators")
    site_title = gettext_lazy("TCXC operators")
    index_title = gettext_lazy("All there is")
    empty_value_display = NONE

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this is an active operator whose sign-in is strong enough."""
        return super().has_permission(request) and (
            not settings.OPERATORS_NEED_SECOND_FACTOR or is_mfa_enabled(request.user)
        )

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send nobody to sign-in and back, an operator without a second factor to set it up, strangers nowhere."""
        there = self._next(request)
        if not request.user.is_authenticated:
            return redirect_to_login(there)
        if not request.user.is_staff or not request.user.is_active:
            raise Http404
        if not self.has_permission(request):
            messages.warning(request, _("Operators need a second factor. Set one up, then come back."))
            return redirect("mfa_index")
        return redirect(there)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Signing out is the same for everybody."""
        return redirect("account_logout")

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """The stock addresses, and the search."""
        return [path("find/", self.admin_view(self.find), name="find"), *super().get_urls()]

    def find(self, request: HttpRequest) -> HttpResponse:
        """Whatever has this id, address, SID or name."""
        wanted = request.GET.get("q", "").strip()
        groups = find_everything(wanted) if wanted else []
        only = groups[0].found if len(groups) == 1 else []
        if len(only) == 1:
            return redirect(only[0].url)
        context = self.each_context(request) | {"title": _("Find"), "wanted": wanted, "groups": groups}
        return TemplateResponse(request, "admin/find.html", context)

    def _next(self, request: HttpRequest) -> str:
        there = request.GET.get(REDIRECT_FIELD_NAME, "")
        safe = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
        return there if there and safe else reverse("admin:index", current_app=self.name)
