"""Calls cut by people: their platform gets no more time for them, and a Restcomm that lets us is asked to end them."""

import re
from enum import StrEnum

import structlog
from django.db import transaction

from authz.models import Session
from buyers import restcomm_api
from buyers.models import RestcommLogin
from tcxc import audit, live, outbox
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Refused
from tcxc.models import Company, OutboxMessage

TOPIC = "restcomm.hang_up"
CALL_SID = re.compile(r"(ID[0-9a-f]{32}-)?CA[0-9a-f]{32}", re.ASCII)
log = structlog.get_logger(__name__)


class Way(StrEnum):
    """How a call that is cut will end."""

    RESTCOMM = "restcomm"  # Restcomm is asked at once
    NEXT_REPORT = (
        "next_report"  # the platform is refused at its next report, and ends it when its time is over at the latest
    )


def way_of(call: Session) -> Way:
    """How this call would end: Restcomm is asked when the account's log-in is known and it is a call of Restcomm's."""
    is_known = bool(call.account_sid and CALL_SID.fullmatch(call.session_id))
    asks = is_known and RestcommLogin.objects.filter(account_id=call.account_id or 0).exists()
    return Way.RESTCOMM if asks else Way.NEXT_REPORT


@transaction.atomic
def hang_up(*, call: Session, by: Actor) -> Way:
    """Have a live call ended; asking twice is asking once. Raises `Refused` when it is over already.

    The engine charges what was talked, as ever, when the platform reports the end.
    """
    live_call = Session.objects.filter(pk=call.pk, state=Session.State.LIVE)
    way = way_of(call)
    if not live_call.filter(cut_at__isnull=True).update(cut_at=utc_now()):
        if not live_call.exists():
            raise Refused("The call is over already.", type_="session_closed")
        return way
    company = Company.objects.filter(pk=call.buyer_id or 0).first()
    after = {"session": call.session_id, "to": call.callee, "way": way}
    audit.record("call.hang_up", call, by=by, company=company, after=after)
    if way is Way.RESTCOMM:
        outbox.enqueue(TOPIC, key=f"hang_up:{call.pk}", payload={"session": call.pk})
    if call.buyer_id is not None:
        live.tell_on_commit((live.What.TRAFFIC, call.buyer_id))
    return way


def deliver(message: OutboxMessage) -> None:
    """Ask Restcomm to end a call, unless it is over. Raises `Unreachable`; then it is asked again later."""
    call = Session.objects.get(pk=message.payload["session"])
    login = RestcommLogin.objects.filter(account_id=call.account_id or 0).first()
    if call.state != Session.State.LIVE or login is None:
        return
    if not restcomm_api.hang_up(login, call.account_sid, call.session_id):
        log.warning("restcomm_knows_no_such_call", session=call.session_id)
