"""Why traffic is refused, in the words of the API and the codes of each protocol.

SIP statuses and Q.850 causes are paired as in RFC 3398; SMPP statuses are those of SMPP 3.4 section 5.1.3, and where it
has none, of its vendor-specific range from 0x400.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """A stable name for each refusal."""

    UNKNOWN_ACCOUNT = "unknown_account"
    ACCOUNT_BLOCKED = "account_blocked"
    INSUFFICIENT_BALANCE = "insufficient_balance"
    CONCURRENT_CALL_LIMIT = "concurrent_call_limit"
    RATE_LIMITED = "rate_limited"
    SPEND_LIMIT = "spend_limit"
    DESTINATION_NOT_AUTHORIZED = "destination_not_authorized"
    NO_RATE = "no_rate"
    NUMBER_UNKNOWN = "number_unknown"
    NUMBER_NOT_ACTIVE = "number_not_active"
    DOCUMENTS_PENDING = "documents_pending"
    CAPABILITY_MISSING = "capability_missing"
    SESSION_CLOSED = "session_closed"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a caller is told of a refusal."""

    message: str
    sip_status: int
    q850_cause: int
    smpp_status: int


REFUSALS: dict[Reason, Refusal] = {
    Reason.UNKNOWN_ACCOUNT: Refusal("This sub-account is not linked to any account here.", 403, 21, 0x0F),
    Reason.ACCOUNT_BLOCKED: Refusal("The account is blocked.", 403, 21, 0x402),
    Reason.INSUFFICIENT_BALANCE: Refusal("The money available does not cover it.", 402, 21, 0x401),
    Reason.CONCURRENT_CALL_LIMIT: Refusal("The account has all the live calls it may have.", 486, 17, 0x405),
    Reason.RATE_LIMITED: Refusal("The account asks faster than it may.", 503, 42, 0x58),
    Reason.SPEND_LIMIT: Refusal("The account has spent what it may in a day.", 403, 21, 0x403),
    Reason.DESTINATION_NOT_AUTHORIZED: Refusal("The account may not reach this destination.", 403, 57, 0x0B),
    Reason.NO_RATE: Refusal("No interconnected route has a price for this destination now.", 404, 3, 0x404),
    Reason.NUMBER_UNKNOWN: Refusal("Nobody has this number here.", 404, 1, 0x0B),
    Reason.NUMBER_NOT_ACTIVE: Refusal("The number is not active.", 480, 20, 0x406),
    Reason.DOCUMENTS_PENDING: Refusal("The number waits for its documents to be approved.", 403, 21, 0x407),
    Reason.CAPABILITY_MISSING: Refusal("The number can't carry this service.", 488, 65, 0x408),
    Reason.SESSION_CLOSED: Refusal("The session has ended.", 481, 127, 0x409),
}
