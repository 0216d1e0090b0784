"""Where a number's traffic is delivered, and what a buyer notes about it."""

from collections.abc import Mapping
from typing import Any

from buyers.models import Account, RestcommLink
from sellers.terminations import sip_fault, smpp_fault
from tcxc.errors import Invalid

FIELDS = ("sip_contact", "smpp_contact", "tags")
MOST_TAGS = 20
LONGEST_TAG = 40


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The contacts and tags, trimmed. Raises `Invalid` with a sentence for each that is wrong."""
    plain = {field: value.strip() if isinstance(value, str) else value for field, value in values.items()}
    faults = {field: [fault] for field, value in plain.items() if (fault := _fault(field, value))}
    if faults:
        raise Invalid("The number's delivery is not right.", errors=faults)
    if "tags" in plain:
        plain["tags"] = list(dict.fromkeys(tag.strip() for tag in plain["tags"]))
    return plain


def link_of(account: Account, account_sid: str) -> RestcommLink | None:
    """The link of a sub-account to this account; none for an empty SID. Raises `Invalid` when it is not linked."""
    if not account_sid:
        return None
    link = RestcommLink.objects.filter(account=account, account_sid=account_sid).order_by("id").first()
    if link is None:
        sentence = "This sub-account is not linked to the account: link it first."
        raise Invalid(sentence, errors={"account_sid": [sentence]})
    return link


def _fault(field: str, value: Any) -> str | None:
    match field:
        case "sip_contact":
            return sip_fault(value) if value else None
        case "smpp_contact":
            return smpp_fault(value) if value else None
        case "tags":
            good = len(value) <= MOST_TAGS and all(0 < len(tag.strip()) <= LONGEST_TAG for tag in value)
            return None if good else f"At most {MOST_TAGS} tags, each of 1 to {LONGEST_TAG} characters."
        case _:
            return "There is no such field."
