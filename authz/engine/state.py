"""What one batch knows while it is being decided: rows as they were read under lock, and as they will be written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from authz.engine.destinations import Rule
from authz.engine.ids import Ids
from authz.engine.rating import Price
from authz.engine.requests import Request
from billing.ledger import LedgerBatch
from tcxc.clock import local_day
from tcxc.money import ZERO, format_price

if TYPE_CHECKING:  # it is made of what stands here
    from authz.engine.inbound import InboundNumber

PER = {"voice": 60, "sms": 1}


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of one platform, through one of its keys (None: asked by the house itself)."""

    platform_id: int
    key_id: int | None
    request: Request


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and a JSON body, exactly as the caller gets them."""

    status: int
    body: str


@dataclass(slots=True)
class AccountState:
    """An account with its limits and what counts against them now. Money is in its wallet's currency.

    Unless it `is_counted`, nothing was counted: it is there to be charged, and no limit of it may be asked for.
    """

    id: int
    buyer_id: int
    name: str
    is_active: bool
    wallet_id: int
    time_zone: str
    concurrent_call_limit: int | None
    calls_per_second: int | None
    smpp_messages_per_second: int | None
    spend_limit_daily: Decimal | None
    slice_seconds: int
    voice_policy: str
    sms_policy: str
    routing_version: int
    call_tat: datetime | None
    message_tat: datetime | None
    live_calls: int
    open_holds: Decimal
    is_counted: bool
    spent: dict[date, Decimal]
    rules: Sequence[Rule] = ()
    interconnects: "Mapping[str, Sequence[Interconnect]]" = field(default_factory=dict)  # active ones, by service
    newly_spent: dict[date, Decimal] = field(default_factory=dict)
    tat_changed: bool = False

    def spend(self, amount: Decimal, now: datetime) -> None:
        """Count a charge (or, below zero, what comes back) on the buyer's calendar day."""
        day = local_day(now, self.time_zone)
        self.spent[day] = self.spent.get(day, ZERO) + amount
        self.newly_spent[day] = self.newly_spent.get(day, ZERO) + amount

    def left_to_spend(self, now: datetime) -> Decimal | None:
        """What the daily limit still lets through, with everything reserved counted; None without a limit."""
        if self.spend_limit_daily is None:
            return None
        return self.spend_limit_daily - self.spent.get(local_day(now, self.time_zone), ZERO) - self.open_holds


class Interconnect(Struct, frozen=True, gc=False):
    """An account's active use of a connection."""

    id: int
    connection: int
    tech_prefix: str
    position: int
    weight: int


class ConnectionState(Struct, frozen=True, gc=False):
    """What all routes over a connection have in common now. It is open while it and its seller may be sold."""

    id: int
    is_open: bool
    keyed_by: str
    rates_version: int
    seller_id: int
    seller: str
    sip: str
    smpp: str
    capacity: int | None
    live_calls: int
    commission_rate: Decimal


class Route(Struct, array_like=True):
    """A connection that may carry the traffic, with the rate that matched there; or the way to a number's owner.

    The latter has a subscription, and 0 for what only connections have. A session keeps its routes as arrays of these
    fields, so new ones come at the end and with a default.
    """

    interconnect: int
    connection: int
    seller_id: int
    seller: str
    sip: str
    smpp: str
    tech_prefix: str
    position: int
    weight: int
    capacity: int | None
    live_calls: int
    commission_rate: Decimal
    rate: int
    price_list: int
    code: str
    keyed_by: str
    forbidden: bool
    price_1: Decimal
    price_n: Decimal
    interval_1: int
    interval_n: int
    subscription: int = 0

    def price(self, per: int) -> Price:
        """The price of this route, a minute or a part."""
        return Price(self.price_1, self.price_n, self.interval_1, self.interval_n, per)

    def described(self) -> dict[str, Any]:
        """The `rate` of a reply."""
        return {
            "price_list": self.price_list or None,
            "mccmnc" if self.keyed_by == "mccmnc" else "prefix": self.code,
            "price_1": format_price(self.price_1),
            "price_n": format_price(self.price_n),
            "interval_1": self.interval_1,
            "interval_n": self.interval_n,
        }

    def offered(self, number: str) -> dict[str, Any]:
        """One of the `routes` of a reply."""
        return {
            "connection": self.connection or None,
            "seller": self.seller,
            "sip": self.sip.replace("{number}", number),
            "smpp": self.smpp.replace("{destination}", number),
            "tech_prefix": self.tech_prefix,
            "price_1": format_price(self.price_1),
        }


