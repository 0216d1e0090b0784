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
    owe_all([(letter, key, to)])


def owe_all(letters: Iterable[tuple[Letter, str, Iterable[str]]]) -> None:
    """Owe many letters, each with its key and its addresses, as `owe` does."""
    payloads = {
        key: {"to": sorted(set(to)), "subject": letter.subject, "text": letter.text, "html": letter.html}
        for letter, key, to in letters
    }
    owed = {key: payload for key, payload in payloads.items() if payload["to"]}
    if owed:
        outbox.enqueue_all(TOPIC, owed)


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
    return members_of_each([company.pk], permission)[company.pk]


def members_of_each(company_ids: Iterable[int], permission: Permission) -> dict[int, list[str]]:
    """Those addresses of several companies, by their ids."""
    found: dict[int, list[str]] = {company_id: [] for company_id in company_ids}
    roles = [role for role in Role if role_allows(role, permission)]
    members = Membership.objects.filter(company__in=found, role__in=roles, user__is_active=True)
    for company_id, email in members.order_by("user__email").values_list("company_id", "user__email"):
        found[company_id].append(email)
    return found
