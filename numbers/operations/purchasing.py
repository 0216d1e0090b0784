"""Buying: the number leaves the market and the money the wallet, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from buyers.models import Account, RestcommLink
from numbers import contacts, events, locks, months, paperwork
from numbers.e164 import digits_of
from numbers.errors import AlreadySold, NotForSale
from numbers.models import Collection, Number, NumberEvent, Requirement, Subscription
from numbers.models.prices import PRICES
from numbers.models.subscriptions import OPEN
from numbers.notices.documents import tell_needed
from numbers.operations.charging import Fee, Till
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import local_day, utc_now
from tcxc.errors import InsufficientBalance, Invalid, NotFound, Refused

MOST_AT_ONCE = 1_000
State = Number.State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one number of a bulk purchase: the subscription, or why not."""

    number: str
    subscription: Subscription | None
    refusal: Refused | None


def purchase(
    *,
    number: str,
    account: Account,
    by: Actor,
    sip_contact: str = "",
    smpp_contact: str = "",
    account_sid: str = "",
    tags: Sequence[str] = (),
    now: datetime | None = None,
) -> Subscription:
    """Buy a number (E.164 digits) for an account: setup and first month are taken at once, in the seller's currency.

    A number that the buyer has already is returned as it is, for nothing. Raises `NotFound`, `AlreadySold`,
    `NotForSale`, `InsufficientBalance`, `Invalid` by field, `Refused` (`currency_mismatch`, `account_blocked`).
    """
    delivery = {"sip_contact": sip_contact, "smpp_contact": smpp_contact, "tags": list(tags)}
    outcome = purchase_many(
        numbers=[number], account=account, by=by, account_sid=account_sid, all_or_none=True, now=now, **delivery
    )[0]
    if outcome.subscription is None:
        raise outcome.refusal or NotFound("There is no such number on the market.")
    return outcome.subscription


@transaction.atomic
def purchase_many(
    *,
    numbers: Sequence[str],
    account: Account,
    by: Actor,
    all_or_none: bool,
    account_sid: str = "",
    now: datetime | None = None,
    **delivery: Any,
) -> list[Outcome]:
    """Buy up to 1,000 numbers in their order, all or none, or those that can be had. `delivery` is as for `purchase`.

    With `all_or_none` the first refusal is raised, naming the number; without it each outcome says what became of its
    number.
    """
    wanted = _wanted(numbers)
    buying = _Purchase(
        account=account,
        delivery=contacts.checked(delivery),
        link=contacts.link_of(account, account_sid),
        by=by,
        now=now or utc_now(),
        all_or_none=all_or_none,
    )
    _check_account(account)
    return buying.of(wanted)


