"""Comparing our numbers of an account with its Restcomm's, since Restcomm ignores what we answer to a cancel.

Their list is fetched outside of any transaction, and whole or not at all. What differs is written down for people to
decide: nothing is released because a list is short.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import structlog
from celery import current_app
from django.db import transaction

from buyers.models import Account, RestcommLink, RestcommLogin
from buyers.restcomm_api import MOST_NUMBERS, IncomingNumber, incoming_numbers
from numbers.models import Difference, Reconciliation, Subscription
from numbers.models.subscriptions import OPEN
from numbers.operations.subscriptions import assign_link, change_routing, release
from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import NotFound, Refused
from tcxc.outbound import Unreachable

EVERY = timedelta(days=1)
KEPT = 30  # comparisons of an account
COMPARER = "numbers.tasks.reconcile_numbers"
RELEASE_REASON = "not among Restcomm's numbers"
log = structlog.get_logger(__name__)
Kind = Difference.Kind


def reconcile(*, login: RestcommLogin, clock: Callable[[], datetime] = utc_now) -> Reconciliation:
    """Compare now, and keep what differs. When their list can't be had, `problem` says why and nothing is compared."""
    started = clock()
    try:
        there = _there(login)
    except Unreachable as problem:
        log.warning("restcomm_unreachable", account=login.account_id, problem=str(problem))
        return Reconciliation.objects.create(
            account_id=login.account_id, started_at=started, finished_at=clock(), problem=str(problem)[:255]
        )
    return _write(login, there, started, clock())


def reconcile_due(*, at_most: int = 20, clock: Callable[[], datetime] = utc_now) -> int:
    """Compare the accounts that are due, each once a day or when somebody asked. Returns how many were compared."""
    done = 0
    while done < at_most and (login := _claim(clock())) is not None:
        reconcile(login=login, clock=clock)
        done += 1
    return done


@transaction.atomic
def ask_to_reconcile(*, account: Account, by: Actor, now: datetime | None = None) -> RestcommLogin:
    """Make the account due now: a worker compares it soon. Raises `NotFound` without a log-in to its Restcomm."""
    found = RestcommLogin.objects.select_for_update(of=("self",)).filter(account=account)
    login = found.select_related("account__buyer__company").first()
    if login is None:
        raise NotFound("Say first where the account's Restcomm answers.")
    login.due_at = now or utc_now()
    login.save(update_fields=["due_at"])
    audit.record("restcomm_login.compare", login, by=by, company=login.account.buyer.company)
    transaction.on_commit(_wake, robust=True)
    return login


@transaction.atomic
def mend(*, difference: Difference, by: Actor, now: datetime | None = None) -> Difference:
    """Make our side as theirs is: release here what they don't have, take over their sub-account or their delivery.

    Mended before: nothing changes. Raises `Refused`: `difference_outdated` after a newer comparison, `mend_there` for
    a number that only they have, and what the change itself raises.
    """
    found = Difference.objects.select_for_update(of=("self",)).select_related("reconciliation")
    held = found.select_related("subscription__account").get(pk=difference.pk)
    if held.mended_at is not None:
        return held
    newer = Reconciliation.objects.filter(account=held.reconciliation.account_id, pk__gt=held.reconciliation_id)
    if newer.exists():
        raise Refused("There is a newer comparison: look at that one.", type_="difference_outdated")
    _mend(held, by)
    held.mended_at, held.mended_by = now or utc_now(), by.label
    held.save(update_fields=["mended_at", "mended_by"])
    return held


def _wake() -> None:
    """Let a worker compare now. When the broker is away, the next beat does."""
    current_app.send_task(COMPARER, expires=60)


def _mend(difference: Difference, by: Actor) -> None:
    subscription = difference.subscription
    if subscription is None:
        raise Refused("Only Restcomm has this number: delete it there, or buy it here.", type_="mend_there")
    match difference.kind:
        case Kind.ONLY_HERE:
            release(subscription=subscription, by=by, reason=RELEASE_REASON)
        case Kind.OTHER_ACCOUNT:
            assign_link(subscription=subscription, account_sid=difference.wanted, by=by)
        case Kind.OTHER_ROUTING:
            change_routing(subscription=subscription, changes={"sip_contact": difference.wanted}, by=by)


