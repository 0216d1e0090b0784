"""Interconnects from the seller's side: approved or rejected."""

from django.db import transaction

from buyers.locks import lock_interconnect
from buyers.models import Interconnect
from buyers.operations.notices import tell_buyer
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused


@transaction.atomic
def approve_interconnect(*, interconnect: Interconnect, by: Actor) -> Interconnect:
    """Let the buyer's traffic come, also after a rejection. Active before: nothing changes. `Refused`: it was ended."""
    return _decide(interconnect, Interconnect.Status.ACTIVE, "", by)


@transaction.atomic
def reject_interconnect(*, interconnect: Interconnect, reason: str, by: Actor) -> Interconnect:
    """Let no traffic of the buyer come, or no more, and tell them why. Raises `Invalid` without a reason."""
    if not 0 < len(reason.strip()) <= 255:
        raise Invalid("Say why: the buyer reads it.", errors={"reason": ["From 1 to 255 characters."]})
    return _decide(interconnect, Interconnect.Status.REJECTED, reason.strip(), by)


def _decide(interconnect: Interconnect, status: Interconnect.Status, reason: str, by: Actor) -> Interconnect:
    held = lock_interconnect(interconnect.pk)
    if held.status == Interconnect.Status.ENDED:
        raise Refused("The buyer has ended it.", type_="interconnect_ended")
    if held.status == status:
        return held
    before = {"status": held.status, "reason": held.decision_reason}
    held.status, held.decision_reason = status, reason
    held.decided_at, held.decided_by = utc_now(), by.user
    held.save(update_fields=["status", "decision_reason", "decided_at", "decided_by"])
    approved = status == Interconnect.Status.ACTIVE
    audit.record(
        "interconnect.approve" if approved else "interconnect.reject",
        held,
        by=by,
        company=held.connection.seller.company,
        before=before,
        after={"status": status.value, "reason": reason},
        reason=reason,
    )
    tell_buyer(held, "approved" if approved else "rejected")
    return held
