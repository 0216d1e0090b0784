"""Writes the audit trail. Call it inside the transaction of what it records."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from tcxc.actors import Actor
from tcxc.masking import mask_text
from tcxc.models import AuditEvent, Company


def record(
    action: str,
    thing: models.Model,
    *,
    by: Actor,
    company: Company | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    """Write one audit row: `action` such as `account.block`, and what changed, before and after."""
    event = _event(action, thing, by=by, company=company, before=before, after=after, reason=reason)
    event.save(force_insert=True)
    return event


def record_all(
    action: str, things: Mapping[models.Model, Mapping[str, Any]], *, by: Actor, company: Company | None = None
) -> None:
    """Write one audit row for each of many things: what each is after it."""
    AuditEvent.objects.bulk_create(
        [_event(action, thing, by=by, company=company, after=after) for thing, after in things.items()],
        batch_size=1_000,
    )


def _event(
    action: str,
    thing: models.Model,
    *,
    by: Actor,
    company: Company | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEvent:
    return AuditEvent(
        action=action,
        object_type=thing._meta.label_lower,
        object_id=str(thing.pk),
        company=company,
        user=by.user,
        acting_for=by.acting_for,
        api_key=by.api_key,
        via=by.via,
        address=by.address,
        reason=reason,
        before=_told(before),
        after=_told(after),
    )


def _told(facts: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What is kept of the facts: an address that carries a password is told without it."""
    if facts is None:
        return None
    return {name: mask_text(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
