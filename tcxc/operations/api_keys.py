"""API keys: made, replaced with an overlap, revoked."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db import DatabaseError, connection, transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import hash_secret, new_secret
from tcxc.errors import Invalid, Refused
from tcxc.models import ApiKey, Company, Holder, Platform, User
from tcxc.scopes import SCOPES_OF_HOLDER

logger = logging.getLogger(__name__)

HINT_LENGTH = 18
USE_NOTED_EVERY = timedelta(minutes=1)
LONGEST_OVERLAP_HOURS = 30 * 24


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key and its secret, which is shown this once and kept nowhere."""

    key: ApiKey
    secret: str


@transaction.atomic
def make_key(
    *,
    holder: Holder,
    name: str,
    by: Actor,
    company: Company | None = None,
    platform: Platform | None = None,
    user: User | None = None,
    scopes: Iterable[str] = (),
    networks: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key for a company's side, a platform or an operator. Raises `Invalid` by field."""
    if not name.strip():
        raise Invalid("A key needs a name.", errors={"name": ["Say what it is for."]})
    if expires_at is not None and expires_at <= utc_now():
        raise Invalid("The key would be dead at birth.", errors={"expires_at": ["Give a moment to come."]})
    made = _insert(
        ApiKey(
            holder=holder,
            company=company,
            platform=platform,
            user=user,
            name=name.strip(),
            scopes=check_scopes(holder, scopes),
            networks=check_networks(networks),
            expires_at=expires_at,
            created_by=by.user,
        )
    )
    audit.record("api_key.make", made.key, by=by, company=company, after=_facts(made.key))
    return made


@transaction.atomic
def rotate_key(*, key: ApiKey, overlap_hours: int, by: Actor) -> NewKey:
    """Make a successor with the same rights; the old key works for `overlap_hours` more, 0 ends it at once."""
    if not 0 <= overlap_hours <= LONGEST_OVERLAP_HOURS:
        sentence = f"From 0 to {LONGEST_OVERLAP_HOURS} hours."
        raise Invalid("The overlap is out of range.", errors={"overlap_hours": [sentence]})
    old = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if old.revoked_at is not None or old.replaced_by_id is not None:
        raise Refused("The key was revoked or replaced before.", type_="key_not_live")
    before = _facts(old)
    made = _insert(_successor(old, by))
    ends = utc_now() + timedelta(hours=overlap_hours)
    old.expires_at = min(ends, old.expires_at) if old.expires_at else ends
    old.replaced_by = made.key
    old.save(update_fields=["expires_at", "replaced_by"])
    audit.record("api_key.rotate", old, by=by, company=old.company, before=before, after=_facts(old))
    return made


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Actor, reason: str = "") -> ApiKey:
    """End a key at once, for good. A second time changes nothing."""
    held = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if held.revoked_at is None:
        before = _facts(held)
        held.revoked_at = utc_now()
        held.save(update_fields=["revoked_at"])
        audit.record(
            "api_key.revoke", held, by=by, company=held.company, before=before, after=_facts(held), reason=reason
        )
    return held


def note_use(key: ApiKey, address: str | None = None) -> None:
    """Remember when and from where the key was used, at most once a minute; it waits for nobody, and gives way."""
    now = utc_now()
    if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_EVERY:
        return
    key.last_used_at = now  # a door that remembers the key does not come back at once
    statement = """
        UPDATE tcxc_apikey SET last_used_at = %(now)s, last_used_from = %(address)s WHERE id = (
            SELECT id FROM tcxc_apikey
            WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at < %(before)s)
            FOR UPDATE SKIP LOCKED)
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {"now": now, "address": address, "id": key.pk, "before": now - USE_NOTED_EVERY})
    except DatabaseError:
        logger.warning("the use of key %s was not noted", key.pk, exc_info=True)


def check_scopes(holder: Holder, scopes: Iterable[str]) -> list[str]:
    """The scopes in order and once each, or `Invalid` for one that such a holder can't have."""
    known = {scope.value for scope in SCOPES_OF_HOLDER[holder]}
    given = sorted(set(scopes))
    faults = [f"{scope} is not a scope of a {holder.value}'s key." for scope in given if scope not in known]
    if faults:
        raise Invalid("The scopes are not right.", errors={"scopes": faults})
    return given


def check_networks(networks: Iterable[str]) -> list[str]:
    """The networks in their plain form (IPv4 or IPv6 CIDR), or `Invalid` by entry."""
    plain, faults = [], []
    for text in networks:
        try:
            plain.append(str(ip_network(text.strip())))
        except ValueError as exc:
            faults.append(f"{text}: {exc}")
    if faults:
        raise Invalid("The networks are not right.", errors={"networks": faults})
    return plain


def _insert(key: ApiKey) -> NewKey:
    secret = new_secret(f"tcxc_{key.holder}")
    key.hint = secret[:HINT_LENGTH]
    key.key_hash = hash_secret(secret)
    key.save()
    return NewKey(key, secret)


def _successor(old: ApiKey, by: Actor) -> ApiKey:
    same = {
        name: getattr(old, name) for name in ("holder", "company", "platform", "user", "name", "scopes", "networks")
    }
    return ApiKey(**same, expires_at=old.expires_at, created_by=by.user)


def _facts(key: ApiKey) -> dict[str, object]:
    names = ("holder", "name", "hint", "scopes", "networks", "expires_at", "revoked_at", "replaced_by_id")
    return {name: getattr(key, name) for name in names}