def _there(login: RestcommLogin) -> dict[str, IncomingNumber]:
    """All that Restcomm has, by number. Raises `Unreachable`."""
    found: dict[str, IncomingNumber] = {}
    for sid in _sids(login):
        found |= {number.number: number for number in incoming_numbers(login, sid)}
        if len(found) > MOST_NUMBERS:
            raise Unreachable("Its lists have too many numbers.")
    return found


def _sids(login: RestcommLogin) -> list[str]:
    """The accounts there whose numbers are ours to compare: the log-in's own and the linked sub-accounts."""
    return list(dict.fromkeys([login.account_sid, *_linked(login)]))


def _linked(login: RestcommLogin) -> list[str]:
    """The sub-accounts that are linked to the account here."""
    links = RestcommLink.objects.filter(account=login.account_id).order_by("id")
    return list(links.values_list("account_sid", flat=True))


@transaction.atomic
def _claim(now: datetime) -> RestcommLogin | None:
    """The account that has waited longest, made due again in a day: whoever dies over it loses that day only."""
    due = RestcommLogin.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    login = due.select_for_update(skip_locked=True).first()
    if login is not None:
        login.due_at = now + EVERY
        login.save(update_fields=["due_at"])
    return login


@transaction.atomic
def _write(
    login: RestcommLogin, there: dict[str, IncomingNumber], started: datetime, finished: datetime
) -> Reconciliation:
    ours = Subscription.objects.filter(OPEN, account=login.account_id, bought_at__lt=started)
    here = {one.number.number: one for one in ours.select_related("number", "link")}
    made = Reconciliation.objects.create(
        account_id=login.account_id, started_at=started, finished_at=finished, here=len(here), there=len(there)
    )
    Difference.objects.bulk_create(_differences(made, login, here, there), batch_size=1_000)
    old = Reconciliation.objects.filter(account=login.account_id).order_by("-pk").values("pk")[KEPT:]
    Reconciliation.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    return made


def _differences(
    made: Reconciliation, login: RestcommLogin, here: dict[str, Subscription], there: dict[str, IncomingNumber]
) -> Sequence[Difference]:
    fresh = set(_bought_since(login, made.started_at))
    found = [
        Difference(kind=Kind.ONLY_HERE, number=n, subscription=here[n]) for n in sorted(here.keys() - there.keys())
    ]
    found += [_only_there(there[n]) for n in sorted(there.keys() - here.keys() - fresh)]
    linked = set(_linked(login))
    for number in sorted(here.keys() & there.keys()):
        found += _changed(login, linked, here[number], there[number])
    for difference in found:
        difference.reconciliation = made
    return found


def _bought_since(login: RestcommLogin, started: datetime) -> Iterator[str]:
    """Numbers that were bought while the lists were fetched: too young to be compared."""
    young = Subscription.objects.filter(OPEN, account=login.account_id, bought_at__gte=started)
    return young.values_list("number__number", flat=True).iterator()


def _only_there(number: IncomingNumber) -> Difference:
    facts = {"there_sid": number.sid, "there_account_sid": number.account_sid}
    return Difference(kind=Kind.ONLY_THERE, number=number.number, **facts)


def _changed(
    login: RestcommLogin, linked: set[str], ours: Subscription, theirs: IncomingNumber
) -> Iterator[Difference]:
    """What differs about a number that both have. An account there that is not linked here stands for no link."""
    facts = {
        "number": theirs.number,
        "subscription": ours,
        "there_sid": theirs.sid,
        "there_account_sid": theirs.account_sid,
    }
    link = ours.link.account_sid if ours.link else ""
    wanted = theirs.account_sid if theirs.account_sid in linked else ""
    if link != wanted:
        yield Difference(kind=Kind.OTHER_ACCOUNT, wanted=wanted, found=link, **facts)
    if login.sip_domain and _host_of(ours.sip_contact) != login.sip_domain.lower():
        contact = f"sip:+{theirs.number}@{login.sip_domain}"
        yield Difference(kind=Kind.OTHER_ROUTING, wanted=contact, found=ours.sip_contact, **facts)


def _host_of(contact: str) -> str:
    """The host and port of a SIP address, in lower case."""
    return contact.rpartition("@")[2].partition(";")[0].removeprefix("sips:").removeprefix("sip:").lower()
