"""Permissions, and the roles that list them: the one place that says who may do what in a company."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """Something a person or a key may do for a company."""

    VIEW = "view"
    MANAGE_TEAM = "manage_team"
    MANAGE_KEYS = "manage_keys"
    MANAGE_MONEY = "manage_money"
    MANAGE_TRAFFIC = "manage_traffic"
    MANAGE_PRICES = "manage_prices"


class Role(models.TextChoices):
    """What a member of a company is there for."""

    OWNER = "owner", _("Owner")
    FINANCE = "finance", _("Finance")
    TRAFFIC = "traffic", _("Traffic")
    READ_ONLY = "read_only", _("Read-only")


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.FINANCE: frozenset({Permission.VIEW, Permission.MANAGE_MONEY, Permission.MANAGE_PRICES}),
    Role.TRAFFIC: frozenset({Permission.VIEW, Permission.MANAGE_TRAFFIC, Permission.MANAGE_PRICES}),
    Role.READ_ONLY: frozenset({Permission.VIEW}),
}


def role_allows(role: str, permission: Permission) -> bool:
    """Whether a member with this role may do that; an unknown role may do nothing."""
    return permission in ROLE_PERMISSIONS.get(Role(role), frozenset()) if role in Role.values else False
