"""Numbers that traffic comes in to: who has each, at which pinned price, and what keeps it from working."""

from dataclasses import dataclass
from decimal import Decimal

from authz.engine.requests import number_called
from authz.engine.state import AccountState, Ask, Batch, Route

_WORKING = frozenset({"active", "grace"})
_DOCUMENTS_SHOWN = frozenset({"not_required", "approved"})


@dataclass(slots=True)
class InboundNumber:
    """A hosted number, as one platform may know it, with the subscription that it has or had last.

    Prices are pinned on the subscription, a minute of a call or a part of a message, in its account's currency.
    """

    platform_id: int
    number: str
    has_voice: bool
    has_sms: bool
    is_stopped: bool
    capacity: int | None
    live_calls: int
    subscription_id: int
    state: str
    documents_state: str
    account_id: int
    account_sid: str
    sip: str
    smpp: str
    seller_id: int
    seller: str
    commission_rate: Decimal
    price_1: Decimal
    price_n: Decimal
    interval_1: int
    interval_n: int
    sms_price: Decimal

    @property
    def owner_id(self) -> int | None:
        """The account that has it; None once it was released."""
        return None if self.state == "released" else self.account_id

    @property
    def is_working(self) -> bool:
        """Whether its subscription is active or in grace, and neither its seller nor an operator stops it."""
        return self.state in _WORKING and not self.is_stopped

    @property
    def documents_shown(self) -> bool:
        """Whether every document that it needs is approved."""
        return self.documents_state in _DOCUMENTS_SHOWN

    def has(self, service: str) -> bool:
        """Whether it can carry the service."""
        return self.has_voice if service == "voice" else self.has_sms

    def route(self, service: str) -> Route:
        """The way to its owner, at the price of its subscription."""
        price = (self.price_1, self.price_n, self.interval_1, self.interval_n)
        return Route(
            *(0, 0, self.seller_id, self.seller, self.sip, self.smpp, "", 0, 0),
            *(None, 0, self.commission_rate, 0, 0, self.number, "number", False),
            *(price if service == "voice" else (self.sms_price, self.sms_price, 1, 1)),
            self.subscription_id,
        )


def number_for(batch: Batch, ask: Ask) -> InboundNumber | None:
    """The hosted number that an ask's traffic comes in to, if its platform may know of it."""
    called = number_called(ask.request)
    return None if called is None else batch.numbers.get((ask.platform_id, called))


def account_sid_of(batch: Batch, ask: Ask) -> str:
    """The sub-account that an ask names or, where a number names the account, the one that is linked to it."""
    named: str = getattr(ask.request, "account_sid", None) or ""
    number = number_for(batch, ask)
    return named or (number.account_sid if number is not None and number.owner_id is not None else "")


def offers_for(batch: Batch, ask: Ask, index: int, account: AccountState | None) -> list[Route]:
    """The routes that may carry an ask: those of the account's interconnects or, inbound, the number's to its owner."""
    if number_called(ask.request) is None:
        return batch.offers.get(index, [])
    number = number_for(batch, ask)
    if number is None or account is None or number.owner_id != account.id:
        return []
    return [number.route(ask.request.service or "voice")]  # type: ignore[union-attr]
