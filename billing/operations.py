"""What people do with money outside of traffic: wallets, operators' credits and debits, credit limits."""

from decimal import Decimal

from django.conf import settings
from django.db import transaction

from billing import ledger
from billing.ledger import Leg
from billing.models import LedgerAccount, MoneyRequest, Transfer, Wallet
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import InsufficientBalance, Invalid, NotFound, Refused
from tcxc.models import Company
from tcxc.money import AMOUNT_STEP, LARGEST_AMOUNT, ZERO, is_exact_amount

LONGEST_REASON = 255


class NeedsSecondPerson(Refused):
    """So much is not moved by one person alone."""

    type = "second_person_needed"


@transaction.atomic
def open_wallet(*, company: Company, currency: str, is_shared: bool) -> Wallet:
    """Open an empty wallet in one currency (ISO 4217), of one account or shared between the company's accounts."""
    account = LedgerAccount.objects.create(kind=LedgerAccount.Kind.WALLET, company=company, currency=currency)
    return Wallet.objects.create(ledger_account=account, company=company, currency=currency, is_shared=is_shared)


def credit_wallet(
    *, wallet_id: int, amount: Decimal, reason: str, by: Actor, key: str, account_id: int | None = None
) -> Transfer:
    """Put money into a wallet, by an operator's word, with a reason. Once for each `key`.

    Raises `Invalid` for an amount that is not above zero or has more than six decimals, or without a reason,
    `NotFound` for an unknown wallet, `KeyReused` when the key came before with another input, `NeedsSecondPerson` for
    more than one person may move alone.
    """
    return _adjust(Transfer.Kind.CREDIT, wallet_id, amount, reason=reason, by=by, key=key, account_id=account_id)


def debit_wallet(
    *, wallet_id: int, amount: Decimal, reason: str, by: Actor, key: str, account_id: int | None = None
) -> Transfer:
    """Take money (an amount above zero) out of a wallet, by an operator's word, with a reason. Once for each `key`.

    Raises as `credit_wallet` does, and `InsufficientBalance` when the wallet does not cover it.
    """
    return _adjust(Transfer.Kind.DEBIT, wallet_id, amount, reason=reason, by=by, key=key, account_id=account_id)


def post_approved(*, request: MoneyRequest, by: Actor) -> Transfer:
    """Move the money that one operator asked for and another, `by`, approves. Once for each request.

    `billing.second_person` has checked who they are. Raises as `debit_wallet` does.
    """
    return _adjust(
        Transfer.Kind(request.kind),
        request.wallet_id,
        request.amount,
        reason=request.reason,
        by=by,
        key=request.key,
        account_id=request.account_id,
        is_approved=True,
    )


def is_for_two(amount: Decimal) -> bool:
    """Whether so much is more than one operator may move, or allow, alone (`SECOND_PERSON_ABOVE`; 0: nothing is)."""
    limit: Decimal = settings.SECOND_PERSON_ABOVE
    return 0 < limit < amount


def _check_alone(amount: Decimal, by: Actor) -> None:
    by_somebody = by.user is not None or by.api_key is not None
    if by_somebody and is_for_two(amount):
        limit = f"{settings.SECOND_PERSON_ABOVE:,f}"
        raise NeedsSecondPerson(f"More than {limit} takes a second operator: ask on the wallet's page in the admin.")


@transaction.atomic
def _adjust(
    kind: Transfer.Kind,
    wallet_id: int,
    amount: Decimal,
    *,
    reason: str,
    by: Actor,
    key: str,
    account_id: int | None,
    is_approved: bool = False,
) -> Transfer:
    amount, reason = checked_amount(amount), checked_reason(reason)
    facts = {"wallet": wallet_id, "amount": amount, "account": account_id, "reason": reason}
    if not ledger.lock_wallets([wallet_id]):
        raise NotFound("There is no such wallet.")
    made = ledger.find_transfer(key=key, digest=ledger.input_hash(kind=kind, **facts))
    if made is not None:
        return made
    if not is_approved:
        _check_alone(amount, by)
    wallet = Wallet.objects.select_related("company").get(pk=wallet_id)
    signed = amount if kind == Transfer.Kind.CREDIT else -amount
    other = ledger.ledger_account(LedgerAccount.Kind.ADJUSTMENT, wallet.currency)
    made = ledger.post_transfer(
        kind=kind,
        key=key,
        legs=[Leg(wallet.pk, signed, wallet.currency), Leg(other, -signed, wallet.currency)],
        made_by=by.label,
        now=utc_now(),
        facts=facts,
        account_id=account_id,
        note=reason,
    )
    after = {"transfer": made.pk, "amount": str(signed), "currency": wallet.currency}
    audit.record(f"wallet.{kind}", wallet, by=by, company=wallet.company, after=after, reason=reason)
    return made


def checked_amount(amount: Decimal) -> Decimal:
    """The amount at six decimals, or `Invalid`."""
    if not is_exact_amount(amount) or amount <= 0:
        message = f"Give an amount above zero, of at most six decimals, up to {LARGEST_AMOUNT}."
        raise Invalid(message, errors={"amount": [message]})
    return amount.quantize(AMOUNT_STEP)


def checked_reason(reason: str) -> str:
    """The reason, trimmed, or `Invalid`."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        message = f"Say why the money moves, in up to {LONGEST_REASON} characters."
        raise Invalid(message, errors={"reason": [message]})
    return reason


@transaction.atomic
def set_credit_limit(
    *, wallet_id: int, credit_limit: Decimal, by: Actor, reason: str, is_approved: bool = False
) -> Wallet:
    """Let a wallet go this far below zero. Only operators may; the caller checks that.

    Raises `Invalid` for a negative limit, `InsufficientBalance` when more than the new limit is already used,
    `NeedsSecondPerson` for a rise above what one person may allow alone, unless another approves it (`is_approved`).
    """
    check_limit(credit_limit)
    wallet = Wallet.objects.select_related("company").select_for_update(of=("self",), no_key=True).get(pk=wallet_id)
    before = wallet.credit_limit
    if credit_limit > before and not is_approved:
        _check_alone(credit_limit, by)
    if credit_limit < before and wallet.available - before + credit_limit < 0:
        used = wallet.held - wallet.balance
        message = f"{used} is in use already: the limit can't go below that."
        raise InsufficientBalance(message, errors={"credit_limit": [message]})
    wallet.credit_limit = credit_limit
    wallet.overrun = max(ZERO, -wallet.available)
    wallet.save(update_fields=["credit_limit", "overrun"])
    change = {"before": {"credit_limit": before}, "after": {"credit_limit": credit_limit}}
    audit.record("wallet.credit_limit", wallet, by=by, company=wallet.company, reason=reason, **change)
    return wallet


def check_limit(credit_limit: Decimal) -> None:
    """Pass a credit limit that makes sense, or raise `Invalid`."""
    if not is_exact_amount(credit_limit) or credit_limit < 0:
        message = f"Give a limit of zero or more, of at most six decimals, up to {LARGEST_AMOUNT}."
        raise Invalid(message, errors={"credit_limit": [message]})
