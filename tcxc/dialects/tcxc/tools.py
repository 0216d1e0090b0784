"""Small helps: sample numbers of a destination, what is known of a number, and an autocomplete box."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import phonenumbers
from rest_framework import serializers

from authz.models import Result
from authz.record_queries import calls_to, dialled_numbers
from tcxc.clock import utc_now
from tcxc.dialects.tcxc.endpoint import Call, endpoint
from tcxc.dialects.tcxc.parameters import Digits, Parameters, Text
from tcxc.dialects.tcxc.places import country_named
from tcxc.dialects.tcxc.writing import country
from tcxc.errors import Invalid
from tcxc.models import Holder
from tcxc.numbering import area_of, calling_codes, countries, country_of

SAMPLES, ENTRIES = 50, 20
LOOKED_BACK = timedelta(days=30)
TRIED_OFTEN = 3


class SampleParameters(Parameters):
    """Numbers of where."""

    prefix = Digits()
    country = Text()
    description = Text()


class NumberParameters(Parameters):
    """Which number."""

    number = Digits(required=True)


class ZoomParameters(Parameters):
    """What was typed."""

    q = serializers.CharField(max_length=60)


@endpoint(Holder.BUYER, controller="get_numbers")
def sample_numbers(call: Call) -> Mapping[str, Any]:
    """Numbers of a destination that the buyer's own calls reached lately: those of others are nobody's business."""
    given = call.read(SampleParameters)
    if not given:
        raise Invalid("Say of where.", errors={"prefix": ["Give a prefix or a country."]})
    wanted = country_named(given["country"]) if "country" in given else ""
    prefix = given.get("prefix") or next(iter(calling_codes(wanted)), "")
    found = dialled_numbers(
        buyer_id=call.buyer().pk,
        prefix=prefix,
        description=given.get("description", ""),
        since=utc_now() - LOOKED_BACK,
        limit=SAMPLES,
    )
    rows = [(number, text) for number, text in found if not wanted or country_of(number) == wanted]
    return {"cdrs": [{"CLD": number, **country(number), "description": text or None} for number, text in rows]}


@endpoint(Holder.BUYER, controller="whitelist")
def number_facts(call: Call) -> Mapping[str, Any]:
    """What is known of a number: where it is, and how the buyer's own calls to it went."""
    digits = call.read(NumberParameters)["number"]
    found = _parsed(digits)
    results = calls_to(buyer_id=call.buyer().pk, number=digits, since=utc_now() - LOOKED_BACK)
    return {
        "country_code": str(found.country_code) if found else None,
        "phone_number": digits,
        "valid": bool(found and phonenumbers.is_valid_number(found)),
        "carrier": {
            **country(digits),
            "description": (area_of(found) or None) if found else None,
            "prefix": str(found.country_code) if found else None,
            "number_score": _score(results),
        },
    }


@endpoint(Holder.BUYER, controller="get_zoom_list")
def zoom_list(call: Call) -> Mapping[str, Any]:
    """Countries for what was typed: by the beginning of their name or code, or by their calling code."""
    typed = call.read(ZoomParameters)["q"].strip().casefold()
    digits = typed.removeprefix("+")
    entries = [
        {"id": found.code.lower(), "value": found.calling_code, "label": f"{found.name} (+{found.calling_code})"}
        for found in sorted(countries().values(), key=lambda each: each.name)
        if found.name.casefold().startswith(typed)
        or found.code.casefold() == typed
        or (digits.isdigit() and (found.calling_code.startswith(digits) or digits.startswith(found.calling_code)))
    ]
    return {"entries": entries[:ENTRIES]}


def _parsed(digits: str) -> Any:
    try:
        return phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None


def _score(results: Mapping[str, int]) -> str | None:
    """GOOD when a call was answered, RISKY when several never were, else unknown."""
    if results.get(Result.ANSWERED):
        return "GOOD"
    tried = results.get(Result.UNANSWERED, 0)
    return "RISKY" if tried >= TRIED_OFTEN else None
