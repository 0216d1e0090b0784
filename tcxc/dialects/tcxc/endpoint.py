"""What every address of the dialect does before and after its own work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from buyers.models import Buyer
from buyers.queries.buyers import find_buyer
from sellers.models import Seller
from sellers.queries.standing import find_seller
from tcxc.actors import Actor
from tcxc.dialects.quotas import check_quotas
from tcxc.dialects.tcxc import envelope
from tcxc.dialects.tcxc.parameters import Parameters, parameters_of, read
from tcxc.dialects.tcxc.sign_in import SignedIn, sign_in
from tcxc.errors import NotAllowed
from tcxc.models import Company, Holder

METHODS = ("GET", "POST")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody who is signed in."""

    request: HttpRequest
    signed_in: SignedIn

    @property
    def by(self) -> Actor:
        """Who asks, for operations."""
        return self.signed_in.actor

    @property
    def side(self) -> Holder:
        """Whether a buyer or a seller asks."""
        return self.signed_in.side

    @property
    def company(self) -> Company:
        """The company that asks."""
        return self.signed_in.login.company

    def buyer(self) -> Buyer:
        """The buyer that asks. Raises `NotAllowed` when the company is none."""
        buyer = find_buyer(self.company.pk)
        if buyer is None:
            raise NotAllowed("This company is no buyer.")
        return buyer

    def seller(self) -> Seller:
        """The seller that asks. Raises `NotAllowed` when the company is none."""
        seller = find_seller(self.company.pk)
        if seller is None:
            raise NotAllowed("This company is no seller.")
        return seller

    def read(self, kind: type[Parameters]) -> Any:
        """The parameters, from form and query. Raises `Invalid` by name."""
        return read(kind, parameters_of(self.request))


Answer = Mapping[str, Any] | HttpResponseBase
View = Callable[..., HttpResponseBase]


def endpoint(*sides: Holder, controller: str = "") -> Callable[[Callable[[Call], Answer]], View]:
    """Make an address of a function: sign-in comes first, then the side, the quotas and the function.

    `controller` is the name under which signatures are made; the path without its first slash will do, too.
    """

    def wrap(work: Callable[[Call], Answer]) -> View:
        @csrf_exempt
        @wraps(work)
        def view(request: HttpRequest) -> HttpResponseBase:
            try:
                signed_in = sign_in(request, {controller or path_of(request), path_of(request)})
                return answer(request, signed_in, sides, work)
            except Exception as exc:
                return envelope.failure_of(exc, request)

        return view

    return wrap


def answer(
    request: HttpRequest, signed_in: SignedIn, sides: tuple[Holder, ...], work: Callable[[Call], Answer]
) -> HttpResponseBase:
    """The reply to somebody who is signed in. Raises what refuses it."""
    if sides and signed_in.side not in sides:
        raise NotAllowed(f"This is for a {sides[0].value}'s log-in; yours is a {signed_in.side.value}'s.")
    check_quotas(f"login:{signed_in.login.pk}")
    if request.method not in METHODS:
        return envelope.method_not_allowed(METHODS)
    reply = work(Call(request, signed_in))
    return reply if isinstance(reply, HttpResponseBase) else envelope.success(reply)


def path_of(request: HttpRequest) -> str:
    """The path as a controller's name: without slashes around it, and without `.php`."""
    return request.path.strip("/").removesuffix(".php")
