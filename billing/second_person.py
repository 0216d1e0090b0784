"""Large credits, debits and credit limits: one operator asks, another decides. What is large: `SECOND_PERSON_ABOVE`."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from billing import operations
from billing.models import MoneyRequest, Transfer, Wallet
from tcxc import alerts, audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import KeyReused, NotAllowed, NotFound, Refused
from tcxc.models import User
from tcxc.queries.people import is_operator

VALID_FOR = timedelta(days=3)
AT_ONCE = 200

Kind, State = MoneyRequest.Kind, MoneyRequest.State

alerts.explain("money_request", "a large sum waits for a second operator: approve or reject it in the admin")


@transaction.atomic
def ask_for_money(
    *, kind: MoneyRequest.Kind, wallet_id: int, amount: Decimal, reason: str, by: Actor, key: str
) -> MoneyRequest:
    """Ask another operator to approve a credit, a debit or a credit limit (`amount` is then the limit).

    Once for each `key`. Raises `NotAllowed` for who is no operator in person, `Invalid`, `NotFound` for an unknown
    wallet, `KeyReused` when the key came before with another input.
    """
    person = _operator(by)
    reason = operations.checked_reason(reason)
    if kind == Kind.CREDIT_LIMIT:
        operations.check_limit(amount)
    else:
        amount = operations.checked_amount(amount)
    if not Wallet.objects.filter(pk=wallet_id).exists():
        raise NotFound("There is no such wallet.")
    now = utc_now()
    wanted = {"kind": kind, "wallet_id": wallet_id, "amount": amount, "reason": reason}
    fresh = {**wanted, "made_by": person, "made_at": now, "expires_at": now + VALID_FOR}
    made, is_new = MoneyRequest.objects.get_or_create(key=key, defaults=fresh)
    if any(getattr(made, name) != value for name, value in wanted.items()):
        raise KeyReused("This key was already used for another request; use a new one.")
    if is_new:
        audit.record("money_request.make", made, by=by, after=_facts(made), reason=reason)
        alerts.tell_operators(
            "money_request", key=f"money_request:{made.pk}", facts=_facts(made) | {"request": made.pk}
        )
    return made


@transaction.atomic
def approve_request(*, request: MoneyRequest, by: Actor) -> MoneyRequest:
    """Do what another operator asked for: the money moves, or the limit changes, in this transaction.

    Raises `NotAllowed` for who is no operator in person, `Refused` (`own_request`) for who asked for it,
    (`request_over`) when it was decided or has expired, and what the ledger refuses; then the request stays open.
    """
    held, person = _held_open(request, by)
    if held.kind == Kind.CREDIT_LIMIT:
        operations.set_credit_limit(
            wallet_id=held.wallet_id, credit_limit=held.amount, by=by, reason=held.reason, is_approved=True
        )
    else:
        held.transfer = operations.post_approved(request=held, by=by)
    return _decide(held, State.APPROVED, person, by=by, transfer=held.transfer)


@transaction.atomic
def reject_request(*, request: MoneyRequest, by: Actor, reason: str) -> MoneyRequest:
    """Let it not happen, and say why. Raises as `approve_request` does, and `Invalid` without a reason."""
    held, person = _held_open(request, by)
    return _decide(held, State.REJECTED, person, by=by, reason=operations.checked_reason(reason))


def expire_requests(*, now: datetime) -> int:
    """End the open requests whose time is over. Returns how many."""
    ended, found = 0, AT_ONCE
    while found == AT_ONCE:
        found = _expire_some(now)
        ended += found
    return ended


@transaction.atomic
def _expire_some(now: datetime) -> int:
    due = MoneyRequest.objects.filter(state=State.PENDING, expires_at__lte=now).order_by("pk")
    found = list(due.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
    for request in found:
        request.state, request.decided_at = State.EXPIRED, now
    MoneyRequest.objects.bulk_update(found, ["state", "decided_at"])
    audit.record_all("money_request.expire", {request: _facts(request) for request in found}, by=Actor.system())
    return len(found)


def _held_open(request: MoneyRequest, by: Actor) -> tuple[MoneyRequest, User]:
    """The request, locked, if this operator may decide it now."""
    person = _operator(by)
    held = MoneyRequest.objects.select_for_update(of=("self",)).select_related("wallet__company").get(pk=request.pk)
    if held.made_by_id == person.pk:
        raise Refused("You asked for this yourself: another operator decides it.", type_="own_request")
    if held.state != State.PENDING or held.expires_at <= utc_now():
        raise Refused("This request was decided already, or its time is over.", type_="request_over")
    return held, person


def _decide(
    held: MoneyRequest,
    state: MoneyRequest.State,
    person: User,
    *,
    by: Actor,
    reason: str = "",
    transfer: Transfer | None = None,
) -> MoneyRequest:
    before = _facts(held)
    held.state, held.decided_by, held.decided_at = state, person, utc_now()
    held.decision_reason, held.transfer = reason, transfer
    held.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "transfer"])
    action = "money_request.approve" if state == State.APPROVED else "money_request.reject"
    audit.record(action, held, by=by, before=before, after=_facts(held), reason=reason)
    return held


def _operator(by: Actor) -> User:
    if by.user is None or by.api_key is not None or not is_operator(by):
        raise NotAllowed("Only an operator in person asks for large sums, or decides about them.")
    return by.user


def _facts(request: MoneyRequest) -> dict[str, object]:
    names = ("kind", "wallet_id", "amount", "state", "made_by_id", "decided_by_id", "transfer_id")
    return {name: getattr(request, name) for name in names}
