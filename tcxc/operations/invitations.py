"""Invitations: a mailed token, of which only the hash is kept, taken up once by the address that it was sent to."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tcxc import audit, mail, outbox
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.crypto import encrypt, hash_secret, new_secret
from tcxc.errors import Invalid, NotFound, Refused
from tcxc.models import Company, Invitation, Membership, User
from tcxc.operations.members import add_member
from tcxc.roles import Permission, Role

VALID_FOR = timedelta(days=7)
TOPIC = "mail.invitation"


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation and its token, which only the mail carries."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(*, company: Company, email: str, role: Role, invited_by: User, by: Actor) -> NewInvitation:
    """Offer a role to an address and owe it a mail. An earlier open offer to it is withdrawn. Raises `Invalid`."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)  # two at once leave one open offer
    address = _checked_address(company, email)
    earlier = Invitation.objects.filter(company=company, email=address, accepted_at=None, revoked_at=None)
    earlier.update(revoked_at=utc_now())
    token = new_secret("tcxc_invitation")
    made = Invitation.objects.create(
        company=company,
        email=address,
        role=role,
        token_hash=hash_secret(token),
        invited_by=invited_by,
        expires_at=utc_now() + VALID_FOR,
    )
    payload = {"invitation": made.pk, "encrypted_token": encrypt(token)}
    outbox.enqueue(TOPIC, key=f"invitation:{made.pk}", payload=payload)
    audit.record("invitation.make", made, by=by, company=company, after={"email": address, "role": role})
    return NewInvitation(made, token)


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: Actor, invited_by: User) -> NewInvitation:
    """Mail an open offer anew, with a fresh token and seven more days; the earlier mail's link ends.

    Raises `Refused` (`invitation_over`) for an offer that was taken up or withdrawn meanwhile.
    """
    held = Invitation.objects.select_for_update(of=("self",)).select_related("company").get(pk=invitation.pk)
    if held.accepted_at or held.revoked_at:
        raise Refused("This invitation was taken up or withdrawn meanwhile.", type_="invitation_over")
    return invite(company=held.company, email=held.email, role=Role(held.role), invited_by=invited_by, by=by)


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, by: Actor) -> Membership:
    """Take up an offer, once. Raises `NotFound` for one that is not for this person's address, `Refused`
    (`invitation_over`) for one that was used, withdrawn or has expired, or (`already_member`).
    """
    held = Invitation.objects.select_for_update(of=("self",)).select_related("company").get(pk=invitation.pk)
    if held.email != user.email.lower():
        raise NotFound("There is no such invitation for your e-mail address.")
    if not held.is_open(utc_now()):
        raise Refused("This invitation is over: ask for a new one.", type_="invitation_over")
    held.accepted_at = utc_now()
    held.save(update_fields=["accepted_at"])
    audit.record("invitation.accept", held, by=by, company=held.company, after={"user": user.pk})
    membership = add_member(company=held.company, user=user, role=Role(held.role), by=by)
    _tell_owners(held, membership)
    return membership


def _tell_owners(invitation: Invitation, membership: Membership) -> None:
    facts = {"person": membership.user, "company": invitation.company, "role": membership.get_role_display()}
    owners = mail.members_to_tell(invitation.company, Permission.MANAGE_TEAM)
    letter = mail.write("joined", facts)
    mail.owe(letter, key=f"joined:{invitation.pk}", to=[owner for owner in owners if owner != membership.user.email])


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor) -> None:
    """Withdraw an open offer; one that is over already stays as it is."""
    changed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=utc_now()
    )
    if changed:
        audit.record("invitation.revoke", invitation, by=by, company=invitation.company)


def _checked_address(company: Company, email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as exc:
        raise Invalid("That is no e-mail address.", errors={"email": list(exc.messages)}) from exc
    if Membership.objects.filter(company=company, user__email=address).exists():
        raise Invalid("They are a member already.", errors={"email": ["They are a member already."]})
    return address
