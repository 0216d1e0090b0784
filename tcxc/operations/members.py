"""People in companies: their roles, and leaving. A company never loses its last owner."""

from django.db import transaction

from tcxc import audit
from tcxc.actors import Actor
from tcxc.errors import NotFound, Refused
from tcxc.models import Company, Membership, User
from tcxc.roles import Role


class LastOwner(Refused):
    """Somebody must own the company."""

    type = "last_owner"


@transaction.atomic
def add_member(*, company: Company, user: User, role: Role, by: Actor) -> Membership:
    """Give a person a role in a company. Raises `Refused` (`already_member`) for one who is in already."""
    _lock(company)
    membership, made = Membership.objects.get_or_create(company=company, user=user, defaults={"role": role})
    if not made:
        raise Refused(f"{user.email} is a member already.", type_="already_member")
    audit.record("member.add", membership, by=by, company=company, after={"user": user.pk, "role": role})
    return membership


@transaction.atomic
def change_role(*, company: Company, user: User, role: Role, by: Actor) -> Membership:
    """Give a member another role. Raises `LastOwner` when nobody would own the company."""
    membership = _membership(company, user)
    before = membership.role
    if before == role:
        return membership
    if before == Role.OWNER:
        _check_other_owner(company, user)
    membership.role = role
    membership.save(update_fields=["role"])
    audit.record("member.role", membership, by=by, company=company, before={"role": before}, after={"role": role})
    return membership


@transaction.atomic
def remove_member(*, company: Company, user: User, by: Actor) -> None:
    """Take a member out, or let one leave. Raises `LastOwner` for the only owner."""
    membership = _membership(company, user)
    if membership.role == Role.OWNER:
        _check_other_owner(company, user)
    before = {"user": user.pk, "role": membership.role}
    audit.record("member.remove", membership, by=by, company=company, before=before)
    membership.delete()


def _lock(company: Company) -> None:
    """Changes of a company's people come one after another, so that two owners can't both leave at once."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)


def _membership(company: Company, user: User) -> Membership:
    _lock(company)
    membership = Membership.objects.filter(company=company, user=user).first()
    if membership is None:
        raise NotFound(f"{user.email} is not a member of {company.name}.")
    return membership


def _check_other_owner(company: Company, user: User) -> None:
    if not Membership.objects.filter(company=company, role=Role.OWNER).exclude(user=user).exists():
        raise LastOwner("A company keeps at least one owner: make somebody else an owner first.")
