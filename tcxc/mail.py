"""Mail: written from templates in `templates/mail/`, owed through the outbox, sent with Django's mail."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines

from tcxc import outbox
from tcxc.models import Company, Membership, OutboxMessage
from tcxc.roles import Permission, Role, role_allows

TOPIC = "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and a plain text; `html` is the same text for readers that show it."""

    subject: str
    text: str
    html: str = ""


def write(template: str, context: Mapping[str, Any]) -> Letter:
    """The letter of `templates/mail/<template>.txt`: its first line is the subject, the text follows a blank line."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    facts = {"site": settings.BASE_URL, **context}
    page = engine.get_template(f"mail/{template}.txt").render(Context(facts, autoescape=False))
    subject, _, text = page.strip().partition("\n\n")
    return Letter(" ".join(subject.split()), text.strip() + "\n")


def owe(letter: Letter, *, key: str, to: Iterable[str]) -> None:
    """Owe a letter to some addresses, in the transaction that causes it; once for each key. Nobody: nothing is owed."""
    addresses = sorted(set(to))
    if addresses:
        payload = {"to": addresses, "subject": letter.subject, "text": letter.text, "html": letter.html}
        outbox.enqueue(TOPIC, key=key, payload=payload)


def deliver(message: OutboxMessage) -> None:
    """Send an owed letter. Raises what the mail server's refusal or absence raises."""
    facts = message.payload
    send(Letter(facts["subject"], facts["text"], facts.get("html", "")), key=message.key, to=facts["to"])


def send(
    letter: Letter, *, key: str, to: Sequence[str], attachments: Iterable[tuple[str, str | bytes, str]] = ()
) -> None:
    """Send now. Letters with one key have one Message-ID, by which mail programs tell a repeat."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    digest = hashlib.sha256(key.encode()).hexdigest()[:40]
    headers = {"Message-ID": f"<{digest}@{domain}>", "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(letter.subject, letter.text, to=list(to), headers=headers)
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    for name, content, kind in attachments:
        mail.attach(name, content, kind)
    mail.send()


def members_to_tell(company: Company, permission: Permission) -> list[str]:
    """The addresses of the company's people whose role includes this; its owners always are among them."""
    roles = [role for role in Role if role_allows(role, permission)]
    members = Membership.objects.filter(company=company, role__in=roles, user__is_active=True)
    return sorted(members.values_list("user__email", flat=True))
