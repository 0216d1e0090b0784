"""Numbers for sellers: adding one as published; list, edit and delete are ours, in the same style."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from rest_framework import serializers

from numbers.models import Number
from numbers.operations import block_number, change_number, host_number, unblock_number, withdraw_number
from numbers.queries import hosted_by
from tcxc.actors import Actor
from tcxc.dialects.tcxc.dids import STATES, hosted_did
from tcxc.dialects.tcxc.endpoint import Call, endpoint
from tcxc.dialects.tcxc.numbers import DidType
from tcxc.dialects.tcxc.parameters import Amount, Digits, Flag, Id, Paged, Parameters, Price, Text, page
from tcxc.dialects.tcxc.writing import text
from tcxc.errors import Invalid, NotFound
from tcxc.models import Holder
from tcxc.money import ZERO

IDLE, BLOCKED = "idle", "blocked"
OURS = {"smpp_price": "sms_price", "notes": "notes_for_buyers"}
NOT_DETAILS = frozenset({"i_did", "number", "status", "did_type"})
LONGEST_NOTES = 1_000


class Details(Parameters):
    """What a seller says of a number. Its type and country follow from its digits."""

    price_1 = Price()
    price_n = Price()
    interval_1 = serializers.IntegerField(required=False, min_value=1)
    interval_n = serializers.IntegerField(required=False, min_value=1)
    monthly_fee = Amount(minimum=ZERO)
    setup_fee = Amount(minimum=ZERO)
    smpp_price = Price()
    capacity = serializers.IntegerField(required=False, min_value=0)
    voice = Flag()
    sms = Flag()
    fax = Flag()
    video = Flag()
    documents_required = Flag()
    notes = Text(max_length=LONGEST_NOTES)
    did_type = DidType()
    status = serializers.ChoiceField(choices=[IDLE, BLOCKED], required=False)


class NewDid(Details):
    """A number to be hosted."""

    number = Digits(required=True)


class OneDid(Parameters):
    """One of the seller's numbers, by its id or its digits."""

    i_did = Id(required=False)
    number = Digits()


class ChangedDid(Details, OneDid):
    """One of the seller's numbers, and what becomes of it."""


class HostedParameters(Paged):
    """Which of the seller's numbers."""

    prefix = Digits()
    status = serializers.ChoiceField(choices=sorted(STATES.values()), required=False)


@endpoint(Holder.SELLER)
@transaction.atomic
def add(call: Call) -> Mapping[str, Any]:
    """Host a number; it is for sale at once, unless its status is `blocked`."""
    given = call.read(NewDid)
    details = {"monthly_fee": ZERO, **_details(given)}
    if "interval_1" in details:
        details.setdefault("interval_n", details["interval_1"])
    hosted = host_number(seller=call.seller(), number=given["number"], by=call.by, **details)
    if given.get("status") == BLOCKED:
        hosted = block_number(number=hosted, by=call.by)
    return {"message": "DID has been added.", "i_did": text(hosted.pk), "did": hosted_did(hosted)}


@endpoint(Holder.SELLER)
def hosted(call: Call) -> Mapping[str, Any]:
    """The seller's numbers, by number."""
    given = call.read(HostedParameters)
    rows = hosted_by(call.seller().pk)
    if "prefix" in given:
        rows = rows.filter(number__startswith=given["prefix"])
    if "status" in given:
        rows = rows.filter(state=next(state for state, word in STATES.items() if word == given["status"]))
    return {"dids": [hosted_did(number) for number in page(rows.order_by("number"), given)]}


@endpoint(Holder.SELLER)
@transaction.atomic
def edit(call: Call) -> Mapping[str, Any]:
    """Change a number. A buyer who has it is told of new prices, which wait for a later renewal."""
    given = call.read(ChangedDid)
    number = _one(call, given)
    changes = _details(given)
    changed = change_number(number=number, changes=changes, by=call.by) if changes else number
    changed = _with_status(changed, given.get("status"), call.by)
    return {"message": "DID entry has been updated.", "i_did": text(changed.pk), "did": hosted_did(changed)}


@endpoint(Holder.SELLER)
def delete(call: Call) -> Mapping[str, Any]:
    """Take a number off the exchange, unless a buyer has it."""
    withdrawn = withdraw_number(number=_one(call, call.read(OneDid)), by=call.by)
    return {"message": "DID has been deleted.", "i_did": text(withdrawn.pk)}


def _details(given: Mapping[str, Any]) -> dict[str, Any]:
    """The details by our names."""
    return {OURS.get(name, name): value for name, value in given.items() if name not in NOT_DETAILS}


def _with_status(number: Number, status: str | None, by: Actor) -> Number:
    if status == BLOCKED:
        return block_number(number=number, by=by)
    return unblock_number(number=number, by=by) if status == IDLE else number


def _one(call: Call, given: Mapping[str, Any]) -> Number:
    """The number that the seller means. Raises `Invalid` when none is named, `NotFound`."""
    if "i_did" not in given and "number" not in given:
        raise Invalid("Say which DID.", errors={"i_did": ["Give i_did or number."]})
    names = {"i_did": "pk", "number": "number"}
    wanted = {names[name]: given[name] for name in names if name in given}
    found = hosted_by(call.seller().pk).filter(**wanted).first()
    if found is None:
        raise NotFound("There is no such DID among yours.")
    return found
