"""What every template knows: the reader's theme and density, where they sit, and the navigation of that side."""

from typing import Any

from django.http import HttpRequest
from django.urls import ResolverMatch

from tcxc.pages.navigation import Shown, navigation
from tcxc.pages.seats import CHOSEN, Seat, Side, choose, seats_of

THEMES = {"light", "dark"}
DENSITIES = {"roomy"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor for the pages. Only on the pages of one's own sign-in does it ask the database."""
    seat = getattr(request, "seat", None) or _seat_at_settings(request)
    theme, density = request.COOKIES.get("theme", ""), request.COOKIES.get("density", "")
    return {
        "theme": theme if theme in THEMES else "",
        "density": density if density in DENSITIES else "",
        "seat": seat,
        "seats": getattr(request, "seats", []),
        "navigation": _navigation(seat, request.resolver_match) if seat else [],
    }


def _seat_at_settings(request: HttpRequest) -> Seat | None:
    if not request.path.startswith("/accounts/") or not request.user.is_authenticated:
        return None
    seats = seats_of(request.user)
    request.seats = seats  # type: ignore[attr-defined]
    return choose(seats, chosen=request.session.get(CHOSEN))


def _navigation(seat: Seat, match: ResolverMatch | None) -> list[Shown]:
    from buyers.portal import navigation as buying
    from sellers.console import navigation as selling

    entries = buying.ENTRIES if seat.side is Side.BUYER else selling.ENTRIES
    return navigation(entries, match.view_name if match else "", seat.permissions)