@dataclass(slots=True)
class _Purchase:
    """One purchase under way."""

    account: Account
    delivery: dict[str, Any]
    link: RestcommLink | None
    by: Actor
    now: datetime
    all_or_none: bool
    requirements: list[Requirement] = field(default_factory=lambda: list(Requirement.objects.all()))

    def of(self, wanted: Sequence[str]) -> list[Outcome]:
        """Lock what is wanted, find what can be had, take the money, and write it all."""
        hosted = locks.lock_numbers(filter(digits_of, wanted))
        owned = _open_subscriptions(hosted.values())
        outcomes = {digits: self._outcome(digits, hosted.get(digits), owned) for digits in wanted}
        chosen = [one.subscription for one in outcomes.values() if one.subscription is not None]
        fresh = [subscription for subscription in chosen if subscription.pk is None]
        if fresh:
            self._pay(fresh, outcomes)
        return list(outcomes.values())

    def _outcome(self, digits: str, number: Number | None, owned: dict[int, Subscription]) -> Outcome:
        """What can be had of a number: the subscription that is there, a new one, or a refusal."""
        mine = owned.get(number.pk) if number is not None else None
        if mine is not None and mine.buyer_id == self.account.buyer_id:
            return Outcome(digits, mine, None)
        refusal = refusal_to_sell(number, self.account)
        if number is None or refusal is not None:
            return self._refused(digits, refusal)
        return Outcome(digits, self._subscription(number), None)

    def _refused(self, digits: str, refusal: Refused | None) -> Outcome:
        refusal = refusal or NotFound("There is no such number on the market.")
        if self.all_or_none:
            raise refusal
        return Outcome(digits, None, refusal)

    def _subscription(self, number: Number) -> Subscription:
        buyer = self.account.buyer
        zone = buyer.company.time_zone
        today = local_day(self.now, zone)
        needed = paperwork.needed_kinds(number, self.requirements)
        return Subscription(
            number=number,
            seller=number.seller,
            buyer=buyer,
            account=self.account,
            link=self.link,
            currency=number.currency,
            documents_needed=needed,
            documents_state=paperwork.state_at_purchase(needed),
            bought_at=self.now,
            state_since=self.now,
            first_day=today,
            time_zone=zone,
            period_start=self.now,
            period_end=months.boundary(today, 1, zone),
            **{name: getattr(number, name) for name in PRICES},
            **self.delivery,
        )

    def _pay(self, fresh: list[Subscription], outcomes: dict[str, Outcome]) -> None:
        """Take the money for each, as far as it goes, and write those that are paid."""
        for subscription, pk in zip(fresh, _fresh_ids(len(fresh)), strict=True):
            subscription.pk = pk
        wallet_id = locks.lock_wallet_of(self.account)
        till = Till.over([wallet_id], fresh, now=self.now, by=self.by)
        paid = [one for one in fresh if self._collect(till, wallet_id, one, outcomes)]
        Subscription.objects.bulk_create(paid)
        Number.objects.filter(pk__in=[one.number_id for one in paid]).update(state=State.SOLD, state_since=self.now)
        events.write(events.of_subscription(one, NumberEvent.Kind.PURCHASED, by=self.by, now=self.now) for one in paid)
        till.write()
        self._record(paid)

    def _collect(self, till: Till, wallet_id: int, one: Subscription, outcomes: dict[str, Outcome]) -> bool:
        fees = [Fee(one, Collection.Kind.MONTH, one.monthly_fee)]
        if one.setup_fee:
            fees.insert(0, Fee(one, Collection.Kind.SETUP, one.setup_fee))
        try:
            till.collect(wallet_id, fees)
        except InsufficientBalance as refusal:
            outcomes[one.number.number] = self._refused(one.number.number, refusal)
            return False
        return True

    def _record(self, paid: list[Subscription]) -> None:
        for one in paid:
            if one.documents_needed:
                tell_needed(one)
        company = self.account.buyer.company
        audit.record_all(
            "number.purchase",
            {one: {"number": one.number.number, "account": self.account.pk} for one in paid},
            by=self.by,
            company=company,
        )


def refusal_to_sell(number: Number | None, account: Account) -> Refused | None:
    """Why the number can't be sold to the account; None when it can."""
    if number is None or number.state == State.WITHDRAWN:
        return NotFound("There is no such number on the market.")
    if number.state == State.SOLD:
        return AlreadySold(f"+{number.number} has been sold: choose another number.")
    if number.state != State.FOR_SALE or not number.seller.is_active:
        return NotForSale(f"+{number.number} is not for sale now: choose another number.")
    if number.currency != account.buyer.currency:
        sentence = f"+{number.number} is sold in {number.currency}, and your wallets are in {account.buyer.currency}."
        return Refused(sentence, type_="currency_mismatch")
    return None


def _wanted(numbers: Sequence[str]) -> list[str]:
    """The digits of the numbers, each once. Raises `Invalid` for none, or too many."""
    wanted = list(dict.fromkeys(digits_of(number) or number for number in numbers))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Invalid("Say which numbers.", errors={"numbers": [f"From 1 to {MOST_AT_ONCE} numbers."]})
    return wanted


def _check_account(account: Account) -> None:
    if account.status == Account.Status.BLOCKED or not account.buyer.is_active:
        raise Refused("This account is blocked: it can't buy numbers until it is unblocked.", type_="account_blocked")


def _open_subscriptions(numbers: Iterable[Number]) -> dict[int, Subscription]:
    """Who has these numbers, by the number's id."""
    sold = [number.pk for number in numbers if number.state == State.SOLD]
    found = Subscription.objects.filter(OPEN, number__in=sold)
    return {one.number_id: one for one in found.select_related("number", "seller__company", "account", "link")}


def _fresh_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('numbers_subscription', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]
