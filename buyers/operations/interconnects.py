"""Interconnects from the buyer's side: asked for, placed in the order of routes, ended."""

from django.db import connection as database
from django.db import transaction

from buyers.locks import lock_account, lock_interconnect
from buyers.models import Account, Interconnect
from buyers.operations.notices import tell_buyer
from sellers.models import Connection
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused

FIRST_TECH_PREFIX = 10_000
LARGEST = 2**31 - 1


@transaction.atomic
def interconnect(*, account: Account, connection: Connection, agree: bool, by: Actor) -> Interconnect:
    """Let an account use a connection, at once or when its seller approves; it gets a tech prefix such as `33270#`.

    One that was ended is taken up again under its old prefix. Raises `Invalid` without consent, `Refused`:
    `connection_unavailable`, `currency_mismatch`, `already_interconnected`, `interconnect_rejected`.
    """
    if agree is not True:
        raise Invalid("Agree to the seller's prices.", errors={"agree": ["This must be true."]})
    held = lock_account(account.pk)
    _check_offer(held, connection)
    found = Interconnect.objects.filter(account=held, connection=connection).first()
    awaits = connection.manual_approval
    status = Interconnect.Status.AWAITING if awaits else Interconnect.Status.ACTIVE
    made = _take_up(found, status, by) if found else _insert(held, connection, status, by)
    after = _facts(made) | {"connection": connection.pk, "tech_prefix": made.tech_prefix}
    audit.record("interconnect.make", made, by=by, company=held.buyer.company, after=after)
    tell_buyer(made, "asked" if awaits else "made")
    return made


@transaction.atomic
def place_interconnect(
    *, interconnect: Interconnect, by: Actor, position: int | None = None, weight: int | None = None
) -> Interconnect:
    """Set its place in the order (0 is first) and its weight (0: only when alone), for those routing policies."""
    held = lock_interconnect(interconnect.pk)
    before = _facts(held)
    for name, value in (("position", position), ("weight", weight)):
        if value is not None and not 0 <= value <= LARGEST:
            raise Invalid("It can't be placed there.", errors={name: [f"A whole number from 0 to {LARGEST}."]})
        if value is not None:
            setattr(held, name, value)
    if _facts(held) != before:
        held.save(update_fields=["position", "weight"])
        company = held.account.buyer.company
        audit.record("interconnect.place", held, by=by, company=company, before=before, after=_facts(held))
    return held


@transaction.atomic
def end_interconnect(*, interconnect: Interconnect, by: Actor) -> Interconnect:
    """Use the connection no more; calls under way keep their prices. Ended before: nothing changes."""
    held = lock_interconnect(interconnect.pk)
    if held.status == Interconnect.Status.ENDED:
        return held
    if held.status == Interconnect.Status.REJECTED:
        raise Refused("The seller rejected it: there is nothing to end.", type_="interconnect_rejected")
    before = _facts(held)
    held.status = Interconnect.Status.ENDED
    held.save(update_fields=["status"])
    company = held.account.buyer.company
    audit.record("interconnect.end", held, by=by, company=company, before=before, after=_facts(held))
    return held


def _check_offer(account: Account, connection: Connection) -> None:
    if connection.status != Connection.Status.ACTIVE or not connection.seller.is_active:
        raise Refused("This connection is not on the market now.", type_="connection_unavailable")
    if connection.seller.currency != account.buyer.currency:
        sentence = f"It sells in {connection.seller.currency}, and your wallets are in {account.buyer.currency}."
        raise Refused(sentence, errors={"connection": [sentence]}, type_="currency_mismatch")


def _take_up(found: Interconnect, status: Interconnect.Status, by: Actor) -> Interconnect:
    """Ask anew for one that was ended; every other is refused."""
    if found.status == Interconnect.Status.REJECTED:
        raise Refused("The seller rejected this account: ask them to approve it.", type_="interconnect_rejected")
    if found.status != Interconnect.Status.ENDED:
        raise Refused(
            "This route is interconnected with this account already: choose another account or route.",
            type_="already_interconnected",
        )
    found.status, found.asked_at, found.asked_by = status, utc_now(), by.user
    found.decided_at, found.decided_by, found.decision_reason = None, None, ""
    found.save()
    return found


def _insert(account: Account, connection: Connection, status: Interconnect.Status, by: Actor) -> Interconnect:
    with database.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('buyers_interconnect', 'id'))")
        number = int(cursor.fetchone()[0])
    made = Interconnect(id=number, account=account, connection=connection, status=status, asked_by=by.user)
    made.tech_prefix = f"{FIRST_TECH_PREFIX + number}#"
    made.save(force_insert=True)
    return made


def _facts(interconnect: Interconnect) -> dict[str, object]:
    return {name: getattr(interconnect, name) for name in ("status", "position", "weight", "decision_reason")}
