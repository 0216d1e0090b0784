"""Mail about documents, owed through the outbox in the transaction of what it tells."""

import secrets
from collections.abc import Sequence

from numbers.models import Document, Subscription, Verdict
from numbers.models.documents import kind_label
from tcxc import mail
from tcxc.models import Company
from tcxc.roles import Permission


def tell_needed(subscription: Subscription) -> None:
    """Tell a buyer, who has just bought a number, what it needs and what its seller says of that."""
    facts = {
        "number": subscription.number.number,
        "kinds": [kind_label(kind) for kind in subscription.documents_needed],
        "notes": subscription.number.notes_for_buyers,
    }
    to = _buyers_people(subscription.buyer.company)
    mail.owe(mail.write("documents_needed", facts), key=f"documents:{subscription.pk}:needed", to=to)


def tell_reviewers(verdict: Verdict, subscription: Subscription) -> None:
    """Tell a seller that a document waits for their verdict. The mail says nothing of what is in it."""
    company = subscription.seller.company
    facts = {
        "kind": verdict.document.kind_name,
        "number": subscription.number.number,
        "buyer": subscription.buyer.company.name,
    }
    to = mail.members_to_tell(company, Permission.MANAGE_TRAFFIC)
    mail.owe(mail.write("document_review", facts), key=f"document:{verdict.pk}:review", to=to)


def tell_buyer(verdict: Verdict, subscriptions: Sequence[Subscription]) -> None:
    """Tell a buyer what was said of a document, and of which numbers."""
    document = verdict.document
    facts = {
        "approved": verdict.state == Verdict.State.APPROVED,
        "kind": document.kind_name,
        "seller": verdict.seller.company.name,
        "reason": verdict.reason,
        "numbers": [(one.number.number, one.get_documents_state_display()) for one in subscriptions],
    }
    key = f"document:{verdict.pk}:verdict:{secrets.token_hex(8)}"
    mail.owe(mail.write("document_verdict", facts), key=key, to=_buyers_people(document.buyer.company))


def tell_expiry(document: Document, what: str) -> None:
    """Tell a buyer that a document expires soon (`expires_30`, `expires_7`), or has `expired`."""
    facts = {"expired": what == "expired", "kind": document.kind_name, "expires_on": document.expires_on}
    key = f"document:{document.pk}:{document.expires_on}:{what}"
    mail.owe(mail.write("document_expiry", facts), key=key, to=_buyers_people(document.buyer.company))


def _buyers_people(company: Company) -> list[str]:
    return mail.members_to_tell(company, Permission.MANAGE_TRAFFIC)
