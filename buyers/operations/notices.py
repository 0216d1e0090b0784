"""Mails to buyers, owed through the outbox in the transaction of what they tell."""

import secrets

from buyers.models import Interconnect
from tcxc import outbox

TOPIC = "mail.interconnect"


def tell_buyer(interconnect: Interconnect, what: str) -> None:
    """Owe a mail to the buyer's NOC and rates addresses. `what`: it was asked, made, approved or rejected."""
    company = interconnect.account.buyer.company
    for address in sorted({company.noc_email, company.rates_email} - {""}):
        payload = {
            "to": address,
            "what": what,
            "interconnect": interconnect.pk,
            "account": interconnect.account.name,
            "connection": interconnect.connection.name,
            "seller": interconnect.connection.seller.company.name,
            "tech_prefix": interconnect.tech_prefix,
            "reason": interconnect.decision_reason,
        }
        outbox.enqueue(TOPIC, key=f"interconnect:{interconnect.pk}:{what}:{secrets.token_hex(8)}", payload=payload)
