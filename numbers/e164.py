"""Phone numbers as E.164 digits: whether they exist in their numbering plan, and what that plan says of them."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberType

from numbers.models import NumberType
from tcxc.numbering import area_of

_DIGITS = re.compile(r"\+?[0-9]{1,32}", re.ASCII)
_FORM = "Give E.164 digits: the country code first, no spaces, as in 442071838750."
BLOCK_DIGITS = 6
_INTERNATIONAL = "001"  # the region of codes that no country has, such as +800
_TYPES = {
    PhoneNumberType.FIXED_LINE: NumberType.GEOGRAPHIC,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberType.GEOGRAPHIC,
    PhoneNumberType.MOBILE: NumberType.MOBILE,
    PhoneNumberType.TOLL_FREE: NumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberType.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberType.SHARED_COST,
    PhoneNumberType.VOIP: NumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberType.PERSONAL,
    PhoneNumberType.PAGER: NumberType.PAGER,
    PhoneNumberType.UAN: NumberType.NATIONAL,
    PhoneNumberType.VOICEMAIL: NumberType.NATIONAL,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the numbering plan says of a number. `country` is empty for international codes, `area` where unknown."""

    digits: str
    country: str
    area: str
    type: NumberType


class NotANumber(ValueError):  # noqa: N818  (the word of the field)
    """The text is no phone number; the message says why, and what would be one."""


def digits_of(text: str) -> str:
    """The digits of a number as people and programs write it: a leading `+` is dropped. Nothing for other texts."""
    text = text.strip()
    return text.removeprefix("+") if _DIGITS.fullmatch(text) else ""


def look_up(text: str) -> Facts:
    """What is known of a number. Raises `NotANumber` for what is none of its country's numbering plan."""
    text = text.strip()
    if not _DIGITS.fullmatch(text):
        raise NotANumber(_FORM)
    digits = text.removeprefix("+")
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        raise NotANumber(f"No country's code begins {digits[:4]}. {_FORM}") from None
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != f"+{digits}":
        raise NotANumber(_FORM)  # such as a national zero behind the country's code
    kind = _kind_of(parsed) or _kind_of_block(parsed)
    if kind is None:
        raise NotANumber(_fault(parsed, digits))
    region = phonenumbers.region_code_for_number(parsed)
    region = region or phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    country = "" if region == _INTERNATIONAL else region
    return Facts(digits, country, area_of(parsed)[:120], kind)


def _kind_of(parsed: phonenumbers.PhoneNumber) -> NumberType | None:
    return _TYPES.get(phonenumbers.number_type(parsed))


def _kind_of_block(parsed: phonenumbers.PhoneNumber) -> NumberType | None:
    """What the other numbers of the same block of a million are.

    Plans change every month and the library's copy is older, and some numbers are kept for tests and films: a number of
    the right length in a block that is in use is taken.
    """
    national = str(parsed.national_number)
    if not phonenumbers.is_possible_number(parsed) or len(national) <= BLOCK_DIGITS:
        return None
    neighbour = phonenumbers.PhoneNumber()
    neighbour.merge_from(parsed)
    for digit in "0123456789":
        neighbour.national_number = int(national[:-BLOCK_DIGITS] + digit * BLOCK_DIGITS)
        if kind := _kind_of(neighbour):
            return kind
    return None


def _fault(parsed: phonenumbers.PhoneNumber, digits: str) -> str:
    match phonenumbers.is_possible_number_with_reason(parsed):
        case phonenumbers.ValidationResult.TOO_LONG:
            return f"{digits} has too many digits for its country."
        case phonenumbers.ValidationResult.TOO_SHORT:
            return f"{digits} has too few digits for its country."
        case _:
            return f"{digits} is no number of its country's numbering plan: check the digits."
