"""Mails invitations. Their tokens wait encrypted in the outbox, so that nobody takes one up who only reads tables."""

from datetime import UTC

from tcxc import mail
from tcxc.crypto import decrypt
from tcxc.models import Invitation, OutboxMessage


def deliver(message: OutboxMessage) -> None:
    """Send one invitation, unless it was taken up or withdrawn meanwhile. Raises what the mail server raises."""
    found = Invitation.objects.select_related("company", "invited_by").get(pk=message.payload["invitation"])
    if found.accepted_at is not None or found.revoked_at is not None:
        return
    facts = {
        "company": found.company.name,
        "inviter": found.invited_by.get_full_name(),
        "role": found.get_role_display(),
        "token": decrypt(message.payload["encrypted_token"]),
        "until": found.expires_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
    }
    mail.send(mail.write("invitation", facts), key=message.key, to=[found.email])
