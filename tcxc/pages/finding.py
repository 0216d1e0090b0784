"""Finds anything that the seat may see, by whatever name or id one has at hand; and the pages and commands there are.

Each side says what it finds (`buyers.portal.finding`, `sellers.console.finding`). Ids are looked up as a whole; names
by any part, but only among what is the company's own, so that no look-up reads a large table.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tcxc.pages.gate import PageRequest, page_of
from tcxc.pages.navigation import COMMANDS, SIGN_IN, Entry, allowed
from tcxc.pages.overlay import KINDS, render_over
from tcxc.pages.seats import Seat, Side

MOST = 8
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: what it is called, the address of its page, and what tells it from others."""

    label: str
    url: str
    note: str = ""
    icon: str = "arrow-right"


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    title: str | Promise
    found: list[Found]


Finder = Callable[[Seat, str], Iterable[Found]]


@require_GET
@page_of(None)
def find(request: PageRequest) -> HttpResponse:
    """The search as a dialog, as a page of its own, or only its findings while somebody types."""
    wanted = wanted_in(request)
    context = {"heading": _("Find anything"), "wanted": wanted, "groups": find_all(request.seat, wanted)}
    if request.htmx and request.htmx.target not in KINDS:
        return render_over(request, "pages/found.html", context)
    back = {"back": request.seat.side.home, "back_label": _("Overview")}
    return render_over(request, "pages/find.html", context | back)


def find_all(seat: Seat, text: str) -> list[Group]:
    """What goes by this text, by kind, kinds with nothing left out; without a text, where one can go."""
    groups = [Group(title, list(finder(seat, text))[:MOST]) for title, finder in _finders(seat.side)] if text else []
    groups.append(Group(gettext_lazy("Go to"), _entries(_places(seat), text)))
    groups.append(
        Group(gettext_lazy("Do"), _entries(allowed([*_commands(seat.side), *COMMANDS], seat.permissions), text))
    )
    return [group for group in groups if group.found]


def wanted_in(request: HttpRequest) -> str:
    """What is looked for: without null characters, which PostgreSQL takes in no text."""
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]


def number_in(text: str) -> int | None:
    """The row number that somebody means by `7` or `#7`; None when it is none."""
    digits = text.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def phone_in(text: str) -> str:
    """The digits of what looks like a phone number, `+44 20 7183 8750` as well; else nothing."""
    digits = text.removeprefix("+").translate(str.maketrans("", "", " -()."))
    return digits if digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 15 else ""


def _entries(entries: Iterable[Entry], text: str) -> list[Found]:
    words = text.lower().split()
    fitting = (entry for entry in entries if all(word in str(entry.label).lower() for word in words))
    return [Found(str(entry.label), reverse(entry.url_name), icon=entry.icon or "arrow-right") for entry in fitting]


def _places(seat: Seat) -> Iterable[Entry]:
    from buyers.portal import navigation as buying
    from sellers.console import navigation as selling

    for entry in allowed(buying.ENTRIES if seat.side is Side.BUYER else selling.ENTRIES, seat.permissions):
        yield from allowed(entry.inside, seat.permissions) or [entry]
    yield from SIGN_IN


def _commands(side: Side) -> tuple[Entry, ...]:
    from buyers.portal import navigation as buying
    from sellers.console import navigation as selling

    return buying.COMMANDS if side is Side.BUYER else selling.COMMANDS


def _finders(side: Side) -> tuple[tuple[str | Promise, Finder], ...]:
    from buyers.portal import finding as buying
    from sellers.console import finding as selling

    return buying.FINDERS if side is Side.BUYER else selling.FINDERS
