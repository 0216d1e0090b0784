"""Who asks: HTTP Digest, a signature among the parameters, or a signed address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import decrypt
from tcxc.dialects.tcxc import digest, signatures
from tcxc.models import ApiLogin, Holder
from tcxc.network import client_address

WRONG_SIGNATURE = {"error": "Wrong signature", "status": "fail"}


class NotSignedIn(Exception):  # noqa: N818  (an answer, not a fault)
    """Nobody known asks: answered with a challenge."""

    def __init__(self, *, stale: bool = False) -> None:
        super().__init__("Sign in with HTTP Digest.")
        self.stale = stale


class WrongSignature(Exception):  # noqa: N818
    """A signature was given, and it is not right or not of now."""


class WrongAddress(Exception):  # noqa: N818
    """The digest was made for another address than the one asked for (RFC 7616, section 3.4.6)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The log-in that asks, and the actor that operations record."""

    login: ApiLogin
    actor: Actor

    @property
    def side(self) -> Holder:
        """Whether a buyer or a seller asks."""
        return Holder(self.login.side)


def sign_in(request: HttpRequest, controllers: Collection[str]) -> SignedIn:
    """Who asks. `controllers` are the names under which this address is signed.

    Raises `NotSignedIn`, `WrongSignature` or `WrongAddress`.
    """
    now = utc_now()
    header = request.headers.get("Authorization", "")
    if header[:7].lower() == "digest ":
        return _signed_in(request, _by_digest(request, header, now))
    if "signature" in request.GET or "signature" in request.POST:
        return _signed_in(request, _by_signature(request, controllers, now))
    if "sign" in request.GET:
        return _signed_in(request, _by_address(request, now))
    raise NotSignedIn


def by_callback_path(request: HttpRequest, *, login: str, ts: str, path: str, signature: str) -> SignedIn:
    """Who signed the path of a callback. Raises `WrongSignature`."""
    found = _find(login)
    if found is None or not signatures.is_timely(ts, now=utc_now()):
        raise WrongSignature
    _compare(signature, signatures.of_address(path, api_key=decrypt(found.encrypted_key)))
    return _signed_in(request, found)


def address_as_sent(request: HttpRequest) -> str:
    """Path and query exactly as the client wrote them: signatures are made over these."""
    if isinstance(request, ASGIRequest) and request.scope.get("raw_path"):
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        query = request.META.get("QUERY_STRING", "")
        return f"{path}?{query}" if query else path
    return request.get_full_path()


def _by_digest(request: HttpRequest, header: str, now: datetime) -> ApiLogin:
    given = digest.parse(header)
    if not digest.is_well_formed(given) or not digest.is_ours(given["nonce"]):
        raise NotSignedIn
    login = _find(given["username"])
    if login is None or not digest.is_right(login.ha1, str(request.method), given):
        raise NotSignedIn
    if not _is_of_this_request(given["uri"], request):
        raise WrongAddress
    if not digest.is_fresh(given["nonce"], given["nc"], now=now):
        raise NotSignedIn(stale=True)
    return login


def _is_of_this_request(uri: str, request: HttpRequest) -> bool:
    """Whether the digest's uri, in any encoding, and absolute or not, is what was asked for."""
    try:
        asked = urlsplit(uri if not uri.startswith("//") else f"//{request.get_host()}{uri}")
    except ValueError:
        return False
    query = request.META.get("QUERY_STRING", "")
    return unquote(asked.path) == request.path and _pairs(asked.query) == _pairs(query)


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)


def _by_signature(request: HttpRequest, controllers: Collection[str], now: datetime) -> ApiLogin:
    api_login, ts, signature = (_parameter(request, name) for name in ("api_login", "ts", "signature"))
    login = _find(api_login)
    if login is None or not signatures.is_timely(ts, now=now):
        raise WrongSignature
    key = decrypt(login.encrypted_key)
    right = [signatures.of_controller(name, api_key=key, api_login=api_login, ts=ts) for name in controllers]
    if not any(signatures.is_same(signature.lower(), each) for each in right):
        raise WrongSignature
    return login


def _by_address(request: HttpRequest, now: datetime) -> ApiLogin:
    login = _find(request.GET.get("login", ""))
    wrong_side = login is not None and request.GET.get("login_type", "").lower() != login.side
    if login is None or wrong_side or not signatures.is_timely(request.GET.get("ts", ""), now=now):
        raise WrongSignature
    address = signatures.unsigned(address_as_sent(request))
    _compare(request.GET["sign"], signatures.of_address(address, api_key=decrypt(login.encrypted_key)))
    return login


def _compare(signature: str, right: str) -> None:
    if not signatures.is_same(signature.lower(), right):
        raise WrongSignature


def _parameter(request: HttpRequest, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def _find(login: str) -> ApiLogin | None:
    if "\x00" in login:
        return None
    return ApiLogin.objects.select_related("company").filter(login=login).first()


def _signed_in(request: HttpRequest, login: ApiLogin) -> SignedIn:
    address = client_address(request)
    actor = Actor(via=f"login:{login.pk}", address=str(address) if address else None)
    return SignedIn(login, actor)
