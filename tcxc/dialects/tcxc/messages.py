"""Messages between buyers and sellers."""

from collections.abc import Mapping
from typing import Any

from buyers.queries.interconnects import interconnects_with
from numbers.queries import subscriptions_of
from sellers.models import Connection
from sellers.queries.standing import find_seller
from tcxc.dialects.tcxc.endpoint import Call, endpoint
from tcxc.dialects.tcxc.parameters import Id, Parameters, Text
from tcxc.dialects.tcxc.selling import buyers_of
from tcxc.dialects.tcxc.writing import text
from tcxc.errors import NotFound
from tcxc.models import Company, Holder
from tcxc.operations.messages import LONGEST_SUBJECT, LONGEST_TEXT, send_message


class MessageParameters(Parameters):
    """To whom, and what."""

    id = Id()
    subject = Text(max_length=LONGEST_SUBJECT, required=True)
    message = Text(max_length=LONGEST_TEXT, required=True)


@endpoint(Holder.SELLER)
def to_buyer(call: Call) -> Mapping[str, Any]:
    """Write to a company that uses a route or a number of the seller, or has asked for one."""
    given = call.read(MessageParameters)
    return _sent(call, given, known=buyers_of(call.seller()).filter(pk=given["id"]).exists())


@endpoint(Holder.BUYER)
def to_seller(call: Call) -> Mapping[str, Any]:
    """Write to a seller who is on the market, or whose route or number the buyer has."""
    given = call.read(MessageParameters)
    buyer, seller = call.buyer(), find_seller(given["id"])
    knows = seller is not None and (
        Connection.objects.filter(seller=seller, status=Connection.Status.ACTIVE).exists()
        or interconnects_with(seller.pk).filter(account__buyer=buyer).exists()
        or subscriptions_of(buyer.pk).filter(number__seller=seller).exists()
    )
    return _sent(call, given, known=knows)


def _sent(call: Call, given: Mapping[str, Any], *, known: bool) -> Mapping[str, Any]:
    receiver = Company.objects.filter(pk=given["id"]).exclude(pk=call.company.pk).first() if known else None
    if receiver is None:
        raise NotFound("You can't write to this company.", errors={"id": ["There is no such company among yours."]})
    sent = send_message(
        sender=call.company, receiver=receiver, subject=given["subject"], text=given["message"], by=call.by
    )
    return {"message": "Message has been sent.", "i_message": text(sent.pk)}
