"""Hosting: a number is for sale, over every API, the moment its seller brings it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction

from numbers import details, events, locks
from numbers.e164 import Facts, NotANumber, look_up
from numbers.errors import AlreadyHosted, RowProblem, RowsRefused
from numbers.models import Number, NumberEvent
from numbers.models.numbers import CAPABILITIES
from sellers.models import Seller
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid

Row = tuple[int, Mapping[str, Any]]
AT_ONCE = 1_000
PROBLEMS_TOLD = 100
HOSTED_ALREADY = "This number is hosted already."


@dataclass(frozen=True, slots=True)
class Offer:
    """A number to be hosted: what its numbering plan says of it, and what its seller says."""

    row: int
    facts: Facts
    values: dict[str, Any]


@transaction.atomic
def host_number(*, seller: Seller, number: str, by: Actor, now: datetime | None = None, **values: Any) -> Number:
    """Put a number (E.164) on the market at prices in the seller's currency. `values` are any of `details.FIELDS`.

    A withdrawn number may be hosted again, by anybody. Raises `Invalid` by field, `AlreadyHosted`.
    """
    offer, faults = _read(1, {"number": number, **values})
    if offer is None:
        raise Invalid("The number can't be hosted like this.", errors={name: [why] for name, why in faults.items()})
    made, taken = _host([offer], seller, by, now or utc_now())
    if taken:
        raise AlreadyHosted(HOSTED_ALREADY, errors={"number": [HOSTED_ALREADY]})
    after = {"number": made[0].number, **{name: getattr(made[0], name) for name in details.FIELDS}}
    audit.record("number.host", made[0], by=by, company=seller.company, after=after)
    return made[0]


@transaction.atomic
def host_many(*, seller: Seller, rows: Iterable[Row], by: Actor, now: datetime | None = None) -> int:
    """Host many numbers, all or none: each row is its line in a file, and its fields as text. Returns how many.

    Rows are taken as they come, so a long file needs little memory. Raises `RowsRefused` with what is wrong in which
    row and column, `Invalid` when there is no row at all.
    """
    moment, hosted, reading = now or utc_now(), 0, _Reading()
    offers = reading.good(rows)
    while chunk := list(islice(offers, AT_ONCE)):
        made, taken = _host(chunk, seller, by, moment)
        hosted += len(made)
        for offer in taken:
            reading.refuse(offer.row, "number", HOSTED_ALREADY)
    reading.check()
    if not hosted:
        raise Invalid("There is no number in the file.", errors={"file": ["It has no rows below its header."]})
    audit.record("number.host_many", seller, by=by, company=seller.company, after={"hosted": hosted})
    return hosted


@dataclass(slots=True)
class _Reading:
    """Rows as they are read: the good ones pass, the first of the others are remembered."""

    seen: dict[str, int] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    count: int = 0

    def good(self, rows: Iterable[Row]) -> Iterator[Offer]:
        """The rows that can be hosted."""
        for row, values in rows:
            offer, faults = _read(row, values)
            if offer is not None and (before := self.seen.setdefault(offer.facts.digits, row)) != row:
                offer, faults = None, {"number": f"This number is in row {before} too."}
            for column, message in faults.items():
                self.refuse(row, column, message)
            if offer is not None:
                yield offer

    def refuse(self, row: int, column: str, message: str) -> None:
        """Remember what is wrong with a row."""
        self.count += 1
        if self.count <= PROBLEMS_TOLD:
            self.problems.append(RowProblem(row, column, message))

    def check(self) -> None:
        """Pass, or raise `RowsRefused`."""
        if self.count:
            raise RowsRefused(sorted(self.problems, key=lambda problem: problem.row), self.count)


def _read(row: int, values: Mapping[str, Any]) -> tuple[Offer | None, dict[str, str]]:
    """A number as it will be hosted, or a sentence for each field that is wrong."""
    number = str(values.get("number", ""))
    given, faults = details.read({name: value for name, value in values.items() if name != "number"})
    if "monthly_fee" not in values:
        faults["monthly_fee"] = "Say what the number costs a month."
    if not any({"voice": True, **given}.get(name) for name in CAPABILITIES):
        faults["voice"] = "A number carries at least one of voice, sms, fax and video."
    try:
        facts = look_up(number)
    except NotANumber as wrong:
        faults = {"number": str(wrong), **faults}
        return None, faults
    return (None if faults else Offer(row, facts, details.completed(given))), faults


def _host(offers: list[Offer], seller: Seller, by: Actor, now: datetime) -> tuple[list[Number], list[Offer]]:
    """Host those that can be hosted. Returns them, and the offers whose numbers are hosted already."""
    known = locks.lock_numbers(offer.facts.digits for offer in offers)
    taken, fresh, again = [], [], []
    for offer in sorted(offers, key=lambda one: one.facts.digits):
        before = known.get(offer.facts.digits)
        if before is None:
            fresh.append(_offered(Number(), offer, seller, now))
        elif before.state == Number.State.WITHDRAWN:
            again.append(_offered(before, offer, seller, now))
        else:
            taken.append(offer)
    _write(fresh, again)
    made = fresh + again
    events.write(events.of_number(number, NumberEvent.Kind.HOSTED, by=by, now=now) for number in made)
    return made, taken


def _write(fresh: list[Number], again: list[Number]) -> None:
    try:
        with transaction.atomic():
            Number.objects.bulk_create(fresh)
            for number in again:  # withdrawn before: rare
                number.save()
    except IntegrityError as error:
        if "number_once" not in str(error):
            raise
        sentence = "Somebody hosted one of these numbers at the same moment: try again."
        raise AlreadyHosted(sentence, errors={"number": [sentence]}) from error


def _offered(number: Number, offer: Offer, seller: Seller, now: datetime) -> Number:
    """The number as this seller offers it: for sale, with nothing left of an earlier offer."""
    blank = Number(monthly_fee=0)
    plain = {name: getattr(blank, name) for name in details.FIELDS}
    facts = offer.facts
    offered = {
        **plain,
        **offer.values,
        "number": facts.digits,
        "country": facts.country,
        "area": facts.area,
        "type": facts.type,
        "seller": seller,
        "currency": seller.currency,
        "state": Number.State.FOR_SALE,
        "state_since": now,
        "hosted_at": now,
        "is_blocked": False,
        "blocked_by_operator": False,
        "block_reason": "",
    }
    for name, value in offered.items():
        setattr(number, name, value)
    return number
