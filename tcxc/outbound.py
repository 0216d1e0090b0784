"""Asking other systems over HTTP at addresses that customers gave: guarded, bounded, and without surprises.

The name is resolved once, every address that it stands for is looked at, and the connection goes to one of these: a
name that answers differently a moment later gains nothing. Redirects are not followed.
"""

import http.client
import json
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from django.conf import settings

from tcxc.errors import Invalid
from tcxc.network import Address, is_within

MOST_BYTES = 8 * 1024 * 1024
PORTS = {"https": 443, "http": 80}


class Unreachable(Exception):  # noqa: N818  (what happened, told to whoever asked)
    """The other system did not answer as it should; the text says how, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: the host by name, and an address of it that was looked at."""

    scheme: str
    host: str
    port: int
    address: str


def fault_of(url: str) -> str | None:
    """What is wrong with the form of an address, as a sentence, or None. The name is not looked up."""
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return "That is no address."
    if parts.scheme not in PORTS or not parts.hostname or not port_is_good:
        return "Give an address that begins with https://."
    if parts.scheme == "http" and not settings.OUTBOUND_PRIVATE_NETWORKS:
        return "Only https:// is taken: over http:// the credentials could be read on the way."
    if parts.username or parts.password or parts.query or parts.fragment:
        return "Leave out credentials, query and fragment."
    return None


def check_address(url: str, *, field: str) -> None:
    """Raise `Invalid` for an address that can't be asked."""
    fault = fault_of(url)
    if fault:
        raise Invalid(fault, errors={field: [fault]})


def get_json(url: str, *, basic: tuple[str, str], seconds: float = 10) -> Any:
    """GET a JSON document with HTTP Basic, within so many seconds. Raises `Unreachable`."""
    status, body = _ask("GET", url, basic, seconds)
    if status != 200:
        raise Unreachable(f"It answered with HTTP {status}.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise Unreachable("Its answer is no JSON.") from exc


def post_form(url: str, fields: Mapping[str, str], *, basic: tuple[str, str], seconds: float = 10) -> int:
    """POST a form with HTTP Basic. Returns the status: any but a refusal of the credentials. Raises `Unreachable`."""
    return _ask("POST", url, basic, seconds, urlencode(fields))[0]


def _ask(method: str, url: str, basic: tuple[str, str], seconds: float, form: str | None = None) -> tuple[int, bytes]:
    parts = urlsplit(url)
    target = _target(parts)
    credentials = b64encode(f"{basic[0]}:{basic[1]}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Accept": "application/json", "User-Agent": "TCXC"}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    status, body = _send(target, (method, path, form, headers), seconds)
    if status in (401, 403):
        raise Unreachable("It refuses the credentials.")
    return status, body


def _target(parts: SplitResult) -> Target:
    fault = fault_of(parts._replace(query="").geturl())
    if fault or parts.hostname is None:
        raise Unreachable(fault or "That is no address.")
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as exc:
        raise Unreachable("Its name can't be found.") from exc
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(may_ask(address) for address in addresses):
        raise Unreachable("It is in a private network, which this exchange does not ask.")
    if parts.scheme == "http" and not all(is_allowed_private(address) for address in addresses):
        raise Unreachable("Over http:// the credentials could be read on the way: use https://.")
    return Target(parts.scheme, parts.hostname, port, addresses[0])


def may_ask(address: str) -> bool:
    """Whether the address is of the public internet, or in a network that the settings allow."""
    plain = _plain(address)
    return is_allowed_private(address) or (plain.is_global and not plain.is_multicast)


def is_allowed_private(address: str) -> bool:
    """Whether the address is in one of the networks that the settings name."""
    return is_within(_plain(address), settings.OUTBOUND_PRIVATE_NETWORKS)


def _plain(address: str) -> Address:
    parsed = ip_address(address.partition("%")[0])
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _send(target: Target, request: tuple[str, str, str | None, dict[str, str]], seconds: float) -> tuple[int, bytes]:
    until = monotonic() + seconds
    connection = http.client.HTTPConnection(target.host, target.port, timeout=seconds)
    try:
        connection.sock = _connected(target, seconds)
        with _cut_off_after(seconds, connection.sock):
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request(*request)
            response = connection.getresponse()
            return response.status, _body(response, until)
    except (OSError, http.client.HTTPException, UnicodeError) as exc:
        raise Unreachable(f"It can't be reached: {type(exc).__name__}.") from exc
    finally:
        connection.close()


@contextmanager
def _cut_off_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """End a connection when its time is over: by the byte, a server could keep us for hours before its body begins."""

    def cut() -> None:
        with suppress(OSError):
            socket.socket.shutdown(connected, socket.SHUT_RDWR)  # beneath TLS, which has another thread's reader

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _connected(target: Target, seconds: float) -> socket.socket:
    """A connection; of TLS the handshake is still to come."""
    plain = socket.create_connection((target.address, target.port), timeout=seconds)
    if target.scheme == "http":
        return plain
    try:
        context = ssl.create_default_context()
        return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
    except BaseException:
        plain.close()
        raise


def _body(response: http.client.HTTPResponse, until: float) -> bytes:
    """The body, unless it is too large or drips in too slowly."""
    parts, size = [], 0
    while part := response.read1(64 * 1024):
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise Unreachable("Its answer is too large.")
        if monotonic() > until:
            raise Unreachable("Its answer takes too long.")
    return b"".join(parts)
