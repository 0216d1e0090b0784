"""Writes of buyers, accounts, links and interconnects: each one function, one transaction, one audit row."""

from buyers.operations.accounts import create_account, update_account
from buyers.operations.blocking import block_account, unblock_account
from buyers.operations.buyers import create_buyer
from buyers.operations.decisions import approve_interconnect, reject_interconnect
from buyers.operations.interconnects import end_interconnect, interconnect, place_interconnect
from buyers.operations.link_many import NewLink, link_accounts
from buyers.operations.links import link_account, unlink_account
from buyers.operations.provisioning import NewPair, rotate_provisioning_pair
from buyers.operations.restcomm_logins import remove_restcomm_login, set_restcomm_login

__all__ = [
    "NewLink",
    "NewPair",
    "approve_interconnect",
    "block_account",
    "create_account",
    "create_buyer",
    "end_interconnect",
    "interconnect",
    "link_account",
    "link_accounts",
    "place_interconnect",
    "reject_interconnect",
    "remove_restcomm_login",
    "rotate_provisioning_pair",
    "set_restcomm_login",
    "unblock_account",
    "unlink_account",
    "update_account",
]