@dataclass(slots=True)
class SessionState:
    """A session as it will be written; see `authz.models.Session` for what each field means."""

    id: int
    platform_id: int
    session_id: str
    request_hash: str
    state: str
    service: str
    direction: str
    account_id: int | None
    buyer_id: int | None
    wallet_id: int | None
    account_sid: str
    caller: str
    callee: str
    mccmnc: str
    encoding: str
    routes: list[Route]
    route: int
    connection_id: int | None
    granted_units: int
    used_units: int
    last_seq: int
    charged: Decimal
    commission: Decimal
    postings: int
    hold_id: int | None
    held: Decimal
    reason: str
    overrun: bool
    unsolicited: bool
    authorized_at: datetime
    heard_at: datetime
    sweep_at: datetime | None
    closed_at: datetime | None
    reply: str
    close_reply: str
    record_id: int | None
    last_transfer_id: int | None
    cut_at: datetime | None
    is_new: bool = False
    changed: bool = False
    routes_changed: bool = False
    moved_from: Route | None = None  # until the next posting: the route whose seller has what was charged so far

    @property
    def chosen(self) -> Route | None:
        """The route that is charged."""
        return self.routes[self.route] if self.routes else None

    @property
    def price(self) -> Price:
        """The price pinned on the route that is charged; only a session with routes has one."""
        return self.routes[self.route].price(PER[self.service])


@dataclass(slots=True)
class EventState:
    """A one-shot event as it was, or will be, written."""

    id: int | None
    platform_id: int
    event_id: str
    request_hash: str
    type: str
    account_id: int | None
    wallet_id: int | None
    route: Route | None
    amount: Decimal
    commission: Decimal
    refunded_by: str
    record_id: int | None
    transfer_id: int | None
    reply: str
    is_new: bool = False
    changed: bool = False


@dataclass(slots=True)
class Batch:
    """Everything that a batch of asks was read with, and everything that it decided."""

    now: datetime
    ledger: LedgerBatch
    ids: Ids
    live_keys: set[int]
    links: dict[tuple[int, str], int]
    reachable: set[tuple[int, int]]
    accounts: dict[int, AccountState]
    sessions: dict[tuple[int, str], SessionState]
    updates: dict[tuple[int, str, int], tuple[str, str]]
    events: dict[tuple[int, str], EventState]
    connections: dict[int, ConnectionState]
    numbers: "dict[tuple[int, str], InboundNumber]"
    offers: dict[int, list[Route]] = field(default_factory=dict)
    ledger_accounts: dict[tuple[str, str, int | None], int] = field(default_factory=dict)
    riding: Counter[int] = field(default_factory=Counter)  # calls put on a connection by this batch, less those ended
    ringing: Counter[str] = field(default_factory=Counter)  # calls to a number of ours, likewise
    refused_offers: dict[int, list[Route]] = field(default_factory=dict)  # by session: of what this batch denied
    new_updates: list[tuple[Any, ...]] = field(default_factory=list)
    records: dict[str, dict[int, tuple[Any, ...]]] = field(default_factory=lambda: {"voice": {}, "sms": {}})
    replaced: dict[str, list[tuple[int, datetime]]] = field(default_factory=lambda: {"voice": [], "sms": []})
    refunded: dict[str, list[int]] = field(default_factory=lambda: {"voice": [], "sms": []})
    alerts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
