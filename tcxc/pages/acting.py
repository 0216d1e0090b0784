"""Acting on behalf: an operator sees and does what a person of a company does, for a while, under both names."""

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tcxc.models import User
from tcxc.roles import Permission

ACTING = "acting_for"
# Where the operator is taken for the person. Everywhere else they are themselves; nobody touches another's sign-in.
THEIRS = ("/buyer/", "/seller/", "/settings/", "/developers/", "/find/", "/go/", "/sit/")
OWN_SIGN_IN = "/accounts/"
STILL_OPEN = ("/accounts/logout/", "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/")
NEVER = frozenset({Permission.MANAGE_KEYS, Permission.MANAGE_TEAM})


class ActingOnBehalf:
    """Middleware that puts the person in the operator's place; `request.operator` is then the operator."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as the person where the pages are theirs."""
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.get(ACTING) is not None:
            self._step_in(request)
        return self._get_response(request)

    def _step_in(self, request: HttpRequest) -> None:
        operator, person = request.user, acted_for(request)
        if person is None:
            request.session.pop(ACTING, None)
        elif request.path.startswith(THEIRS):
            request.operator = operator  # type: ignore[attr-defined]
            request.user = person
        elif request.path.startswith(OWN_SIGN_IN) and not request.path.startswith(STILL_OPEN):
            raise PermissionDenied(_("You act on behalf of somebody else: end that first to see your own sign-in."))


def acted_for(request: HttpRequest) -> User | None:
    """For whom the signed-in operator acts; None when they do not, the time is over, or it is not allowed any more."""
    state, operator = request.session.get(ACTING), request.user
    if state is None or not (operator.is_authenticated and operator.is_active and operator.is_staff):
        return None
    if state["until"] < time.time():
        return None
    return User.objects.filter(pk=state["person"], is_active=True, is_staff=False).first()


def begin(request: HttpRequest, person: User) -> None:
    """Step into the person's place for `ACTING_MINUTES`. The operation has recorded it."""
    request.session[ACTING] = {"person": person.pk, "until": time.time() + 60 * settings.ACTING_MINUTES}


def end(request: HttpRequest) -> User | None:
    """Step out again; returns for whom it was."""
    person = acted_for(request)
    request.session.pop(ACTING, None)
    return person


def withheld_from(request: HttpRequest) -> frozenset[Permission]:
    """What may not be done on somebody's behalf: keys and the team never, money only by `ACTING_MAY_MOVE_MONEY`."""
    if getattr(request, "operator", None) is None:
        return frozenset()
    return NEVER if may_move_money(request) else NEVER | {Permission.MANAGE_MONEY}


def may_move_money(request: HttpRequest) -> bool:
    """Whether nobody acts on the person's behalf, or may move money all the same."""
    return getattr(request, "operator", None) is None or bool(settings.ACTING_MAY_MOVE_MONEY)
