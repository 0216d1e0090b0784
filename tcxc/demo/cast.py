"""Who is in the demo: an operator, a platform, two buyers and two sellers, known again by these names."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tcxc.demo.decks import sms_deck_by_network, sms_deck_by_prefix, voice_deck


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    email: str
    name: str
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class AccountPart:
    """An account of a buyer, on a wallet of its own or the shared one, and the dollars put into that."""

    name: str
    wallet: str
    money: Decimal


@dataclass(frozen=True, slots=True)
class BuyerPart:
    """A company that buys, its owner, and its accounts; the provisioning pair buys for the first."""

    part: str
    company: str
    country: str
    owner: Person
    accounts: tuple[AccountPart, ...]


@dataclass(frozen=True, slots=True)
class ConnectionPart:
    """A route of a seller, where it ends, and its price list."""

    name: str
    service: str
    keyed_by: str
    deck: Callable[[str], bytes]
    capacity: int | None = None
    sip_uri: str = ""
    smpp_uri: str = ""


@dataclass(frozen=True, slots=True)
class SellerPart:
    """A company that sells, its owner, the exchange's share of its charges (0.05 is 5 %), and its routes."""

    part: str
    company: str
    country: str
    owner: Person
    commission_rate: Decimal
    connections: tuple[ConnectionPart, ...]


OPERATOR = Person("operator@demo.example", "Olga Operator")
PLATFORM = "Demo Restcomm cloud"

BUYERS = (
    BuyerPart(
        "buyer",
        "Enterprise A",
        "GB",
        Person("buyer@demo.example", "Bea Buyer", "Europe/London"),
        (
            AccountPart("Support line", "own", Decimal("100.000000")),
            AccountPart("Campaigns", "shared", Decimal("250.000000")),
        ),
    ),
    BuyerPart(
        "other_buyer",
        "Enterprise B",
        "US",
        Person("other-buyer@demo.example", "Omar Buyer", "America/New_York"),
        (
            AccountPart("Contact centre", "own", Decimal("100.000000")),
            AccountPart("Alerts", "shared", Decimal("50.000000")),
        ),
    ),
)

SELLERS = (
    SellerPart(
        "seller",
        "Atlantic Carrier",
        "IE",
        Person("seller@demo.example", "Sam Seller", "Europe/Dublin"),
        Decimal("0.0500"),
        (
            ConnectionPart(
                "World voice CLI", "voice", "prefix", voice_deck, 500, sip_uri="sip:{number}@gw1.atlantic.example:5060"
            ),
            ConnectionPart(
                "World SMS by network",
                "sms",
                "mccmnc",
                sms_deck_by_network,
                smpp_uri="smpp:atlantic:secret@smpp.atlantic.example:2776",
            ),
        ),
    ),
    SellerPart(
        "other_seller",
        "Pacific Wholesale",
        "SG",
        Person("other-seller@demo.example", "Sue Seller", "Asia/Singapore"),
        Decimal("0.0300"),
        (
            ConnectionPart(
                "Pacific voice", "voice", "prefix", voice_deck, 300, sip_uri="sip:{number}@sbc.pacific.example:5060"
            ),
            ConnectionPart(
                "Pacific SMS by prefix",
                "sms",
                "prefix",
                sms_deck_by_prefix,
                smpp_uri="smpp:pacific:secret@smpp.pacific.example:2776",
            ),
        ),
    ),
)
