"""What the exchange agrees with a seller, its commission and whether it may sell; and what a seller asks of itself."""

from decimal import Decimal

from django.db import transaction

from sellers.models import Seller
from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed
from tcxc.queries.people import is_operator

MOST_PERCENT = 100_000


@transaction.atomic
def set_commission(*, seller: Seller, commission_rate: Decimal, by: Actor, reason: str) -> Seller:
    """Keep this share (0.05 is 5 %) of the seller's charges from now on; sessions under way keep the one they have.

    Raises `Invalid` for what is no share of at most four decimals, `NotAllowed` for who is no operator.
    """
    exponent = commission_rate.as_tuple().exponent
    if not (isinstance(exponent, int) and exponent >= -4 and 0 <= commission_rate <= 1):
        sentence = "A share from 0 to 1 with at most four decimals: 0.05 is 5 %."
        raise Invalid("That is no share.", errors={"commission_rate": [sentence]})
    return _change(seller, "commission_rate", commission_rate, by=by, reason=reason)


@transaction.atomic
def set_selling(*, seller: Seller, may_sell: bool, by: Actor, reason: str) -> Seller:
    """Take all connections of a seller off the market, or let them on it again. Raises `NotAllowed`, `Invalid`."""
    return _change(seller, "is_active", may_sell, by=by, reason=reason)


@transaction.atomic
def set_second_person_rise(*, seller: Seller, percent: Decimal | None, by: Actor) -> Seller:
    """Let prices that rise by more than this (25 is 25 %) be published by another person than who uploaded them.

    None: by anybody. The caller checks who may. Raises `Invalid` for what is no such percentage.
    """
    if percent is not None and not 0 <= percent < MOST_PERCENT:
        sentence = f"A percentage from 0 to below {MOST_PERCENT}."
        raise Invalid("That is no percentage.", errors={"percent": [sentence]})
    held = Seller.objects.select_for_update(of=("self",), no_key=True).select_related("company").get(pk=seller.pk)
    before = held.second_person_rise_percent
    if before != percent:
        held.second_person_rise_percent = percent
        held.save(update_fields=["second_person_rise_percent"])
        was, is_now = {"percent": before}, {"percent": percent}
        audit.record("seller.second_person_rise", held, by=by, company=held.company, before=was, after=is_now)
    return held


def _change(seller: Seller, field: str, value: object, *, by: Actor, reason: str) -> Seller:
    if not is_operator(by):
        raise NotAllowed("Only an operator changes a seller's terms.")
    if not reason.strip():
        raise Invalid("Say why.", errors={"reason": ["This field may not be blank."]})
    held = Seller.objects.select_for_update(of=("self",)).select_related("company").get(pk=seller.pk)
    before = getattr(held, field)
    if before != value:
        setattr(held, field, value)
        held.save(update_fields=[field])
        change = {"before": {field: before}, "after": {field: value}}
        audit.record("seller.terms", held, by=by, company=held.company, reason=reason.strip(), **change)
    return held
