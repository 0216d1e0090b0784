"""Numbers as the dialect writes them."""

from typing import Any

from numbers.models import Number, Subscription
from numbers.models.numbers import CAPABILITIES
from tcxc.dialects.tcxc.writing import amount, flag, moment, price, text
from tcxc.numbering import country_name

STATES = {
    Number.State.FOR_SALE: "idle",
    Number.State.SOLD: "sold",
    Number.State.BLOCKED: "blocked",
    Number.State.QUARANTINED: "quarantined",
    Number.State.WITHDRAWN: "withdrawn",
}


def did(number: Number) -> dict[str, Any]:
    """A number, field by field as the dialect lists it, at the prices of its next buyer."""
    return {
        "i_did": text(number.pk),
        "number": number.number,
        "country": number.country or None,
        "country_code": number.country.lower() or None,
        "country_name": country_name(number.country) if number.country else None,
        "description": number.area or None,
        "did_type": number.type,
        **{name: flag(getattr(number, name)) for name in CAPABILITIES},
        **prices(number),
        "capacity": text(number.capacity),
        "currency": number.currency,
        "i_vendor": text(number.seller_id),
        "vendor_name": number.seller.company.name,
        "documents_required": flag(number.documents_required),
        "notes": number.notes_for_buyers or None,
    }


def prices(priced: Number | Subscription) -> dict[str, Any]:
    """What it costs: fees a month and once, inbound calls a minute, inbound messages a part."""
    return {
        "price_1": price(priced.price_1),
        "price_n": price(priced.price_n),
        "interval_1": text(priced.interval_1),
        "interval_n": text(priced.interval_n),
        "monthly_fee": amount(priced.monthly_fee),
        "setup_fee": amount(priced.setup_fee),
        "smpp_price": price(priced.sms_price),
    }


def bought_did(subscription: Subscription) -> dict[str, Any]:
    """A number that a buyer has, at the prices that were agreed."""
    return {
        **did(subscription.number),
        **prices(subscription),
        "i_account": text(subscription.account_id),
        "account_name": subscription.account.name,
        "account_sid": subscription.link.account_sid if subscription.link else None,
        "contact": subscription.sip_contact or None,
        "smpp_contact": subscription.smpp_contact or None,
        "status": subscription.state,
        "documents": subscription.documents_state,
        "purchased": moment(subscription.bought_at),
        "next_billing": moment(subscription.period_end),
        "auto_renew": flag(subscription.auto_renew),
    }


def hosted_did(number: Number) -> dict[str, Any]:
    """A number as its seller sees it."""
    return did(number) | {"status": STATES[Number.State(number.state)], "hosted": moment(number.hosted_at)}
