"""Who belongs to which company, and what they may do there."""

from django.db.models import QuerySet

from tcxc.actors import Actor
from tcxc.crypto import hash_secret
from tcxc.errors import NotAllowed
from tcxc.models import Company, Holder, Invitation, Membership, User
from tcxc.roles import Permission, Role, role_allows


def memberships_of(user: User) -> QuerySet[Membership]:
    """A person's companies with their roles there, by name."""
    return Membership.objects.filter(user=user).select_related("company").order_by("company__name", "id")


def members_of(company: Company) -> QuerySet[Membership]:
    """A company's people with their roles, the longest-serving first."""
    return Membership.objects.filter(company=company).select_related("user").order_by("id")


def open_invitations_of(company: Company) -> QuerySet[Invitation]:
    """Invitations that were neither taken up nor withdrawn; expired ones too, the newest first."""
    return Invitation.objects.filter(company=company, accepted_at=None, revoked_at=None).order_by("-id")


def invitation_of(token: str) -> Invitation | None:
    """The invitation that was mailed with this token, open or over."""
    found = Invitation.objects.filter(token_hash=hash_secret(token))
    return found.select_related("company", "invited_by").first()


def role_of(user: User, company: Company) -> Role | None:
    """The person's role in the company, or None for a stranger."""
    role = Membership.objects.filter(user=user, company=company).values_list("role", flat=True).first()
    return Role(role) if role is not None else None


def can(user: User, permission: Permission, company: Company) -> bool:
    """Whether the person may do that for the company."""
    role = role_of(user, company) if user.is_active else None
    return role is not None and role_allows(role, permission)


def check_can(user: User, permission: Permission, company: Company) -> None:
    """Pass, or raise `NotAllowed`."""
    if not can(user, permission, company):
        raise NotAllowed(f"Your role in {company.name} does not include this.")


def is_operator(actor: Actor) -> bool:
    """Whether the exchange itself acts: an operator in their own name, an operator's key, or the system."""
    if actor.api_key is not None:
        return actor.api_key.holder == Holder.OPERATOR
    if actor.via:
        return False
    return actor.user is None or (actor.user.is_staff and actor.acting_for is None)
