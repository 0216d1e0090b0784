"""Explains a charge from its record: the rate, the increments, the rounding, and every transfer that it made."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest

from authz.engine import rating
from authz.engine.rating import Breakdown, Price
from authz.engine.state import PER
from authz.models import Cdr, Session, SessionUpdate
from authz.models.records import TrafficRecord
from billing.models import Entry, Transfer
from sellers.models import PriceListUpload, Rate, Service
from tcxc.money import ZERO


@dataclass(frozen=True, slots=True)
class Slice:
    """One moment at which the session was heard of, or its charge moved.

    `used` and `granted` are totals of seconds or parts, as they were reported and answered; `charged` is what all of it
    costs by then, and `transfer` what moved at this moment. `entries` are those of it that the reader may see.
    """

    at: datetime
    seq: int | None = None
    used: int | None = None
    granted: int | None = None
    charged: Decimal | None = None
    transfer: Transfer | None = None
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Charge:
    """A record with everything that its amount follows from. Without a route there is no price and no breakdown."""

    record: TrafficRecord
    price: Price | None
    breakdown: Breakdown | None
    rate: Rate | None
    publication: PriceListUpload | None
    slices: list[Slice]

    @property
    def is_call(self) -> bool:
        """Whether it is a call, whose units are seconds."""
        return isinstance(self.record, Cdr)

    @property
    def earned(self) -> Decimal:
        """What the seller got of it."""
        return self.record.amount - self.record.commission

    @property
    def is_refunded(self) -> bool:
        """Whether it was given back, so that the record's amount is nothing whatever was used."""
        return self.record.reason == "refunded"

    @property
    def agrees(self) -> bool:
        """Whether the tariff, asked again, gives the record's amount."""
        return self.breakdown is None or self.is_refunded or self.breakdown.charged == self.record.amount


def explain_charge(record: TrafficRecord, *, ledger_accounts: Collection[int] | None) -> Charge:
    """How a record's amount came about. Of the entries only those of these ledger accounts are told (None: all)."""
    service = Service.VOICE if isinstance(record, Cdr) else Service.SMS
    price = _price_of(record, PER[service])
    return Charge(
        record,
        price,
        rating.broken_down(price, _used(record)) if price is not None else None,
        Rate.objects.filter(pk=record.rate_pk or 0).first(),
        PriceListUpload.objects.filter(pk=record.price_list_id or 0).select_related("connection").first(),
        _slices(record, price, ledger_accounts),
    )


def _price_of(record: TrafficRecord, per: int) -> Price | None:
    if record.price_1 is None or record.price_n is None or record.interval_1 is None or record.interval_n is None:
        return None
    return Price(record.price_1, record.price_n, record.interval_1, record.interval_n, per)


def _used(record: TrafficRecord) -> int:
    used = record.used_seconds if isinstance(record, Cdr) else getattr(record, "billed_parts", 0)
    return used or 0


def _slices(record: TrafficRecord, price: Price | None, ledger_accounts: Collection[int] | None) -> list[Slice]:
    """The updates and the transfers in their order; an update stands beside the transfer that it caused."""
    heard: defaultdict[datetime, list[SessionUpdate]] = defaultdict(list)
    for update in SessionUpdate.objects.filter(session=record.session_pk or 0).order_by("seq"):
        heard[update.at].append(update)
    moved: defaultdict[datetime, list[Transfer]] = defaultdict(list)
    for transfer in _transfers(record):
        moved[transfer.recorded_at].append(transfer)
    entries = _entries([transfer for found in moved.values() for transfer in found], ledger_accounts)
    return [
        _slice(record, price, update, (transfer, entries))
        for at in sorted(heard.keys() | moved.keys())
        for update, transfer in zip_longest(heard[at], moved[at])
    ]


def _slice(
    record: TrafficRecord,
    price: Price | None,
    update: SessionUpdate | None,
    moved: tuple[Transfer | None, dict[int, list[Entry]]],
) -> Slice:
    transfer, entries = moved
    is_back = transfer is not None and transfer.kind == Transfer.Kind.REFUND
    used = None if is_back else update.used_units if update is not None else _used(record)
    charged = ZERO if is_back else rating.charge(price, used) if price is not None and used is not None else None
    return Slice(
        update.at if update is not None else transfer.recorded_at if transfer is not None else record.recorded_at,
        update.seq if update is not None else None,
        used,
        update.granted_units if update is not None else None,
        charged,
        transfer,
        entries.get(transfer.pk, []) if transfer is not None else [],
    )


def _transfers(record: TrafficRecord) -> list[Transfer]:
    """The postings of the session, or the one of the event, and what gave them back."""
    if record.session_pk is None:
        keys = [f"event:{record.platform_id}:{record.session_id}"]
    else:
        postings = Session.objects.filter(pk=record.session_pk).values_list("postings", flat=True).first() or 0
        keys = [f"session:{record.session_pk}:{n}" for n in range(1, postings + 1)]
    posted = list(Transfer.objects.filter(key__in=keys))
    back = Transfer.objects.filter(reverses__in=[transfer.pk for transfer in posted], kind=Transfer.Kind.REFUND)
    return sorted([*posted, *back], key=lambda transfer: transfer.pk)


def _entries(transfers: Collection[Transfer], ledger_accounts: Collection[int] | None) -> dict[int, list[Entry]]:
    rows = Entry.objects.filter(transfer__in=list(transfers))
    if ledger_accounts is not None:
        rows = rows.filter(ledger_account__in=list(ledger_accounts))
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in rows.select_related("ledger_account__company").order_by("pk"):
        found[entry.transfer_id].append(entry)
    return found
