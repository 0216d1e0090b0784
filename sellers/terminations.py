"""Where a connection's traffic goes: SIP and SMPP addresses, with or without placeholders."""

import re

SIP_FORM = "sip:{number}@host:5060"
SMPP_FORM = "smpp:{system_id}:{password}:{destination}@host:2776"

_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])"
_PORT = r"(?::(?P<port>[0-9]{1,5}))?"
_PART = r"[A-Za-z0-9_.!~*'()&=+$,;?/%{}#-]+"
_SIP = re.compile(rf"sips?:(?:{_PART}(?::{_PART})?@)?{_HOST}{_PORT}(?:;[A-Za-z0-9=._-]+)*")
_SMPP = re.compile(rf"smpps?:(?:{_PART}:{_PART}(?::{_PART})?@)?{_HOST}{_PORT}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def sip_fault(uri: str) -> str | None:
    """What is wrong with a SIP address, as a sentence, or None. `{number}` stands for the dialled number."""
    return _fault(uri, _SIP, SIP_FORM, {"number"})


def smpp_fault(uri: str) -> str | None:
    """What is wrong with an SMPP address, as a sentence, or None."""
    return _fault(uri, _SMPP, SMPP_FORM, {"system_id", "password", "destination"})


def _fault(uri: str, pattern: re.Pattern[str], form: str, placeholders: set[str]) -> str | None:
    if len(uri) > 255:
        return "No more than 255 characters."
    unknown = [name for name in _PLACEHOLDER.findall(uri) if name not in placeholders]
    if unknown:
        return f"There is no placeholder {{{unknown[0]}}}. The form is {form}."
    match = pattern.fullmatch(_PLACEHOLDER.sub("x", uri))
    if match is None or "{" in _PLACEHOLDER.sub("", uri) or "}" in _PLACEHOLDER.sub("", uri):
        return f"Not an address that traffic can be sent to. The form is {form}."
    if match["port"] is not None and not 0 < int(match["port"]) < 65536:
        return f"Ports go from 1 to 65535. The form is {form}."
    return None
