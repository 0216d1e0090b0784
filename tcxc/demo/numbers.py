"""Phone numbers of the demo: each seller hosts some over many countries, and each buyer has a few with a history.

The numbers are the examples of the open numbering data and those that follow them. Buyers pay with their second account
and leave the first one's money whole.
"""

from collections.abc import Iterator
from itertools import count, islice

import phonenumbers
from phonenumbers import PhoneNumberType

from numbers.e164 import NotANumber, look_up
from numbers.models import Number, NumberType, Subscription
from numbers.operations import change_routing, host_many, purchase, release, set_auto_renew
from tcxc.actors import Actor
from tcxc.demo.making import Demo, MadeBuyer

COUNTRIES = (
    *("US", "CA", "GB", "IE", "FR", "DE", "ES", "PT", "IT", "NL", "BE", "CH", "AT", "PL", "CZ", "SE", "NO", "DK", "FI"),
    *("AU", "NZ", "JP", "SG", "HK", "IN", "IL", "ZA", "BR", "MX", "AR", "CL", "CO"),
)
DOCUMENTS = {
    "DE": "German law asks for an address in the number's area.",
    "FR": "Show an address in France.",
    "CH": "Show your passport and an address in Switzerland.",
    "BR": "Companies show their registration (CNPJ).",
    "SG": "Show a local address and your company's registration.",
}
NO_MOBILE_CODES = {"US", "CA"}  # every number there may be a mobile one
PER_SORT = 6  # numbers of each country and type
# Kind and type, a month and setup in dollars, inbound a minute, an SMS part (empty: it takes none).
SORTS = (
    (PhoneNumberType.FIXED_LINE, NumberType.GEOGRAPHIC, "1.00", "0", "0.0040", ""),
    (PhoneNumberType.MOBILE, NumberType.MOBILE, "3.00", "1.50", "0.0060", "0.0045"),
    (PhoneNumberType.TOLL_FREE, NumberType.TOLL_FREE, "2.50", "2.00", "0.0350", ""),
)


def host_numbers(demo: Demo) -> None:
    """Let each seller host its numbers, unless it hosts any."""
    offers = list(_offers())
    for place, made in enumerate(demo.sellers.values()):
        if not Number.objects.filter(seller=made.seller).exists():
            mine = offers[place :: len(demo.sellers)]
            host_many(seller=made.seller, rows=enumerate(mine, start=2), by=Actor(user=made.owner))


def buy_numbers(demo: Demo) -> None:
    """Let each buyer have some numbers: one is routed, one not renewed, one released; unless it had any before."""
    for place, made in enumerate(demo.buyers.values()):
        if not Subscription.objects.filter(buyer=made.buyer).exists():
            _buy(made, place)


def _buy(made: MadeBuyer, place: int) -> None:
    by, paying = Actor(user=made.owner), made.accounts[-1]
    free = Number.objects.filter(state=Number.State.FOR_SALE, currency=made.buyer.currency)
    wanted = [free.filter(country=country, type="geographic").order_by("number")[place] for country in ("US", "GB")]
    wanted += [free.filter(country=country, type="mobile").order_by("number")[place] for country in ("FR", "SE")]
    routed, kept, proving, spare = (
        purchase(number=number.number, account=paying.account, account_sid=sid, by=by)
        for number, sid in zip(wanted, (paying.account_sid, "", "", ""), strict=True)
    )
    change_routing(subscription=routed, changes={"sip_contact": "sip:{number}@pbx.demo.example:5060"}, by=by)
    change_routing(subscription=proving, changes={"tags": ["campaign"]}, by=by)
    set_auto_renew(subscription=kept, auto_renew=False, by=by)
    release(subscription=spare, by=by)


def _offers() -> Iterator[dict[str, str]]:
    """Numbers as rows of a file."""
    for country in COUNTRIES:
        for kind, type_, fee, setup, minute, message in SORTS:
            for number in islice(_numbers(country, kind, type_), PER_SORT):
                offer = {"number": number, "monthly_fee": fee, "setup_fee": setup, "price_1": minute, "interval_n": "1"}
                if message or country in NO_MOBILE_CODES:
                    offer |= {"sms": "yes", "sms_price": message or "0.0045"}
                if country in DOCUMENTS and type_ != NumberType.TOLL_FREE:
                    offer |= {"documents_required": "yes", "notes_for_buyers": DOCUMENTS[country]}
                yield offer


def _numbers(country: str, kind: int, type_: NumberType) -> Iterator[str]:
    """The country's example of this kind and those after it, as far as the numbering plan tells their type."""
    example = phonenumbers.example_number_for_type(country, kind)
    if example is None:
        return
    first = int(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)[1:])
    for number in islice(count(first), 100):
        try:
            facts = look_up(str(number))
        except NotANumber:
            continue
        if (facts.country, facts.type) == (country, type_):
            yield facts.digits
