"""Many links at once: all of them, or none with what is wrong in each row."""

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from buyers.models import Account, Buyer, RestcommLink
from buyers.restcomm import SID
from tcxc import audit
from tcxc.actors import Actor
from tcxc.crypto import encrypt
from tcxc.errors import Invalid
from tcxc.models import Platform

MOST_LINKS = 5_000
FIRST_ROW = 2  # row 1 is the heading
_NUMBERS = "SELECT nextval(pg_get_serial_sequence('buyers_restcommlink', 'id')) FROM generate_series(1, %s)"


class NewLink(NamedTuple):
    """One row: the account and the platform by name, and the sub-account's SID."""

    account: str
    platform: str
    account_sid: str


@transaction.atomic
def link_accounts(*, buyer: Buyer, rows: Sequence[NewLink], by: Actor) -> list[RestcommLink]:
    """Tie many sub-accounts to a buyer's accounts.

    Raises `Invalid`, which names each row that is at fault (`row 2`, the first after the heading) and how; then nothing
    was linked. A platform may be left out while there is one only.
    """
    if not 0 < len(rows) <= MOST_LINKS:
        raise Invalid(f"Give 1 to {MOST_LINKS:,} rows.", errors={"file": [f"It has {len(rows):,} rows."]})
    accounts = {account.name: account for account in Account.objects.filter(buyer=buyer)}
    platforms = {platform.name: platform for platform in Platform.objects.filter(is_active=True)}
    if len(platforms) == 1:
        platforms[""] = next(iter(platforms.values()))
    _refuse(_faults(rows, accounts, platforms))
    made = _made(rows, accounts, platforms)
    try:
        with transaction.atomic():
            RestcommLink.objects.bulk_create(made, batch_size=1_000)
    except IntegrityError as error:  # somebody linked one of them since
        _refuse(_faults(rows, accounts, platforms))
        raise Invalid("Somebody is linking the same sub-accounts. Try again.") from error
    facts: dict[Model, dict[str, Any]] = {
        link: {"account_id": link.account_id, "account_sid": link.account_sid} for link in made
    }
    audit.record_all("link.make", facts, by=by, company=buyer.company)
    return made


def _refuse(faults: dict[str, list[str]]) -> None:
    if faults:
        raise Invalid(f"{len(faults):,} rows can't be linked, so nothing was.", errors=faults)


def _faults(
    rows: Sequence[NewLink], accounts: dict[str, Account], platforms: dict[str, Platform]
) -> dict[str, list[str]]:
    """What is wrong, by row."""
    known = RestcommLink.objects.filter(account_sid__in=[row.account_sid for row in rows])
    linked = set(known.values_list("platform_id", "account_sid"))
    repeated = Counter((row.platform, row.account_sid) for row in rows)
    faults = {}
    for number, row in enumerate(rows, start=FIRST_ROW):
        if said := _said_of(row, accounts, platforms, linked, repeated[row.platform, row.account_sid]):
            faults[f"row {number}"] = said
    return faults


def _said_of(
    row: NewLink,
    accounts: dict[str, Account],
    platforms: dict[str, Platform],
    linked: set[tuple[int, str]],
    times: int,
) -> list[str]:
    said = []
    if row.account not in accounts:
        said.append(
            f"There is no account called {row.account or '(nothing)'}: write its name as the list of accounts has it."
        )
    if row.platform not in platforms:
        names = ", ".join(sorted(name for name in platforms if name))
        said.append(f"There is no platform called {row.platform or '(nothing)'}: choose one of {names}.")
    if not SID.fullmatch(row.account_sid):
        said.append("The SID is AC and 32 hex digits in lower case.")
    elif row.platform in platforms and (platforms[row.platform].pk, row.account_sid) in linked:
        said.append("This sub-account has its account already: unlink it first.")
    if times > 1:
        said.append("This sub-account stands in the file more than once: keep one.")
    return said


def _made(rows: Sequence[NewLink], accounts: dict[str, Account], platforms: dict[str, Platform]) -> list[RestcommLink]:
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [len(rows)])
        numbers = [int(number) for (number,) in cursor.fetchall()]
    return [
        RestcommLink(
            id=number,
            platform=platforms[row.platform],
            account_sid=row.account_sid,
            account=accounts[row.account],
            sip_username=f"tcxc-{number}",
            encrypted_sip_password=encrypt(secrets.token_urlsafe(24)),
            network_id=number,
        )
        for number, row in zip(numbers, rows, strict=True)
    ]
