"""Which holders and scopes each method of a resource asks for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tcxc.api.caller import Caller
from tcxc.errors import NotAllowed
from tcxc.models import Holder
from tcxc.scopes import Scope

if TYPE_CHECKING:  # REST framework imports this module while it loads its views
    from rest_framework.views import APIView


@dataclass(frozen=True, slots=True)
class Access:
    """What a key needs for one method; without a scope any key of these holders will do."""

    holders: frozenset[Holder]
    scope: Scope | None = None

    def check(self, caller: Caller) -> None:
        """Pass, or raise `NotAllowed` with what is missing."""
        if caller.holder not in self.holders:
            wanted = " or ".join(sorted(holder.value for holder in self.holders))
            raise NotAllowed(f"This needs a key of a {wanted}; yours is of a {caller.holder.value}.")
        if self.scope is not None and not caller.may(self.scope):
            raise NotAllowed(f"This needs a key with the scope {self.scope.value}.")


def allow(*holders: Holder, scope: Scope | None = None) -> Access:
    """`allow(Holder.BUYER, Holder.OPERATOR, scope=Scope.ACCOUNTS_READ)`."""
    return Access(frozenset(holders), scope)


class HolderAndScope(BasePermission):
    """Asks `view.access[method]`. A method that the view does not have passes, to be answered with 405."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Pass, or raise 401 without a key and 403 with one that does not reach."""
        if not isinstance(request.auth, Caller):
            raise NotAuthenticated
        method = "GET" if request.method == "HEAD" else str(request.method)
        if method.lower() not in view.http_method_names or not hasattr(view, method.lower()):
            return True
        access: Access = view.access[method]  # type: ignore[attr-defined]
        access.check(request.auth)
        return True
