"""Platform keys at the REST door."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.request import Request

from authz.keys import memory
from tcxc.actors import Actor
from tcxc.api.authentication import BearerKey
from tcxc.api.caller import Caller
from tcxc.models import User
from tcxc.network import client_address


class RememberedKey(BearerKey):
    """As `BearerKey`, from memory where it can be."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Caller] | None:
        """The caller behind the key; see `BearerKey`."""
        scheme, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() == "bearer":
            address = client_address(request._request)
            key = memory.recall(secret.strip(), lambda: address) or memory.look_up(secret.strip(), address)
            if key is not None:
                actor = Actor(user=key.user, api_key=key, address=str(address) if address else None)
                return key.user or AnonymousUser(), Caller(api_key=key, actor=actor)
        return super().authenticate(request)
