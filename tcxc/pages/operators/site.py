"""The admin site: who may enter, and the search over everything."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from buyers.models import Account
from tcxc import partitions
from tcxc.clock import utc_now
from tcxc.pages.finding import wanted_in
from tcxc.pages.formats import NONE
from tcxc.pages.operators.dashboard import jobs, overview
from tcxc.pages.operators.finding import find_everything
from tcxc.pages.operators.timeline import SOURCES, Place, timeline


class OperatorSite(AdminSite):
    """Operators sign in as everybody does, with a second factor where `OPERATORS_NEED_SECOND_FACTOR` is set."""

    site_header = gettext_lazy("TCXC operators")
    site_title = gettext_lazy("TCXC operators")
    index_title = gettext_lazy("All there is")
    empty_value_display = NONE

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self._listed: dict[tuple[str | None, str | None], list[Any]] = {}

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
        """The stock addresses, the search, the jobs, and the accounts' timelines."""
        mine = [
            path("find/", self.admin_view(self.find), name="find"),
            path("jobs/", self.admin_view(self.jobs), name="jobs"),
            path("timeline/<id:pk>/", self.admin_view(self.timeline), name="timeline"),
        ]
        return [*mine, *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The tables, which are the same for every operator: put together once by each process for each language."""
        if not (request.user.is_active and request.user.is_staff):
            return super().get_app_list(request, app_label)
        which = (app_label, get_language())
        if which not in self._listed:
            self._listed[which] = super().get_app_list(request, app_label)
        return self._listed[which]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Traffic, money and what needs a person, above the tables."""
        shown = {"overview": overview(now=utc_now())}
        return super().index(request, shown | (extra_context or {}))

    def jobs(self, request: HttpRequest) -> HttpResponse:
        """Each scheduled job with its last run, and the partitions of the months to come."""
        facts = {"title": _("Jobs"), "jobs": jobs(now=utc_now()), "partitions": list(partitions.state())}
        return TemplateResponse(request, "admin/jobs.html", self.each_context(request) | facts)

    def timeline(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All that happened to an account, the newest first."""
        account = get_object_or_404(Account.objects.select_related("buyer__company"), pk=pk)
        kind = request.GET.get("kind", "")
        happenings, following = timeline(account, kind=kind, before=Place.read(request.GET.get("before", "")))
        facts = {"account": account, "happenings": happenings, "following": following, "kind": kind}
        facts |= {"title": _("Timeline"), "sources": SOURCES}
        return TemplateResponse(request, "admin/timeline.html", self.each_context(request) | facts)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Whatever has this id, address, SID or name."""
        wanted = wanted_in(request)
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
