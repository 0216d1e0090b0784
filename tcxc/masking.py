"""Takes secrets out of what is logged: by the name they go by, and by how they look."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

MASK = "***"

_WORDS = "authorization|cookie|passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|signature|otp|dsn"
_SECRET_NAME = re.compile(rf"(?:{_WORDS})|^(?:key|keys|sign|pin)$", re.IGNORECASE)

# A name with such a word in it. It is read once: strangers write what is logged, and may write a lot of it.
_NAMED = rf"(?=\w*(?:{_WORDS}))\w+"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # The Authorization header, whoever quotes it. Digest goes on to the end of the line.
    (re.compile(r"\b(Bearer|Basic)\s+[^\s,;\"']+", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"\b(Digest)\s+\w+=.*", re.IGNORECASE), rf"\1 {MASK}"),
    # Our own keys: a prefix and 40 hexadecimal digits. Signatures: 64 of them.
    (re.compile(r"\b([a-z][a-z0-9_]{1,15})_[0-9a-f]{40}\b"), rf"\1_{MASK}"),
    (re.compile(r"\b[0-9a-f]{64}\b", re.IGNORECASE), MASK),
    # Credentials that a dialect puts into paths: /restcomm//number/search/{key}/{secret}/…, mistyped verbs too.
    (re.compile(r"(/number/+(?:search|buy|update|cancel)/+)[^/\s?]+/+[^/\s?]+"), rf"\1{MASK}/{MASK}"),
    (re.compile(r"(/restcomm/+number/+[^/\s?]+/+)[^/\s?]+/+[^/\s?]+"), rf"\1{MASK}/{MASK}"),
    (re.compile(r"(/accounts/(?:confirm-email|password/reset/key)/)[^/\s?]+"), rf"\1{MASK}"),
    # name=value in queries and forms, "name": "value" in JSON.
    (re.compile(rf"((?:^|[?&;\s\"'])(?:{_NAMED}|key|sign|pin)=)[^&;\s\"']+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(rf"(\"{_NAMED}\"\s*:\s*\")[^\"]*", re.IGNORECASE), rf"\1{MASK}"),
    # scheme://user:password@host, sip:user:password@host and smpp:system_id:password:…
    (re.compile(r"(://[^\s/:@]*:)[^\s/@]+(@)"), rf"\1{MASK}\2"),
    (re.compile(r"(\bsips?:[^\s:@/]+:)[^\s:@/]+(@)"), rf"\1{MASK}\2"),
    (re.compile(r"(\bsmpps?:[^\s:@/]+:)[^\s:@]+"), rf"\1{MASK}"),
)

_SHORTEST_IN_A_WORD = 43  # our own keys: the one secret that may be found in a text of nothing but letters and digits

# What the processors before us put into a line: made here, of nothing that came from outside.
_OUR_OWN = {"timestamp", "level", "logger", "request_id", "ip", "user_id", "code"}


def mask_text(text: str) -> str:
    """The text without what looks like a secret in it."""
    if len(text) < _SHORTEST_IN_A_WORD and text.isidentifier():
        return text  # the name of an event
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def mask(value: Any, name: str = "") -> Any:
    """A copy of a logged value without secrets: all of it when its name is a secret's, else inside its texts."""
    if name and value is not None and _SECRET_NAME.search(name):
        return MASK
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, bytes):
        return mask_text(value.decode(errors="replace"))
    if isinstance(value, Mapping):
        return {key: mask(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [mask(item) for item in value]
    return value


def mask_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """The structlog processor: the last one before a line is rendered."""
    return {name: item if name in _OUR_OWN else mask(item, name) for name, item in event.items()}
