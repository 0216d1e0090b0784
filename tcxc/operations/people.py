"""People let in by somebody who vouches for them."""

from allauth.account.models import EmailAddress
from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import Refused
from tcxc.models import User


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
def set_password(*, user: User, password: str, by: Actor, reason: str = "") -> None:
    """Give a person another password: it ends all of their sessions. The caller has checked its strength."""
    held = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    held.set_password(password)
    held.save(update_fields=["password"])
    audit.record("person.set_password", held, by=by, reason=reason)
