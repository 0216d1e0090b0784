"""Rates for people: which one prices a number, which are to come, what a code has cost. The engine has its own."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from sellers.models import Connection, KeyedBy, OverwrittenRate, PriceListUpload, Rate


def in_force(at: datetime) -> Q:
    """Rates in force at a moment: of each code one at most."""
    return Q(effective_from__lte=at) & (Q(effective_until__isnull=True) | Q(effective_until__gt=at))


def leading_parts(digits: str) -> list[str]:
    """Every code that would match these digits, longest first: 4479 gives 4479, 447, 44 and 4."""
    return [digits[:length] for length in range(len(digits), 0, -1)]


def codes_for(connection: Connection, number: str) -> list[str]:
    """The codes that a number, or a network on a connection keyed by networks, is priced by, most exact first."""
    digits = number.removeprefix("+")
    if connection.keyed_by == KeyedBy.MCCMNC:
        return [digits] if len(digits) <= 3 else [digits, digits[:3]]
    return leading_parts(digits)


def matching_rates(*, connection: Connection, number: str, at: datetime) -> QuerySet[Rate]:
    """Every rate in force that matches, most exact first. The first prices the number; if it is forbidden, none does.

    `number` is E.164 digits, or an MCC or MCCMNC on a connection keyed by networks.
    """
    codes = codes_for(connection, number)
    return Rate.objects.filter(in_force(at), connection=connection, prefix__in=codes).order_by(Length("prefix").desc())


def rate_for_number(*, connection: Connection, number: str, at: datetime) -> Rate | None:
    """The rate that prices a number at a moment, which may be a forbidden one; None when no code matches."""
    return matching_rates(connection=connection, number=number, at=at).first()


def coming_prices(*, connection: Connection, after: datetime, prefix: str = "") -> QuerySet[Rate]:
    """Rates that begin after a moment, soonest first; of one code and those below it, if a prefix is given."""
    coming = Rate.objects.filter(connection=connection, effective_from__gt=after, prefix__startswith=prefix)
    return coming.order_by("effective_from", "prefix")


def coming_ends(*, connection: Connection, after: datetime, prefix: str = "") -> QuerySet[Rate]:
    """Rates that end after a moment with none to follow: announced withdrawals, soonest first."""
    following = Rate.objects.filter(
        connection=connection, prefix=OuterRef("prefix"), effective_from=OuterRef("effective_until")
    )
    ends = Rate.objects.filter(
        ~Exists(following), connection=connection, effective_until__gt=after, prefix__startswith=prefix
    )
    return ends.order_by("effective_until", "prefix")


@dataclass(frozen=True, slots=True)
class PricePeriod:
    """A price of a code and when it holds, as some publication announced it.

    `taken_back_in` is the upload that took the announcement back: before it began, or by giving it an earlier end (the
    period with that end is in the history too).
    """

    terms: Rate | OverwrittenRate
    effective_from: datetime
    effective_until: datetime | None
    published_in: PriceListUpload
    taken_back_in: PriceListUpload | None


def price_history(*, connection: Connection, prefix: str) -> list[PricePeriod]:
    """Every price that a code has had, will have, or was announced to have, newest first."""
    code = {"connection": connection, "prefix": prefix}
    rates = Rate.objects.filter(**code).select_related("published_in")
    taken_back = OverwrittenRate.objects.filter(**code).select_related("published_in", "overwritten_in")
    periods = [PricePeriod(r, r.effective_from, r.effective_until, r.published_in, None) for r in rates]
    periods += [
        PricePeriod(o, o.effective_from, o.effective_until, o.published_in, o.overwritten_in) for o in taken_back
    ]
    return sorted(periods, key=_place_in_history, reverse=True)


def _place_in_history(period: PricePeriod) -> tuple[datetime, int, bool]:
    return period.effective_from, period.published_in.pk, period.taken_back_in is None
