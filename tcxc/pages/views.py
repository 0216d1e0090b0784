"""Pages that belong to no side."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tcxc.models import User
from tcxc.operations import access
from tcxc.pages import acting
from tcxc.pages.context import DENSITIES, THEMES
from tcxc.pages.seats import CHOSEN, actor_of, choose, seats_of

YEAR = 365 * 24 * 3600


@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """What the product is, and the way in."""
    return render(request, "pages/public.html")


@login_required
@require_GET
def go(request: HttpRequest) -> HttpResponse:
    """The way after sign-in: to the side where one sits, to the admin, or to a page that says there is no seat."""
    person = cast("User", request.user)
    seat = choose(seats_of(person), chosen=request.session.get(CHOSEN))
    if seat is not None:
        return redirect(seat.side.home)
    if person.is_staff:
        return redirect("admin:index")
    return render(request, "pages/no_seat.html")


@login_required
@require_POST
def sit(request: HttpRequest) -> HttpResponse:
    """Take another of one's seats; any other is not found."""
    wanted = request.POST.get("seat", "")
    seat = next((seat for seat in seats_of(cast("User", request.user)) if seat.key == wanted), None)
    if seat is None:
        return render(request, "404.html", status=404)
    request.session[CHOSEN] = seat.key
    return redirect(seat.side.home)


@login_required
@require_POST
def end_acting(request: HttpRequest) -> HttpResponse:
    """Stop acting on somebody's behalf, and go back to their page in the admin."""
    person = acting.end(request)
    if person is None:
        return redirect("go")
    access.end_acting(person=person, by=actor_of(request))
    messages.success(request, _("You are yourself again."))
    return redirect("admin:tcxc_user_change", person.pk)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember theme or density in a cookie, without script; then back to where one was."""
    there = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        there = "/"
    answer = HttpResponseRedirect(there)
    for name, known in (("theme", THEMES), ("density", DENSITIES)):
        value = request.POST.get(name)
        if value in known:
            answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
        elif value == "":
            answer.delete_cookie(name, samesite="Lax")
    return answer
