"""Writes of numbers and subscriptions: each one function, one transaction, with its audit rows and events."""

from numbers.operations.hosted import block_number, change_number, unblock_number, withdraw_number
from numbers.operations.hosting import host_many, host_number
from numbers.operations.overdue import walk_overdue
from numbers.operations.purchasing import Outcome, purchase, purchase_many
from numbers.operations.renewing import collect_due
from numbers.operations.subscriptions import assign_link, change_routing, release, set_auto_renew

__all__ = [
    "Outcome",
    "assign_link",
    "block_number",
    "change_number",
    "change_routing",
    "collect_due",
    "host_many",
    "host_number",
    "purchase",
    "purchase_many",
    "release",
    "set_auto_renew",
    "unblock_number",
    "walk_overdue",
    "withdraw_number",
]
