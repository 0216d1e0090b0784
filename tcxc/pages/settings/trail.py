"""The words of the audit trail: what was done, to what, and how each field changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tcxc.models import AuditEvent
from tcxc.pages.formats import NONE

# Kinds by which the log is narrowed, each with the first parts of its actions.
KINDS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "team": (gettext_lazy("Team and support"), ("member", "invitation", "person")),
    "company": (gettext_lazy("Company"), ("company", "buyer", "seller")),
    "keys": (gettext_lazy("Keys and log-ins"), ("api_key", "api_login", "provisioning_pair", "restcomm_login")),
    "accounts": (gettext_lazy("Accounts and links"), ("account", "link")),
    "routes": (gettext_lazy("Routes"), ("interconnect", "connection")),
    "prices": (gettext_lazy("Price lists"), ("price_list",)),
    "numbers": (gettext_lazy("Numbers and documents"), ("number", "subscription", "document", "requirement")),
    "traffic": (gettext_lazy("Calls, messages and exports"), ("call", "message", "export")),
    "money": (gettext_lazy("Money"), ("wallet", "approval", "topup")),
}

ACTIONS: dict[str, str | Promise] = {
    "account.block": gettext_lazy("Account blocked"),
    "account.create": gettext_lazy("Account made"),
    "account.unblock": gettext_lazy("Account unblocked"),
    "account.update": gettext_lazy("Account changed"),
    "api_key.make": gettext_lazy("API key made"),
    "api_key.revoke": gettext_lazy("API key revoked"),
    "api_key.rotate": gettext_lazy("API key replaced"),
    "api_login.make": gettext_lazy("TCXC log-in made"),
    "api_login.rotate": gettext_lazy("TCXC log-in given a new key"),
    "buyer.create": gettext_lazy("Became a buyer"),
    "call.hang_up": gettext_lazy("Call hung up"),
    "company.sign_up": gettext_lazy("Company signed up"),
    "company.update": gettext_lazy("Company changed"),
    "connection.block": gettext_lazy("Connection blocked"),
    "connection.create": gettext_lazy("Connection made"),
    "connection.pause": gettext_lazy("Connection paused"),
    "connection.resume": gettext_lazy("Connection resumed"),
    "connection.unblock": gettext_lazy("Connection unblocked"),
    "connection.update": gettext_lazy("Connection changed"),
    "document.approve": gettext_lazy("Document approved"),
    "document.expire": gettext_lazy("Document expired"),
    "document.purge": gettext_lazy("Document's file deleted"),
    "document.reject": gettext_lazy("Document rejected"),
    "document.reuse": gettext_lazy("Document used for another number"),
    "document.upload": gettext_lazy("Document uploaded"),
    "export.ask": gettext_lazy("Export asked for"),
    "export.delete": gettext_lazy("Export deleted"),
    "export.fetch": gettext_lazy("Export downloaded"),
    "interconnect.approve": gettext_lazy("Interconnect approved"),
    "interconnect.end": gettext_lazy("Interconnect ended"),
    "interconnect.make": gettext_lazy("Interconnect made"),
    "interconnect.place": gettext_lazy("Interconnect placed"),
    "interconnect.reject": gettext_lazy("Interconnect rejected"),
    "invitation.accept": gettext_lazy("Invitation taken up"),
    "invitation.make": gettext_lazy("Invitation sent"),
    "invitation.revoke": gettext_lazy("Invitation withdrawn"),
    "link.make": gettext_lazy("Sub-account linked"),
    "link.remove": gettext_lazy("Sub-account unlinked"),
    "member.add": gettext_lazy("Member joined"),
    "member.remove": gettext_lazy("Member removed"),
    "member.role": gettext_lazy("Role changed"),
    "message.send": gettext_lazy("Message sent to a company"),
    "number.block": gettext_lazy("Number blocked"),
    "number.change": gettext_lazy("Number changed"),
    "number.host": gettext_lazy("Number hosted"),
    "number.host_many": gettext_lazy("Numbers hosted"),
    "number.purchase": gettext_lazy("Number bought"),
    "number.release": gettext_lazy("Number released"),
    "number.unblock": gettext_lazy("Number unblocked"),
    "number.withdraw": gettext_lazy("Number withdrawn"),
    "person.act_begin": gettext_lazy("Support began to act on behalf"),
    "person.act_end": gettext_lazy("Support ended acting on behalf"),
    "price_list.publish": gettext_lazy("Price list published"),
    "price_list.upload": gettext_lazy("Price list uploaded"),
    "provisioning_pair.rotate": gettext_lazy("Restcomm pair made"),
    "requirement.drop": gettext_lazy("Document no longer required"),
    "requirement.make": gettext_lazy("Document required"),
    "restcomm_login.compare": gettext_lazy("Restcomm's numbers compared"),
    "restcomm_login.remove": gettext_lazy("Log-in at Restcomm removed"),
    "restcomm_login.set": gettext_lazy("Log-in at Restcomm set"),
    "seller.create": gettext_lazy("Became a seller"),
    "seller.second_person_rise": gettext_lazy("Second person for price rises"),
    "seller.terms": gettext_lazy("Seller's terms changed"),
    "wallet.credit": gettext_lazy("Wallet credited"),
    "wallet.credit_limit": gettext_lazy("Credit limit changed"),
    "wallet.debit": gettext_lazy("Wallet debited"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, as text."""

    field: str
    before: str
    after: str

    @property
    def is_other(self) -> bool:
        """Whether the field changed."""
        return self.before != self.after

    @property
    def had(self) -> bool:
        """Whether there was anything before."""
        return self.before != NONE


def action_of(event: AuditEvent) -> str:
    """What was done; an action without words of its own is named as programs name it."""
    words = ACTIONS.get(event.action)
    return str(words) if words is not None else event.action.replace(".", ": ").replace("_", " ")


def thing_of(event: AuditEvent) -> str:
    """To what it was done: its kind and number."""
    try:
        name = str(apps.get_model(event.object_type)._meta.verbose_name)
    except LookupError:
        name = event.object_type.rpartition(".")[2]
    return f"{name} {event.object_id}"


def actor_of_event(event: AuditEvent) -> str:
    """Who did it: a person, an operator of the exchange, an API key, a log-in, or the house itself."""
    if event.api_key is not None:
        return _("API key %(name)s") % {"name": event.api_key.name}
    if event.via:
        return _("TCXC API (%(login)s)") % {"login": event.via.replace(":", " ")}
    if event.user is None:
        return "TCXC"
    name = event.user.get_full_name()
    return _("%(name)s of TCXC") % {"name": name} if event.user.is_staff else name


def address_of(event: AuditEvent) -> str:
    """From where; operators' own addresses are not told."""
    return "" if event.user is not None and event.user.is_staff else event.address or ""


def changes_of(event: AuditEvent) -> list[Change]:
    """Each field that held anything, before and after; those that changed come first."""
    old, new = event.before or {}, event.after or {}
    found = [Change(name.replace("_", " "), _text(old, name), _text(new, name)) for name in sorted(old.keys() | new)]
    return sorted((change for change in found if change.had or change.is_other), key=lambda change: not change.is_other)


def of_kind(kind: str) -> Q:
    """The condition on the actions of one kind."""
    condition = Q()
    for part in KINDS[kind][1]:
        condition |= Q(action__startswith=f"{part}.")
    return condition


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is None or value in ("", []):
        return NONE
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict | list) else str(value)
