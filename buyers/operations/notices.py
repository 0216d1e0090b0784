"""Mails to buyers, owed through the outbox in the transaction of what they tell."""

import secrets

from buyers.models import Interconnect
from tcxc import mail
from tcxc.roles import Permission


def tell_buyer(interconnect: Interconnect, what: str) -> None:
    """Owe a mail to the buyer's NOC and rates addresses, else its people. `what`: asked, made, approved or rejected."""
    company = interconnect.account.buyer.company
    facts = {
        "what": what,
        "account": interconnect.account.name,
        "connection": interconnect.connection.name,
        "seller": interconnect.connection.seller.company.name,
        "tech_prefix": interconnect.tech_prefix,
        "rates": f"/api/v1/connections/{interconnect.connection_id}/price-list/",
        "reason": interconnect.decision_reason,
    }
    key = f"interconnect:{interconnect.pk}:{what}:{secrets.token_hex(8)}"
    to = {company.noc_email, company.rates_email} - {""} or mail.members_to_tell(company, Permission.MANAGE_TRAFFIC)
    mail.owe(mail.write("interconnect", facts), key=key, to=to)
