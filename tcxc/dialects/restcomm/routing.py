"""Where a number is to be delivered, as Restcomm says it: `+{msisdn}@{domain[:port]}`."""

from collections.abc import Mapping

from tcxc.errors import Invalid

SIP = "sip"


def contacts_of(number: str, query: Mapping[str, str]) -> dict[str, str]:
    """Our contacts for what an update asks: only those that it names. Raises `Invalid` by parameter."""
    found = {}
    voice, messages = (query.get(name, "").strip() for name in ("voiceCallbackValue", "moHttpUrl"))
    if voice:
        kind = query.get("voiceCallbackType", SIP).strip().lower()
        if kind != SIP:
            sentence = "Calls are delivered by SIP."
            raise Invalid(sentence, errors={"voiceCallbackType": [sentence]})
        found["sip_contact"] = _sip(number, voice)
    # A web address is a hook of Nexmo's own; messages go by SMPP here, and where they went before.
    if messages and "://" not in messages:
        found["smpp_contact"] = f"smpp:{messages.rpartition('@')[2]}"
    return found


def _sip(number: str, value: str) -> str:
    """The SIP address: as it is given, or of the number at a domain that came alone."""
    scheme, colon, rest = value.partition(":")
    address = rest if colon and scheme.lower() in ("sip", "sips") else value
    prefix = f"{scheme.lower()}:" if address is rest else "sip:"
    return prefix + (address if "@" in address else f"{number}@{address}")
