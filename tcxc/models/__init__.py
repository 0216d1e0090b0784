"""People, companies, platforms, keys, audit, outbox and replies kept for idempotency."""

from tcxc.models.audit import AuditEvent
from tcxc.models.exports import Export, SavedView
from tcxc.models.idempotency import IdempotentReply
from tcxc.models.jobs import JobRun
from tcxc.models.keys import ApiKey, ApiLogin, Holder
from tcxc.models.messages import CompanyMessage
from tcxc.models.outbox import OutboxMessage
from tcxc.models.people import Company, Invitation, Membership, User
from tcxc.models.platforms import Platform

__all__ = [
    "ApiKey",
    "ApiLogin",
    "AuditEvent",
    "Company",
    "CompanyMessage",
    "Export",
    "Holder",
    "IdempotentReply",
    "Invitation",
    "JobRun",
    "Membership",
    "OutboxMessage",
    "Platform",
    "SavedView",
    "User",
]
