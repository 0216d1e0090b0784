"""Sessions, events and the records of calls and messages. Only the engine writes them; a job adds them up."""

from authz.models.records import Cdr, MessageRecord, Result
from authz.models.sessions import ChargeEvent, DailySpend, Direction, Session, SessionUpdate
from authz.models.totals import DestinationDay, DestinationQuarter, TrafficMark, TrafficQuarter

__all__ = [
    "Cdr",
    "ChargeEvent",
    "DailySpend",
    "DestinationDay",
    "DestinationQuarter",
    "Direction",
    "MessageRecord",
    "Result",
    "Session",
    "SessionUpdate",
    "TrafficMark",
    "TrafficQuarter",
]
