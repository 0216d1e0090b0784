"""The statuses of the house, each with the tone and the icon by which people know it. Never the colour alone."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tcxc.pages.icons import icon

GOOD, CARE, BAD, LIVE, QUIET = "good", "care", "bad", "live", "quiet"

WORDS: dict[str, tuple[str, str]] = {
    # accounts, connections, companies
    "active": (GOOD, "circle-check"),
    "paused": (CARE, "circle-pause"),
    "blocked": (BAD, "ban"),
    # price lists
    "checking": (LIVE, "circle-dashed"),
    "ready": (LIVE, "circle-dot"),
    "rejected": (BAD, "circle-x"),
    "published": (GOOD, "circle-check"),
    "scheduled": (LIVE, "clock"),
    # exports
    "writing": (LIVE, "circle-dashed"),
    "failed": (BAD, "circle-x"),
    # interconnects
    "awaiting": (CARE, "clock"),
    "ended": (QUIET, "circle-slash"),
    # sessions, calls, messages
    "live": (LIVE, "phone-call"),
    "closed": (QUIET, "circle-check"),
    "expired": (CARE, "timer"),
    "denied": (BAD, "ban"),
    "answered": (GOOD, "circle-check"),
    "unanswered": (QUIET, "phone-off"),
    "sent": (GOOD, "circle-check"),
    "unsent": (QUIET, "circle-slash"),
    # holds
    "pending": (LIVE, "circle-dot"),
    "posted": (GOOD, "circle-check"),
    "voided": (QUIET, "circle-slash"),
    # numbers
    "for_sale": (GOOD, "circle-check"),
    "sold": (LIVE, "circle-dot"),
    "quarantined": (CARE, "clock"),
    "grace": (CARE, "timer"),
    "suspended": (BAD, "circle-pause"),
    "released": (QUIET, "circle-slash"),
    # requests that somebody else decides
    "approved": (GOOD, "circle-check"),
    # keys
    "revoked": (QUIET, "circle-slash"),
    "replaced": (CARE, "clock"),
    # destinations
    "allow": (GOOD, "check"),
    "deny": (BAD, "ban"),
    # changes of price
    "new": (LIVE, "plus"),
    "increase": (CARE, "arrow-up"),
    "decrease": (GOOD, "arrow-down"),
    "withdrawn": (BAD, "minus"),
    "unchanged": (QUIET, "check"),
}

CAPABILITIES = {"voice": _("Voice"), "sms": _("SMS"), "fax": _("Fax"), "video": _("Video")}


def pill(label: str, word: str) -> SafeString:
    """A status as a pill. `word` is its value in the models; one that is not listed gets the quiet tone."""
    tone, shape = WORDS.get(word, (QUIET, "circle-dot"))
    return format_html('<span class="pill {}">{}{}</span>', tone, icon(shape), label)
