"""What only the buyer portal's templates need, as the library `portal`."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from authz.engine.reasons import REFUSALS, Reason
from authz.explaining import Fate, Step
from buyers.models import DestinationRule
from buyers.portal import decisions, reads
from buyers.portal.forms import as_lines
from buyers.portal.number_reads import Cart
from tcxc.pages.seats import Seat

register = template.Library()

SHORT: dict[str, Promise] = {
    Reason.UNKNOWN_ACCOUNT: _("not linked"),
    Reason.ACCOUNT_BLOCKED: _("account blocked"),
    Reason.INSUFFICIENT_BALANCE: _("not enough money"),
    Reason.CONCURRENT_CALL_LIMIT: _("live-call limit"),
    Reason.RATE_LIMITED: _("asked too fast"),
    Reason.SPEND_LIMIT: _("daily limit"),
    Reason.DESTINATION_NOT_AUTHORIZED: _("destination denied"),
    Reason.NO_RATE: _("no rate"),
    Reason.NUMBER_UNKNOWN: _("number unknown"),
    Reason.NUMBER_NOT_ACTIVE: _("number not active"),
    Reason.DOCUMENTS_PENDING: _("documents pending"),
    Reason.CAPABILITY_MISSING: _("capability missing"),
    Reason.SESSION_CLOSED: _("session closed"),
}
SENTENCES: dict[str, str] = {reason: refusal.message for reason, refusal in REFUSALS.items()}


@register.filter
def reason(name: str) -> str:
    """Why traffic was refused, in two or three words."""
    return str(SHORT.get(name, name))


@register.filter
def reason_sentence(name: str) -> str:
    """Why traffic was refused, as callers are told."""
    return SENTENCES.get(name, name)


@register.simple_tag
def money_of(seat: Seat) -> reads.Money:
    """All of the buyer's wallets together."""
    return reads.money_of(seat.buyer)


@register.filter
def destination(rule: DestinationRule) -> str:
    """A destination as the account form writes it."""
    return as_lines([rule])


@register.filter
def step_label(step: Step) -> str:
    """What a check of a decision is called."""
    return decisions.label_of(step)


@register.filter
def step_sentence(step: Step) -> str:
    """What a check of a decision looked at."""
    return decisions.sentence_of(step)


@register.filter
def fate(word: Fate) -> str:
    """What became of a route."""
    return str(decisions.FATES[word])


@register.filter
def is_in(digits: str, cart: Cart) -> bool:
    """Whether a number is in the cart."""
    return cart.holds(digits)
