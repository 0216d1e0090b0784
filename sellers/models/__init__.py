"""Sellers, their connections, and the price lists that change over time."""

from sellers.models.connections import Connection, KeyedBy, Seller, Service
from sellers.models.rates import Change, OverwrittenRate, Rate
from sellers.models.staging import StagedRate
from sellers.models.uploads import PriceListUpload, UploadProblem

__all__ = [
    "Change",
    "Connection",
    "KeyedBy",
    "OverwrittenRate",
    "PriceListUpload",
    "Rate",
    "Seller",
    "Service",
    "StagedRate",
    "UploadProblem",
]
