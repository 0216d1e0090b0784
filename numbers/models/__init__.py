"""Numbers on the market, who has subscribed to them, what was collected, and their history for ever."""

from numbers.models.documents import Document, DocumentLook, DocumentUse, Requirement, Verdict
from numbers.models.history import NumberEvent
from numbers.models.numbers import MarketCount, Number, NumberType
from numbers.models.reconciliation import Difference, Reconciliation
from numbers.models.subscriptions import Collection, PriceChange, Shortfall, Subscription

__all__ = [
    "Collection",
    "Difference",
    "Document",
    "DocumentLook",
    "DocumentUse",
    "MarketCount",
    "Number",
    "NumberEvent",
    "NumberType",
    "PriceChange",
    "Reconciliation",
    "Requirement",
    "Shortfall",
    "Subscription",
    "Verdict",
]
