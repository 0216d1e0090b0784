"""Messages between companies: kept, and mailed to the receiver's people."""

from datetime import datetime, timedelta

from django.db import transaction

from tcxc import audit, mail
from tcxc.actors import Actor
from tcxc.clock import utc_now
from tcxc.errors import Invalid, Refused
from tcxc.models import Company, CompanyMessage
from tcxc.roles import Permission

LONGEST_SUBJECT, LONGEST_TEXT = 200, 20_000
A_DAY = 1_000  # messages of one company


@transaction.atomic
def send_message(
    *, sender: Company, receiver: Company, subject: str, text: str, by: Actor, now: datetime | None = None
) -> CompanyMessage:
    """Write to another company, by mail to its NOC, else to its people. Whether they know each other is asked before.

    Raises `Invalid` by field, `Refused` (`too_many_messages`) beyond a thousand a day.
    """
    subject, text = " ".join(subject.split()), text.strip()
    _check(subject, text)
    moment = now or utc_now()
    Company.objects.select_for_update(no_key=True).get(pk=sender.pk)  # one after the other, so that the limit holds
    if CompanyMessage.objects.filter(sender=sender, sent_at__gt=moment - timedelta(days=1)).count() >= A_DAY:
        raise Refused(f"No more than {A_DAY:,} messages a day: go on tomorrow.", type_="too_many_messages")
    message = CompanyMessage.objects.create(
        sender=sender, receiver=receiver, subject=subject, text=text, sent_at=moment, made_by=by.label
    )
    letter = mail.write("company_message", {"message": message})
    to = {receiver.noc_email} - {""} or mail.members_to_tell(receiver, Permission.MANAGE_TRAFFIC)
    mail.owe(letter, key=f"company_message:{message.pk}", to=to)
    after = {"receiver": receiver.pk, "subject": subject}
    audit.record("message.send", message, by=by, company=sender, after=after)
    return message


def _check(subject: str, text: str) -> None:
    faults = {}
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        faults["subject"] = [f"From 1 to {LONGEST_SUBJECT} characters."]
    if not 0 < len(text) <= LONGEST_TEXT:
        faults["message"] = [f"From 1 to {LONGEST_TEXT:,} characters."]
    if faults:
        raise Invalid("The message can't be sent.", errors=faults)
