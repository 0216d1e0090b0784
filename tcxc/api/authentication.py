"""Bearer keys (RFC 6750)."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from tcxc.actors import Actor
from tcxc.api.caller import Caller
from tcxc.clock import utc_now
from tcxc.models import User
from tcxc.network import client_address
from tcxc.queries.api_keys import usable_key


class BearerKey(BaseAuthentication):
    """`Authorization: Bearer <key>`. A key that is unknown, expired, revoked or far from home gets the same answer."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Caller] | None:
        """The operator (or nobody in person) and the `Caller`; None when no bearer key was given."""
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        address = client_address(request._request)
        key = usable_key(secret.strip().decode("latin-1"), address=address, at=utc_now())
        if key is None:
            raise AuthenticationFailed
        actor = Actor(user=key.user, api_key=key, address=str(address) if address else None)
        return key.user or AnonymousUser(), Caller(api_key=key, actor=actor)

    def authenticate_header(self, request: Request) -> str:
        """What WWW-Authenticate says with a 401."""
        return 'Bearer realm="tcxc"'
