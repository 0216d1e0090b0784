"""What operators decide about people and platforms: who may sign in, who is an operator, what a platform is called."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, NotAllowed, Refused
from tcxc.models import Company, Platform, User
from tcxc.queries.people import is_operator, memberships_of

PLATFORM_FIELDS = ("name", "api_url", "is_active")


@transaction.atomic
def set_sign_in(*, user: User, may_sign_in: bool, by: Actor, reason: str) -> User:
    """Keep a person out, which ends their sessions at the next page, or let them in again."""
    return _change(user, {"is_active": may_sign_in}, "person.sign_in", by=by, reason=reason)


@transaction.atomic
def set_operator(*, user: User, as_operator: bool, by: Actor, reason: str) -> User:
    """Make a person an operator with every right in the admin, or an ordinary one again. Nobody demotes themselves."""
    if by.user is not None and by.user.pk == user.pk:
        raise Refused("Nobody changes their own standing: ask another operator.", type_="own_standing")
    changes = {"is_staff": as_operator, "is_superuser": as_operator}
    return _change(user, changes, "person.operator", by=by, reason=reason)


@transaction.atomic
def begin_acting(*, person: User, by: Actor, reason: str) -> User:
    """Let an operator act on a person's behalf: each of the person's companies reads so in its audit log.

    Raises `NotAllowed` for who is no operator, `Refused` (`not_on_behalf`) for another operator or somebody kept out.
    """
    if not is_operator(by) or by.user is None:
        raise NotAllowed("Only an operator acts on somebody's behalf.")
    if not reason.strip():
        raise Invalid("Say why.", errors={"reason": ["This field may not be blank."]})
    held = User.objects.get(pk=person.pk)
    if held.is_staff or not held.is_active:
        raise Refused("Nobody acts for an operator, or for somebody who may not sign in.", type_="not_on_behalf")
    _record_acting("person.act_begin", held, Actor(user=by.user, acting_for=held, address=by.address), reason.strip())
    return held


@transaction.atomic
def end_acting(*, person: User, by: Actor) -> None:
    """Note that an operator acts for the person no more."""
    _record_acting("person.act_end", person, Actor(user=by.user, acting_for=person, address=by.address))


def _record_acting(action: str, person: User, by: Actor, reason: str = "") -> None:
    companies: list[Company | None] = [membership.company for membership in memberships_of(person)]
    for company in companies or [None]:
        audit.record(action, person, by=by, company=company, reason=reason)


@transaction.atomic
def update_platform(*, platform: Platform, changes: Mapping[str, Any], by: Actor) -> Platform:
    """Change a platform's name, REST address, or whether it may ask. Raises `Refused` (`name_taken`)."""
    held = Platform.objects.select_for_update(no_key=True).get(pk=platform.pk)
    before = {name: getattr(held, name) for name in PLATFORM_FIELDS}
    for name in PLATFORM_FIELDS:
        setattr(held, name, changes.get(name, before[name]))
    after = {name: getattr(held, name) for name in PLATFORM_FIELDS}
    if after != before:
        _save_platform(held)
        audit.record("platform.update", held, by=by, before=before, after=after)
    return held


def _save_platform(platform: Platform) -> None:
    try:
        with transaction.atomic():
            platform.save(update_fields=PLATFORM_FIELDS)
    except IntegrityError as exc:
        sentence = f"There is a platform named {platform.name} already."
        raise Refused(sentence, errors={"name": [sentence]}, type_="name_taken") from exc


def _change(user: User, changes: Mapping[str, bool], action: str, *, by: Actor, reason: str) -> User:
    if not is_operator(by):
        raise NotAllowed("Only an operator decides that.")
    if not reason.strip():
        raise Invalid("Say why.", errors={"reason": ["This field may not be blank."]})
    held = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    before = {name: getattr(held, name) for name in changes}
    if before != changes:
        for name, value in changes.items():
            setattr(held, name, value)
        held.save(update_fields=list(changes))
        audit.record(action, held, by=by, before=before, after=changes, reason=reason.strip())
    return held
