"""Sessions, events and the records of calls and messages. Only the engine writes them."""

from authz.models.records import Cdr, MessageRecord, Result
from authz.models.sessions import ChargeEvent, DailySpend, Direction, Session, SessionUpdate

__all__ = [
    "Cdr",
    "ChargeEvent",
    "DailySpend",
    "Direction",
    "MessageRecord",
    "Result",
    "Session",
    "SessionUpdate",
]
