"""Who is at the other end of a request."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(request: HttpRequest) -> Address | None:
    """The client's address, or None when it can't be told (a Unix socket, or a proxy that named nobody).

    With TRUSTED_PROXY_COUNT = n it is the nth X-Forwarded-For entry from the right: what stands further left was
    written by the client.
    """
    return client_behind(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def client_behind(peer: str, forwarded_for: str) -> Address | None:
    """`client_address`, from the peer's address and the X-Forwarded-For header of a request."""
    proxies: int = settings.TRUSTED_PROXY_COUNT
    if proxies == 0:
        return parse(peer)
    named = forwarded_for.split(",")
    return parse(named[-proxies]) if len(named) >= proxies else None


def parse(text: str) -> Address | None:
    """An address, with an IPv4 one inside an IPv6 one taken out; None when it is none."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_within(address: Address | None, networks: Iterable[Network]) -> bool:
    """Whether the address is known and in one of the networks."""
    return address is not None and any(address in network for network in networks)
