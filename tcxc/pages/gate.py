"""The gate before each page of a side: nobody is sent to sign-in, a stranger finds nothing, a small role is told so."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from tcxc.errors import NotFound
from tcxc.models import User
from tcxc.pages.acting import may_move_money, withheld_from
from tcxc.pages.again import ask_again, is_recent
from tcxc.pages.seats import CHOSEN, Seat, Side, choose, seats_of
from tcxc.roles import Permission

P = ParamSpec("P")


class PageRequest(HttpRequest):
    """A request that passed the gate: who sits where."""

    user: User
    seat: Seat
    seats: list[Seat]
    htmx: HtmxDetails


View = Callable[Concatenate[PageRequest, P], HttpResponseBase]


def page_of(
    side: Side | None, permission: Permission = Permission.VIEW, *, asks_again: bool = False
) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A page for those who sit on this side, or on any with `None`, and whose role has this permission.

    `asks_again` is for what moves money or gives power away: whoever has not shown lately who they are does so first.
    Times are shown in the person's time zone. An operation's `NotFound` is a page that is not there.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            seated = cast("PageRequest", request)
            _sit_down(seated, side)
            if not seated.seat.may(permission) or (asks_again and not may_move_money(request)):
                raise PermissionDenied(_refusal(seated.seat))
            if asks_again and not is_recent(request):
                return ask_again(request)
            try:
                with timezone.override(ZoneInfo(seated.user.time_zone)):
                    return view(seated, *args, **kwargs)
            except NotFound as gone:
                raise Http404(gone.detail) from gone

        return gated

    return decorate


def _sit_down(request: PageRequest, side: Side | None) -> None:
    request.seats = seats_of(request.user, withheld=withheld_from(request))
    seat = _meant(request) or choose(request.seats, chosen=request.session.get(CHOSEN), side=side)
    if seat is None or (side is not None and seat.side is not side):
        raise Http404
    request.seat = seat
    if request.session.get(CHOSEN) != seat.key:
        request.session[CHOSEN] = seat.key


def _meant(request: PageRequest) -> Seat | None:
    """The seat in which a form was opened: another may have been taken in another window since."""
    key = request.POST.get("seat")
    if key is None:
        return None
    seat = next((seat for seat in request.seats if seat.key == key), None)
    if seat is None:
        raise Http404
    return seat


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """The way to sign-in and back; a fragment makes the whole window go there."""
    htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    if htmx:
        return HttpResponseClientRedirect(redirect_to_login(htmx.current_url_abs_path or "/").url)
    return redirect_to_login(request.get_full_path())


def _refusal(seat: Seat) -> str:
    if seat.withheld:
        return _("You act on behalf of somebody else: keys, the team and money are left to them.")
    role = seat.membership.get_role_display()
    sentence = _(
        "Your role in %(company)s is %(role)s, which does not include this. An owner of %(company)s can change it."
    )
    return sentence % {"company": seat.company.name, "role": role}
