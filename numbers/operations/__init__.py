"""Writes of numbers and subscriptions: each one function, one transaction, with its audit rows and events."""

from numbers.operations.documents import reuse_document, upload_document
from numbers.operations.hosted import block_number, change_number, unblock_number, withdraw_number
from numbers.operations.hosting import host_many, host_number
from numbers.operations.looking import look_at
from numbers.operations.overdue import walk_overdue
from numbers.operations.purchasing import Outcome, purchase, purchase_many
from numbers.operations.renewing import collect_due
from numbers.operations.requirements import drop_requirement, require_document
from numbers.operations.reviews import approve_document, reject_document
from numbers.operations.subscriptions import assign_link, change_routing, release, set_auto_renew

__all__ = [
    "Outcome",
    "approve_document",
    "assign_link",
    "block_number",
    "change_number",
    "change_routing",
    "collect_due",
    "drop_requirement",
    "host_many",
    "host_number",
    "look_at",
    "purchase",
    "purchase_many",
    "reject_document",
    "release",
    "require_document",
    "reuse_document",
    "set_auto_renew",
    "unblock_number",
    "upload_document",
    "walk_overdue",
    "withdraw_number",
]
