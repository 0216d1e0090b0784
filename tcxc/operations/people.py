"""People let in by somebody who vouches for them, and what they say of themselves."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Invalid, Refused
from tcxc.models import User

LONGEST_NAME = 120


@transaction.atomic
def enrol_person(*, email: str, name: str, by: Actor, time_zone: str = "UTC", is_operator: bool = False) -> User:
    """Make a person whose address somebody vouches for, so that it counts as verified; `set_password` lets them in.

    An operator has every right in the admin. Raises `Refused` (`email_taken`) when the address is known.
    """
    address = User.objects.normalize_email(email).lower()
    if User.objects.filter(email=address).exists():
        raise Refused(f"{address} belongs to somebody already.", type_="email_taken")
    user = User.objects.create_user(
        address, name=name, time_zone=time_zone, is_staff=is_operator, is_superuser=is_operator
    )
    EmailAddress.objects.create(user=user, email=address, primary=True, verified=True)
    audit.record("person.enrol", user, by=by, after={"email": address, "name": name, "operator": is_operator})
    return user


@transaction.atomic
def update_person(*, user: User, changes: Mapping[str, str], by: Actor) -> User:
    """Change a person's `name` or `time_zone` (an IANA name). Raises `Invalid` by field."""
    fields = ("name", "time_zone")
    held = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    before = {name: getattr(held, name) for name in fields}
    after = before | {name: changes[name].strip() for name in fields if name in changes}
    if not 0 < len(after["name"]) <= LONGEST_NAME:
        raise Invalid("Say what you are called.", errors={"name": [f"From 1 to {LONGEST_NAME} characters."]})
    if after["time_zone"] not in available_timezones():
        raise Invalid("Nobody knows this zone.", errors={"time_zone": ["Give an IANA name such as Europe/London."]})
    if after != before:
        for name, value in after.items():
            setattr(held, name, value)
        held.save(update_fields=fields)
        audit.record("person.update", held, by=by, before=before, after=after)
    return held


@transaction.atomic
def set_password(*, user: User, password: str, by: Actor, reason: str = "") -> None:
    """Give a person another password: it ends all of their sessions. The caller has checked its strength."""
    held = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    held.set_password(password)
    held.save(update_fields=["password"])
    audit.record("person.set_password", held, by=by, reason=reason)
