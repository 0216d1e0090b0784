"""Numbers for buyers: the market and buying as published; list, update and unsubscribe are ours, in the same style."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers

from numbers.errors import AlreadySold
from numbers.models import Number, NumberType, Subscription
from numbers.models.numbers import CAPABILITIES
from numbers.operations import assign_link, change_routing, purchase, release, set_auto_renew
from numbers.queries import MarketFilters, market, subscriptions_of
from tcxc.dialects.tcxc.dids import bought_did, did
from tcxc.dialects.tcxc.endpoint import Call, endpoint
from tcxc.dialects.tcxc.market import account_of, seller_named
from tcxc.dialects.tcxc.parameters import Digits, Flag, Id, Paged, Parameters, Text, page
from tcxc.dialects.tcxc.places import country_named
from tcxc.dialects.tcxc.writing import moment, text
from tcxc.errors import Invalid, NotFound
from tcxc.models import Holder

SOLD_ALREADY = "This DID can not be purchased, it has been already sold"
LONGEST_CONTACT = 255


class DidType(serializers.CharField):
    """A type of number, `any` for all of them, in any case; spaces and dashes are taken for underscores."""

    def __init__(self) -> None:
        super().__init__(required=False, default="")

    def to_internal_value(self, data: Any) -> str:
        """Our type; empty for any."""
        plain = str(data).strip().lower().replace(" ", "_").replace("-", "_")
        found = {"any": "", "tollfree": "toll_free"}.get(plain, plain)
        if found and found not in NumberType.values:
            raise serializers.ValidationError(f"One of any, {', '.join(NumberType.values)}.")
        return found


class MarketParameters(Paged):
    """Which numbers. A capability of 0 asks for nothing: such numbers may have it."""

    prefix = Digits()
    country = Text()
    description = Text()
    seller = Text()
    did_type = DidType()
    voice = Flag()
    sms = Flag()
    fax = Flag()
    video = Flag()


class PurchaseParameters(Parameters):
    """Which number, for whose money, and where to deliver."""

    i_did = Id()
    billing_i_account = Id()
    contact = Text(max_length=LONGEST_CONTACT)
    smpp_contact = Text(max_length=LONGEST_CONTACT)


class BoughtParameters(Paged):
    """Which of the buyer's numbers."""

    i_account = Id(required=False)
    prefix = Digits()


class OneDid(Parameters):
    """One of the buyer's numbers, by its id or its digits."""

    i_did = Id(required=False)
    number = Digits()


class UpdateParameters(OneDid):
    """What to change: what is left out stays. `none` takes a contact or a sub-account away."""

    contact = Text(max_length=LONGEST_CONTACT)
    smpp_contact = Text(max_length=LONGEST_CONTACT)
    account_sid = Text(max_length=34)
    auto_renew = Flag()


@endpoint(Holder.BUYER)
def search(call: Call) -> Mapping[str, Any]:
    """The numbers that the buyer's money can buy now, by number."""
    given = call.read(MarketParameters)
    rows = _found(call, given)
    return {"dids": [did(number) for number in page(rows.order_by("number"), given)] if rows is not None else []}


@endpoint(Holder.BUYER)
def buy(call: Call) -> Mapping[str, Any]:
    """Buy a number: setup and the first month are taken at once. What the buyer has already is free."""
    given = call.read(PurchaseParameters)
    account = account_of(call, given["billing_i_account"], field="billing_i_account")
    contacts = {"sip_contact": given.get("contact", ""), "smpp_contact": given.get("smpp_contact", "")}
    digits = Number.objects.filter(pk=given["i_did"]).values_list("number", flat=True).first()
    if digits is None:
        raise NotFound("There is no such DID.", errors={"i_did": ["There is no such DID."]})
    try:
        bought = purchase(number=digits, account=account, by=call.by, **contacts)
    except AlreadySold as sold:
        raise AlreadySold(SOLD_ALREADY) from sold
    return {
        "success": True,
        "message": "DID has been purchased.",
        "i_did": text(bought.number_id),
        "did": bought.number.number,
        "i_account": text(bought.account_id),
        "documents": bought.documents_state,
        "notes": bought.number.notes_for_buyers or None,
        "next_billing": moment(bought.period_end),
    }


@endpoint(Holder.BUYER)
def bought(call: Call) -> Mapping[str, Any]:
    """The buyer's numbers, the newest first."""
    given = call.read(BoughtParameters)
    rows = subscriptions_of(call.buyer().pk).select_related("number__seller__company")
    if "i_account" in given:
        rows = rows.filter(account_id=given["i_account"])
    if "prefix" in given:
        rows = rows.filter(number__number__startswith=given["prefix"])
    return {"dids": [bought_did(one) for one in page(rows.order_by("-id"), given)]}


@endpoint(Holder.BUYER)
@transaction.atomic
def update(call: Call) -> Mapping[str, Any]:
    """Change where a number is delivered, whom it is linked to, and whether it renews by itself."""
    given = call.read(UpdateParameters)
    changed = _apply(call, _one(call, given), given)
    return {"message": "DID entry has been updated.", "i_did": text(changed.number_id), "did": bought_did(changed)}


@endpoint(Holder.BUYER)
def unsubscribe(call: Call) -> Mapping[str, Any]:
    """Give a number back. Nothing is paid back for the rest of the month."""
    released = release(subscription=_one(call, call.read(OneDid)), by=call.by)
    return {"message": "DID has been unsubscribed.", "i_did": text(released.number_id), "did": released.number.number}


def _found(call: Call, given: Mapping[str, Any]) -> QuerySet[Number] | None:
    seller = seller_named(given["seller"]) if "seller" in given else None
    if "seller" in given and seller is None:
        return None
    filters = MarketFilters(
        prefix=given.get("prefix", ""),
        country=country_named(given["country"]) if "country" in given else "",
        type=given["did_type"],
        capability=[name for name in CAPABILITIES if given.get(name)],
        seller=seller,
        currency=call.buyer().currency,
    )
    rows = market(filters)
    return rows.filter(area__icontains=given["description"]) if "description" in given else rows


def _one(call: Call, given: Mapping[str, Any]) -> Subscription:
    """The number that the buyer means. Raises `Invalid` when none is named, `NotFound`."""
    if "i_did" not in given and "number" not in given:
        raise Invalid("Say which DID.", errors={"i_did": ["Give i_did or number."]})
    names = {"i_did": "number_id", "number": "number__number"}
    wanted = {names[name]: given[name] for name in names if name in given}
    found = subscriptions_of(call.buyer().pk).filter(**wanted).first()
    if found is None:
        raise NotFound("There is no such DID among yours.")
    return found


def _apply(call: Call, subscription: Subscription, given: Mapping[str, Any]) -> Subscription:
    names = {"contact": "sip_contact", "smpp_contact": "smpp_contact"}
    contacts = {ours: _or_none(given[name]) for name, ours in names.items() if name in given}
    if contacts:
        subscription = change_routing(subscription=subscription, changes=contacts, by=call.by)
    if "account_sid" in given:
        sid = _or_none(given["account_sid"])
        subscription = assign_link(subscription=subscription, account_sid=sid, by=call.by)
    if "auto_renew" in given:
        subscription = set_auto_renew(subscription=subscription, auto_renew=given["auto_renew"], by=call.by)
    return subscription


def _or_none(value: str) -> str:
    return "" if value.lower() == "none" else value
