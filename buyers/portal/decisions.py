"""The engine's explanation of a decision in the words of a page."""

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from authz.engine.destinations import Rule
from authz.explaining import Fate, Outcome, Step
from buyers.models import RoutingPolicy
from numbers.models import Subscription
from tcxc.pages.formats import count, money, phone

LABELS: dict[str, Promise] = {
    "account_known": gettext_lazy("The sub-account is linked"),
    "account_not_blocked": gettext_lazy("Nothing is blocked"),
    "within_request_rate": gettext_lazy("Requests a second"),
    "within_live_calls": gettext_lazy("Live calls"),
    "destination_allowed": gettext_lazy("The destination is allowed"),
    "rate_found": gettext_lazy("A route has a price"),
    "number_owned": gettext_lazy("The number is the account's"),
    "number_active": gettext_lazy("The number is active"),
    "documents_shown": gettext_lazy("Its documents are approved"),
    "capability_there": gettext_lazy("It carries this service"),
    "number_has_room": gettext_lazy("Calls at once on the number"),
    "within_spend_limit": gettext_lazy("Spend a day"),
    "money_covers": gettext_lazy("Money"),
}
FATES: dict[Fate, Promise] = {
    Fate.OFFERED: gettext_lazy("Offered"),
    Fate.SPARE: gettext_lazy("Not among the first three"),
    Fate.FORBIDDEN: gettext_lazy("Its list forbids this code"),
    Fate.FULL: gettext_lazy("All of its calls at once are taken"),
    Fate.NO_PRICE: gettext_lazy("No code of its list matches"),
    Fate.AWAITING: gettext_lazy("Awaits the seller's approval"),
    Fate.REJECTED: gettext_lazy("The seller has rejected it"),
    Fate.PAUSED: gettext_lazy("Its seller has paused it"),
    Fate.BLOCKED: gettext_lazy("An operator has blocked it"),
    Fate.SELLER_OFF: gettext_lazy("Its seller may not sell now"),
}


def label_of(step: Step) -> str:
    """What a check is called; one that has no name here is called by its own sentence."""
    return str(LABELS.get(step.check, step.asks))


def sentence_of(step: Step) -> str | SafeString:
    """What a check looked at, in a sentence or two."""
    if step.outcome is Outcome.SKIPPED:
        return str(_SKIPPED.get(step.check, _NOT_ASKED))
    say = _SENTENCES.get(step.check)
    if say is None or not step.facts:
        return str(_UNKNOWN.get(step.check, step.asks))
    return say(step.facts)


def _account(facts: dict[str, Any]) -> str:
    return _("It belongs to %(name)s, account %(number)s.") % {"name": facts["name"], "number": facts["account"]}


def _blocked(facts: dict[str, Any]) -> str:
    if facts["is_active"]:
        return _("Neither the account nor the company is blocked.")
    return _("The account, or the whole company, is blocked.")


def _rate(facts: dict[str, Any]) -> str:
    if facts["limit"] is None:
        return _("No limit is set.")
    return _("%(used)s of %(limit)s in the last second; %(left)s left at this moment.") % _counts(facts)


def _calls(facts: dict[str, Any]) -> str:
    if facts["limit"] is None:
        return _("No limit counts here.")
    return _("%(used)s of %(limit)s are up; room for %(left)s more.") % _counts(facts)


def _counts(facts: dict[str, Any]) -> dict[str, str]:
    return {name: count(facts[name]) for name in ("used", "limit", "left")}


def _destination(facts: dict[str, Any]) -> str:
    if not facts["rules"]:
        return _("The account has no rules: it may go everywhere.")
    if not facts["matched"]:
        return (
            _("No rule names it, and with an allow list what is not named is denied.")
            if facts["is_closed"]
            else _("No rule denies it.")
        )
    first, *others = facts["matched"]
    said = _("%(rule)s decides, as the most specific rule that names it.") % {"rule": _rule(first)}
    if others:
        said += " " + _("Passed over: %(rules)s.") % {"rules": ", ".join(map(_rule, others))}
    return said


def _rule(rule: Rule) -> str:
    verdict = _("Allow") if rule.allows else _("Deny")
    return f"{verdict} {rule.mccmnc or rule.country or rule.prefix}"


def _routes(facts: dict[str, Any]) -> str:
    if not facts["considered"]:
        return _("None of the account's active routes has a live price for it. The routes below say why.")
    said = ngettext("%(count)s route has a live price.", "%(count)s routes have a live price.", facts["considered"]) % {
        "count": facts["considered"]
    }
    policy = RoutingPolicy(facts["policy"]).label
    return f"{said} " + _("They are offered by the policy “%(policy)s”.") % {"policy": policy}


def _number(facts: dict[str, Any]) -> str:
    names = {"number": phone(facts["number"]), "seller": facts["seller"]}
    if facts["is_released"]:
        return _("The account had %(number)s of %(seller)s and has released it.") % names
    return _("The account subscribes to %(number)s of %(seller)s.") % names


def _active(facts: dict[str, Any]) -> str:
    if facts["is_stopped"]:
        return _("An operator has blocked the number, or its seller.")
    said = _("Its subscription is: %(state)s.") % {"state": Subscription.State(facts["state"]).label}
    if facts["state"] == Subscription.State.GRACE:
        said += " " + _("It still works until its grace is over.")
    return said


def _documents(facts: dict[str, Any]) -> str:
    said = _("Its documents are: %(state)s.") % {"state": Subscription.Documents(facts["documents"]).label}
    return said if facts["are_shown"] else said + " " + _("It carries nothing until all that it needs are approved.")


def _capability(facts: dict[str, Any]) -> str:
    carried = [str(label) for name, label in (("voice", _("voice")), ("sms", _("SMS"))) if facts[name]]
    return _("It carries: %(what)s.") % {"what": ", ".join(carried) or _("neither")}


def _spend(facts: dict[str, Any]) -> str | SafeString:
    if facts["limit"] is None:
        return _("No limit is set.")
    names = {name: money(facts[name]) for name in ("limit", "spent", "held", "left")}
    return format_html(_("{spent} spent and {held} reserved today, of {limit}: {left} left."), **names)


def _money(facts: dict[str, Any]) -> str | SafeString:
    names = {name: money(facts[name]) for name in ("available", "least", "cost")} | {"currency": facts["currency"]}
    said = _("{available} {currency} is available. The least that can be granted costs {least}, all of it {cost}.")
    return format_html(said, **names)


_SENTENCES: dict[str, Callable[[dict[str, Any]], str | SafeString]] = {
    "account_known": _account,
    "account_not_blocked": _blocked,
    "within_request_rate": _rate,
    "within_live_calls": _calls,
    "destination_allowed": _destination,
    "rate_found": _routes,
    "number_owned": _number,
    "number_active": _active,
    "documents_shown": _documents,
    "capability_there": _capability,
    "number_has_room": _calls,
    "within_spend_limit": _spend,
    "money_covers": _money,
}
_NOT_ASKED = gettext_lazy("Not asked: without a known account and a price there is nothing to compare.")
_NO_NUMBER = gettext_lazy("Not asked: the number is not this account's.")
_SKIPPED: dict[str, Promise] = {
    "number_active": _NO_NUMBER,
    "documents_shown": _NO_NUMBER,
    "capability_there": _NO_NUMBER,
    "number_has_room": _NO_NUMBER,
}
_UNKNOWN: dict[str, Promise] = {
    "number_owned": gettext_lazy("No number of this account has these digits."),
    "account_known": gettext_lazy("No sub-account is linked to this account, so nobody can ask for it. Link one."),
}
